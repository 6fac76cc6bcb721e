"""Programs and readers of feeds get the address of each picture."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from buttons.models import Picture, Thing
from buttons.pictures import keeping
from tests.rest.asking import Caller
from tests.world.people import thing_of

BODY = b"RIFF....WEBP"


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def address(picture: Picture) -> str:
    return f"http://127.0.0.1:8000/picture/{picture.digest}.webp"


def test_a_person_has_an_avatar(bob: User) -> None:
    assert Caller().get("/users/bob").json()["avatar"] == ""
    kept = keeping.keep(bob, BODY)
    assert Caller().get("/users/bob").json()["avatar"] == address(kept)
    assert Caller(bob).get("/user").json()["avatar"] == address(kept)


def test_a_thing_has_an_image(alice: User, bob: User, song: Thing) -> None:
    assert Caller().get(f"/things/{song.pk}").json()["image"] == ""
    kept = keeping.keep(song, BODY)
    assert Caller().get(f"/things/{song.pk}").json()["image"] == address(kept)
    assert Caller().get("/users/bob/things").json()[0]["image"] == address(kept)
    given = Caller(alice).post("/flattr", {"url": song.url})
    assert given.json()["thing"]["image"] == address(kept)


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_feed_shows_pictures(
    client: Client, bob: User, kind: str, song: Thing
) -> None:
    there = f"/profile/bob/things.{kind}"
    before = client.get(there).content.decode()
    assert 'xmlns:media="http://search.yahoo.com/mrss/"' in before
    assert "<media:thumbnail" not in before
    kept = keeping.keep(song, BODY)
    assert f'url="{address(kept)}"' in Client().get(there).content.decode()
