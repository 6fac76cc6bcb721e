"""What people like this month, for whoever begins."""

from __future__ import annotations

import pytest

from accounts.models import User
from buttons.catalogue import liked
from buttons.models import Thing
from flattr.database import clock
from tests.questions import Questions
from tests.world.people import click, person, reader_with_budget, thing_of


@pytest.fixture
def readers(db: None) -> list[User]:
    return [reader_with_budget(f"reader{n}") for n in range(4)]


def flattr(thing: Thing, *readers: User) -> None:
    for reader in readers:
        click(reader, thing)


def titles(reader: User) -> list[str]:
    with Questions():
        things = liked.this_month(reader, clock.period())
    return [thing.title for thing in things]


def test_the_three_that_most_people_like_by_as_many_creators(
    readers: list[User],
) -> None:
    ann, bea, cid, dan = [person(name) for name in ("ann", "bea", "cid", "dan")]
    for owner, slug, many in (
        (ann, "song", 4),
        (ann, "other-song", 4),
        (bea, "blog", 2),
        (cid, "podcast", 3),
        (dan, "film", 1),
    ):
        flattr(thing_of(owner, slug), *readers[:many])

    assert titles(person("zoe")) == ["Other song", "Podcast", "Blog"]
    assert titles(ann) == ["Podcast", "Blog"], "nobody's own"


def test_what_is_taken_down_or_hidden_is_not_shown(readers: list[User]) -> None:
    hidden, gone, shown = [thing_of(person(f"p{n}"), f"t{n}") for n in range(3)]
    for thing in (hidden, gone, shown):
        flattr(thing, *readers)
    Thing.objects.filter(pk=hidden.pk).update(hidden=True)
    Thing.objects.filter(pk=gone.pk).update(suspended_at=clock.now())

    assert titles(person("zoe")) == ["T2"]


def test_one_readers_taste_is_no_advice(readers: list[User]) -> None:
    flattr(thing_of(person("ann"), "song"), readers[0])

    assert titles(person("zoe")) == []


def test_the_month_is_counted_once_for_everybody(readers: list[User]) -> None:
    flattr(thing_of(person("ann"), "song"), *readers)
    zoe, period = person("zoe"), clock.period()

    with Questions() as questions:
        for _ in range(3):
            assert len(liked.this_month(zoe, period)) == 1

    assert questions.count == 4
