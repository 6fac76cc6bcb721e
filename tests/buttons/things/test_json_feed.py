"""Feeds as JSON, with a picture, tags and the way to flattr each entry."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from django.test import Client

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.legacy import old_links
from buttons.models import Thing
from buttons.things import feeds
from tests.world.people import thing_of

SITE = "http://127.0.0.1:8000"


def feed(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    told: dict[str, Any] = answer.json()
    return told


def test_what_bob_makes_as_json(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(tags=["folk"], description="About <rain>.")

    told = feed(client, "/profile/bob/things.json")

    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == f"{SITE}/profile/bob/things.json"
    assert told["home_page_url"] == f"{SITE}/profile/bob"
    assert told["authors"] == [{"name": "bob", "url": f"{SITE}/profile/bob"}]
    (item,) = told["items"]
    assert item["url"] == f"{SITE}/thing/{song.pk}"
    assert item["external_url"] == song.url
    assert item["content_html"] == "<p>About &lt;rain&gt;.</p>"
    assert item["tags"] == ["folk"]
    assert "image" not in item
    said = old_links.read_auto_submit(item["_flattr"]["url"])
    assert said is not None
    assert (said.url, said.owner_name) == (song.url, "bob")


def test_its_entries_have_the_same_names_as_in_atom(client: Client, bob: User) -> None:
    for number in range(feeds.PAGE_LENGTH + 1):
        thing_of(bob, f"song-{number}")
    atom = ET.fromstring(client.get("/profile/bob/things.atom").content)  # noqa: S314

    told = feed(client, "/profile/bob/things.json")

    assert [item["id"] for item in told["items"]] == [
        found.text for found in atom.iterfind("{*}entry/{*}id")
    ]
    assert told["next_url"] == f"{SITE}/profile/bob/things.json?page=2"
    assert len(feed(client, "/profile/bob/things.json?page=2")["items"]) == 1


def test_of_what_alice_does_not_show_it_is_empty(
    client: Client, alice: User, bob: User
) -> None:
    flattr_thing(alice, thing_of(bob, "song"))
    assert feed(client, "/profile/alice/flattrs.json")["items"] == []

    alice.shows_flattrs = True
    alice.save()

    (item,) = feed(client, "/profile/alice/flattrs.json")["items"]
    assert item["title"] == "Song"
    assert client.get("/profile/nobody/flattrs.json").status_code == 404


def test_apps_for_podcasts_find_where_to_flattr(client: Client, bob: User) -> None:
    rss = client.get("/profile/bob/things.rss").content
    tree = ET.fromstring(rss)  # noqa: S314 (our own)

    (funding,) = tree.iterfind(
        "channel/{https://podcastindex.org/namespace/1.0}funding"
    )
    assert funding.text == "Flattr this"
    assert "profile%2Fbob" in funding.attrib["url"]
