"""What creators whom a reader flattrs show that they flattr."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from tests.questions import Questions
from tests.world.people import click, person, thing_of

TITLE = re.compile(r'<h2><a href="/thing/\d+"><bdi>([^<]+)')
CARD = re.compile(r'<h2><a href="/@([^"]+)"')


@pytest.fixture
def around(alice: User, bob: User, carol: User) -> Thing:
    """Alice flattrs Bob, and Bob, who shows it, flattrs Carol's film."""
    User.objects.filter(pk=bob.pk).update(shows_flattrs=True)
    film = thing_of(carol, "film")
    click(alice, thing_of(bob, "song"))
    click(bob, film)
    return film


@pytest.fixture
def of_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def things(client: Client) -> list[str]:
    return TITLE.findall(client.get("/discover?sort=near").content.decode())


def creators(client: Client) -> list[str]:
    return CARD.findall(client.get("/discover/creators?sort=near").content.decode())


def test_what_my_creators_show_that_they_flattr(
    of_alice: Client, around: Thing
) -> None:
    assert things(of_alice) == ["Film"]
    assert creators(of_alice) == ["carol"]


def test_what_most_of_them_flattr_comes_first(
    of_alice: Client, alice: User, around: Thing
) -> None:
    dan, poem = person("dan", shows_flattrs=True), thing_of(person("erin"), "poem")
    click(alice, thing_of(dan, "blog"))
    click(dan, poem)
    click(dan, around)

    assert things(of_alice) == ["Film", "Poem"]
    assert creators(of_alice) == ["carol", "erin"]


def test_nobodys_private_flattrs_are_shown(
    of_alice: Client, bob: User, around: Thing
) -> None:
    """Only what a creator shows on their profile."""
    for hidden in (
        {"shows_flattrs": False},
        {"shows_flattrs": True, "suspended_at": clock.now()},
        {"suspended_at": None, "is_active": False},
    ):
        User.objects.filter(pk=bob.pk).update(**hidden)
        assert things(of_alice) == creators(of_alice) == []


def test_not_what_the_reader_flattred_or_made(
    of_alice: Client, alice: User, bob: User, around: Thing
) -> None:
    click(bob, thing_of(alice, "diary"))
    assert things(of_alice) == ["Film"]

    click(alice, around)

    assert things(of_alice) == creators(of_alice) == []
    text = of_alice.get("/discover?sort=near").content.decode()
    assert "Nothing new around you" in text
    assert "What creators whom you flattr show" not in text, "said of a list alone"


def test_whoever_is_signed_out_is_shown_no_such_list(
    client: Client, around: Thing
) -> None:
    text = client.get("/discover?sort=near").content.decode()

    assert "From my creators" not in text
    assert set(TITLE.findall(text)) == {"Song", "Film"}


@pytest.mark.parametrize(
    "page", ["/discover?sort=near", "/discover/creators?sort=near"]
)
def test_it_asks_the_same_whatever_its_length(
    of_alice: Client, alice: User, around: Thing, page: str
) -> None:
    def questions() -> int:
        with Questions() as asked:
            of_alice.get(page)
        return asked.count

    questions()
    before = questions()
    for number in range(10):
        other = person(f"other{number}", shows_flattrs=True)
        click(alice, thing_of(other, f"blog{number}"))
        click(other, thing_of(person(f"far{number}"), f"far{number}"))

    assert len(things(of_alice)) == 11
    assert questions() == before <= 7
