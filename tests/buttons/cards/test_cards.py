"""Bob's card and his song's: for everybody, of what is proved, and gone with it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image

from accounts.models import User
from buttons.cards import contents
from buttons.catalogue import heads
from buttons.models import Thing
from buttons.pictures import keeping
from flattr.database import clock
from tests.questions import Questions
from tests.world.people import thing_of


@pytest.fixture(autouse=True)
def emptied() -> None:
    cache.clear()


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def photograph(colour: str, size: tuple[int, int]) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, colour).save(kept, "WEBP")
    return kept.getvalue()


def card_of(whose: User | Thing) -> Any:
    whose.refresh_from_db()
    return (
        contents.of_person(whose)
        if isinstance(whose, User)
        else contents.of_thing(whose)
    )


def colours(answer: Any) -> tuple[Any, Any]:
    """In the middle of the face and of the work."""
    picture = Image.open(BytesIO(answer.content)).convert("RGB")
    return picture.getpixel((156, 148)), picture.getpixel((860, 230))


def test_a_card_shows_face_and_work(client: Client, bob: User, song: Thing) -> None:
    keeping.keep(bob, photograph("#ff0000", (256, 256)))
    keeping.keep(song, photograph("#0000ff", (640, 400)))
    for whose in (bob, song):
        face, work = colours(client.get(card_of(whose).address))
        assert face[0] - face[2] > 200, "red"
        assert work[2] - work[0] > 200, "blue"


def test_a_new_name_or_face_has_a_new_address(
    client: Client, bob: User, song: Thing
) -> None:
    before = {card_of(bob).address, card_of(song).address}
    bob.first_name = "Robert"
    bob.save()
    keeping.keep(bob, photograph("#ff0000", (256, 256)))
    now = {card_of(bob).address, card_of(song).address}

    assert not before & now
    for old in before:
        led = client.get(old)
        assert led.status_code == 302
        assert led["Location"] in now


def test_who_is_not_here_for_everybody_has_no_card(
    client: Client, bob: User, song: Thing
) -> None:
    addresses = [card_of(bob).address, card_of(song).address]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    for change in (
        {"suspended_at": clock.now()},
        {"closing_at": clock.now()},
        {"is_active": False},
    ):
        User.objects.filter(pk=bob.pk).update(**change)
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        User.objects.filter(pk=bob.pk).update(
            suspended_at=None, closing_at=None, is_active=True
        )
    assert client.get("/card/person/nobody/0123456789abcdef.png").status_code == 404
    assert client.get("/card/thing/99/0123456789abcdef.png").status_code == 404


@pytest.mark.parametrize(
    "change", [{"proved_at": None}, {"hidden": True}, {"suspended_at": clock.now}]
)
def test_what_is_not_proved_or_not_listed_has_no_card(
    client: Client, song: Thing, change: dict[str, Any]
) -> None:
    address = card_of(song).address
    facts = {
        name: value() if callable(value) else value for name, value in change.items()
    }
    Thing.objects.filter(pk=song.pk).update(**facts)

    assert card_of(song) is None
    assert client.get(address).status_code == 404


def test_the_card_shows_the_newest_work_with_a_picture(bob: User, song: Thing) -> None:
    newer = thing_of(bob, "newer")
    assert card_of(bob).work == newer
    keeping.keep(song, photograph("#0000ff", (640, 400)))
    assert card_of(bob).work == song
    assert "Song" in card_of(bob).alt or song.title in card_of(bob).alt


def test_heads_of_people(bob: User, alice: User, song: Thing) -> None:
    page = heads.of_person(bob)
    assert page is not None
    assert page.indexed
    assert page.description == "See what bob makes, and give a little with one click."
    bob.about = "Songs\nfrom the harbour"
    about = heads.of_person(bob)
    assert about is not None
    assert about.description == "Songs from the harbour"
    reader = heads.of_person(alice)
    assert reader is not None
    assert not reader.indexed, "who made nothing is not for search engines"
    assert reader.description == "alice is on Flattr."
    bob.suspended_at = clock.now() - timedelta(days=1)
    assert heads.of_person(bob) is None


def test_heads_of_things(bob: User, song: Thing) -> None:
    page = heads.of_thing(song)
    assert page is not None
    assert page.indexed
    assert page.description == f"“{song.title}” by bob. Flattr it with one click."
    song.proved_at = None
    promised = heads.of_thing(song)
    assert promised is not None
    assert not promised.indexed
    assert promised.card == ""
    assert promised.description == f"“{song.title}” on {song.host}."
    song.hidden = True
    assert heads.of_thing(song) is None


def test_listed_is_the_same_in_python_and_in_the_database(bob: User) -> None:
    now = clock.now()
    things = [thing_of(bob, name) for name in ("plain", "hidden", "suspended")]
    Thing.objects.filter(pk=things[1].pk).update(hidden=True)
    Thing.objects.filter(pk=things[2].pk).update(suspended_at=now)
    for change in (
        {},
        {"suspended_at": now},
        {"suspended_at": None, "closing_at": now},
        {"closing_at": None, "is_active": False},
    ):
        User.objects.filter(pk=bob.pk).update(**change)
        listed = set(Thing.objects.listed())
        assert {
            thing for thing in Thing.objects.with_owner() if thing.is_listed
        } == listed


def test_a_card_asks_little(client: Client, bob: User, song: Thing) -> None:
    for whose, most in ((bob, 4), (song, 3)):
        address = card_of(whose).address
        with Questions() as questions:
            client.get(address)
        assert questions.count <= most
