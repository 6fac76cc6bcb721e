"""What search finds, and in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from buttons.models import Flattr, Thing
from buttons.things import tagging
from flattr.database import clock
from tests.rest.asking import Caller
from tests.world.people import click, person, thing_of, travel


def tagged(bob: User, slug: str, *tags: str, **facts: Any) -> Thing:
    made = thing_of(bob, slug)
    Thing.objects.filter(pk=made.pk).update(tags=list(tags), **facts)
    return made


def titles(query: str) -> list[str]:
    answer = Caller().get(f"/things/search?{query}")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["items"] == len(told["things"])
    return [thing["title"] for thing in told["things"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("game | games ! software", {"Chess", "Go"}),
        ("game%7Cgames", {"Chess", "Go", "Editor"}),
        ("game %26 board", {"Chess"}),
        ("game,board", {"Chess"}),
        ("! software", {"Chess", "Go", "Photo"}),
        ("GAME ! Board", {"Editor"}),
        ("open source", {"Editor"}),
        ("||%26,,!", {"Chess", "Go", "Editor", "Photo"}),
        ("') OR 1=1 --", set()),
    ],
)
def test_tag_expressions(bob: User, expression: str, found: set[str]) -> None:
    tagged(bob, "chess", "game", "Board")
    tagged(bob, "go", "Games")
    tagged(bob, "editor", "game", "software", "open source")
    tagged(bob, "photo", "flickr")

    assert set(titles(f"tags={expression}")) == found


@given(st.text(alphabet="ab|!&, '\"\\", max_size=60))
def test_any_expression_is_read(text: str) -> None:
    for alternatives in tagging.parse(text):
        assert alternatives
        for tag, _there in alternatives:
            assert tag == tag.strip()
            assert not set(tag) & set("|!&,")


@pytest.mark.django_db
def test_filters(bob: User, carol: User) -> None:
    tagged(bob, "song", category="audio", language="de_DE")
    tagged(bob, "film", category="video")
    tagged(carol, "story", category="text", language="sv_SE")
    tagged(carol, "secret", hidden=True)

    assert titles("query=song") == ["Song"]
    assert set(titles("language=de_DE,sv-se")) == {"Song", "Story"}
    assert set(titles("category=audio,video&page=undefined")) == {"Song", "Film"}
    assert set(titles("user=BOB")) == {"Song", "Film"}
    assert titles("url=https://creators.example/carol/story") == ["Story"]
    assert titles("url=nonsense") == []
    assert titles("query=secret") == []


@pytest.mark.django_db
def test_totals_and_pages(bob: User) -> None:
    for number in range(3):
        thing_of(bob, f"part-{number}")

    told = Caller().get("/things/search?query=part&count=2&page=2").json()

    assert (told["total_items"], told["items"], told["page"]) == (3, 1, 2)
    assert Caller().get("/things/search?page=999999999999").json()["things"] == []


def test_sorts(own_database: str) -> None:
    """Most of all times, of the month, of the week, of the day."""
    bob, start = person("bob"), clock.now()
    readers = [person(f"reader-{number}") for number in range(4)]
    for slug, day, often in (("old", 0, 4), ("month", 20, 3), ("week", 37, 2)):
        travel(start + timedelta(days=day))
        thing = thing_of(bob, slug)
        for reader in readers[:often]:
            click(reader, thing)
    travel(start + timedelta(days=40))
    click(readers[0], thing_of(bob, "day"))

    assert titles("sort=flattrs") == ["Old", "Month", "Week", "Day"]
    assert titles("sort=flattrs_month") == ["Month", "Week", "Day", "Old"]
    assert titles("sort=flattrs_week") == ["Week", "Day", "Old", "Month"]
    assert titles("sort=flattrs_day") == ["Day", "Old", "Month", "Week"]
    assert titles("sort=trend") == ["Day", "Week", "Old", "Month"]
    assert titles("sort=relevance&query=week") == ["Week"]
    assert len(titles("sort=nonsense")) == 4


@pytest.mark.django_db
def test_a_click_counts_at_once(alice: User, bob: User) -> None:
    song, film = thing_of(bob, "song"), thing_of(bob, "film")
    click(alice, song)

    assert titles("sort=flattrs_day") == ["Song", "Film"]
    assert Flattr.objects.count() == 1
    assert film.pk
