"""Search engines may know of what is proved and listed, and of whom it is."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from flattr.site import sitemaps
from tests.questions import Questions
from tests.world.people import person, thing_of

NAMES = {"s": sitemaps.NAMES}


@pytest.fixture(autouse=True)
def forgotten() -> None:
    cache.clear()


def locations(client: Client, path: str = "/sitemap.xml") -> list[str]:
    cache.clear()
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"
    assert answer["Cache-Control"] == "public, max-age=3600"
    root = ET.fromstring(answer.content)  # noqa: S314 (our own)
    places = [str(place.text) for place in root.findall(".//s:loc", NAMES)]
    assert all(place.startswith(f"{settings.SITE_URL}/") for place in places)
    return [place.removeprefix(settings.SITE_URL) for place in places]


def all_of(client: Client) -> list[str]:
    return [
        address for part in locations(client) for address in locations(client, part)
    ]


def test_what_is_proved_and_whose_it_is(client: Client, bob: User, alice: User) -> None:
    song = thing_of(bob, "song")
    thing_of(alice, "promised", proved=False)

    found = all_of(client)

    assert f"/thing/{song.pk}" in found
    assert "/@bob" in found
    assert {"/", "/discover", "/help", "/fees"} <= set(found)
    assert "/@alice" not in found
    assert sum(path.startswith("/thing/") for path in found) == 1
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "change", [{"hidden": True}, {"suspended_at": "now"}, {"proved_at": None}]
)
def test_what_is_taken_down_is_not_named(
    client: Client, bob: User, change: dict[str, Any]
) -> None:
    song = thing_of(bob, "song")
    facts = {key: clock.now() if to == "now" else to for key, to in change.items()}
    Thing.objects.filter(pk=song.pk).update(**facts)

    found = all_of(client)

    assert "/@bob" not in found
    assert f"/thing/{song.pk}" not in found


def test_each_thing_stands_in_one_part(
    client: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PART_LENGTH", 3)
    things = [thing_of(bob, f"song-{number}") for number in range(10)]
    things += [
        thing_of(person(f"creator{number}"), f"x{number}") for number in range(5)
    ]

    found = all_of(client)

    assert {f"/thing/{thing.pk}" for thing in things} <= set(found)
    assert {"/@bob", *(f"/@creator{number}" for number in range(5))} <= set(found)
    assert len(set(found)) == len(found)
    for part in locations(client):
        if "pages" not in part:
            assert 1 <= len(locations(client, part)) <= 3


def test_a_part_is_one_query_and_says_since_when(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    for number in range(20):
        thing_of(bob, f"song-{number}")
    for part in locations(client)[1:]:
        cache.clear()
        with Questions() as questions:
            answer = client.get(part)
        assert questions.count == 1
        assert song.proved_at is not None
        day = f"<lastmod>{song.proved_at:%Y-%m-%d}</lastmod>"
        assert day in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/sitemap/things-999999999.xml", "/sitemap/people-77.xml", "/sitemap/cats-0.xml"],
)
def test_there_is_no_other_part(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404
