"""Feeds of what creators make and of what readers flattr, and payment links in pages."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.legacy import old_links
from buttons.models import Flattr, Thing
from buttons.things import feeds
from tests.world.people import thing_of

SITE = "http://127.0.0.1:8000"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "<script>alert(1)</script> & \"quotes\" ]]> 'x'"


def tree(answer: Any) -> ET.Element:
    assert answer.status_code == 200
    return ET.fromstring(answer.content)  # noqa: S314 (our own answer)


def texts(feed: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in feed.findall(path, ATOM)]


def links(element: ET.Element, rel: str) -> list[str]:
    return [
        link.get("href", "") for link in element.findall(f"a:link[@rel='{rel}']", ATOM)
    ]


def test_what_bob_makes_as_atom(client: Client, bob: User) -> None:
    song, film = thing_of(bob, "song"), thing_of(bob, "film")
    thing_of(bob, "secret")
    Thing.objects.filter(title="Secret").update(hidden=True)

    answer = client.get("/profile/bob/things.atom")
    feed = tree(answer)

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert texts(feed, "a:entry/a:title") == ["Film", "Song"]
    assert texts(feed, "a:id") == [f"{SITE}/profile/bob/things.atom"]
    assert links(feed, "self") == [f"{SITE}/profile/bob/things.atom"]
    assert links(feed, "alternate") == [f"{SITE}/profile/bob"]
    assert texts(feed, "a:author/a:name") == ["bob"]
    day = f"{film.created_at:%Y-%m-%d}"
    assert texts(feed, "a:entry/a:id")[0] == f"tag:127.0.0.1,{day}:thing/{film.pk}"
    assert texts(feed, "a:updated") == [texts(feed, "a:entry/a:updated")[0]]

    last = feed.findall("a:entry", ATOM)[1]
    assert links(last, "alternate") == [f"{SITE}/thing/{song.pk}"]
    assert links(last, "related") == [song.url]
    [payment] = links(last, "payment")
    said = old_links.read_auto_submit(payment)
    assert said is not None
    assert (said.url, said.owner_name, said.title) == (song.url, "bob", "Song")


def test_what_bob_makes_as_rss(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")

    answer = client.get("/profile/Bob/things.rss")
    channel = tree(answer).find("channel")

    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel is not None
    assert texts(channel, "item/title") == ["Song"]
    assert texts(channel, "item/link") == [f"{SITE}/thing/{song.pk}"]
    [guid] = channel.findall("item/guid")
    assert guid.get("isPermaLink") == "false"
    item = channel.find("item")
    assert item is not None
    [payment] = links(item, "payment")
    assert old_links.read_auto_submit(payment) is not None
    [profile] = links(channel, "payment")
    assert "profile%2Fbob" in profile


def test_what_alice_flattrs_is_shown_only_if_she_wants_it(
    client: Client, alice: User, bob: User
) -> None:
    song = thing_of(bob, "song")
    made = flattr_thing(alice, song)
    assert isinstance(made, Flattr)
    assert texts(tree(client.get("/profile/alice/flattrs.atom")), "a:entry/a:id") == []
    assert b"What <bdi>alice</bdi> flattrs" not in client.get("/profile/alice").content

    alice.shows_flattrs = True
    alice.save()
    feed = tree(client.get("/profile/alice/flattrs.atom"))
    assert texts(feed, "a:entry/a:id") == [
        f"tag:127.0.0.1,{made.received_at:%Y-%m-%d}:alice/flattr/{song.pk}"
    ]
    assert texts(feed, "a:entry/a:title") == ["Song"]
    assert texts(feed, "a:entry/a:summary") == ["<p>By bob.</p>"]
    page = client.get("/profile/alice").content.decode()
    assert "What <bdi>alice</bdi> flattrs" in page
    assert "Song" in page

    for hidden in (
        {"hidden": True},
        {"hidden": False, "suspended_at": song.created_at},
    ):
        Thing.objects.filter(pk=song.pk).update(**hidden)
        feed = tree(client.get("/profile/alice/flattrs.atom"))
        assert texts(feed, "a:entry/a:id") == []


def test_a_feed_has_pages(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(feeds.PAGE_LENGTH + 2):
        thing_of(bob, f"song-{number}")

    with django_assert_num_queries(2):
        first = tree(client.get("/profile/bob/things.atom"))
    second = tree(client.get("/profile/bob/things.atom?page=2"))

    here = f"{SITE}/profile/bob/things.atom"
    assert len(texts(first, "a:entry/a:id")) == feeds.PAGE_LENGTH
    assert (links(first, "next"), links(first, "previous")) == ([f"{here}?page=2"], [])
    assert texts(second, "a:entry/a:title") == ["Song 1", "Song 0"]
    assert (links(second, "next"), links(second, "previous")) == ([], [here])
    assert links(second, "self") == [f"{here}?page=2"]
    assert texts(second, "a:id") == [here]
    for odd in ["0", "-1", "x", "", "undefined", "99999999", "٣"]:
        assert client.get(f"/profile/bob/things.atom?page={odd}").status_code == 200


def test_nothing_in_a_feed_is_taken_for_markup(client: Client, bob: User) -> None:
    """Atom and RSS stay well-formed and show what was written (T25)."""
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(
        title=HOSTILE, description=f"{HOSTILE}\n\nSecond \x01 part", tags=[HOSTILE]
    )
    User.objects.filter(pk=bob.pk).update(first_name="\x02Bob", last_name="<b>")

    for path in ["/profile/bob/things.atom", "/profile/bob/things.rss"]:
        feed = tree(client.get(path))
        found = texts(feed, "a:entry/a:title") or texts(feed, "channel/item/title")
        told = texts(feed, "a:entry/a:summary")
        told += texts(feed, "channel/item/description")
        assert found == [HOSTILE]
        assert told[0].startswith("<p>&lt;script&gt;alert(1)")
        assert "<script" not in told[0]


def test_a_feed_knows_nobody_and_is_kept(bob: User) -> None:
    thing_of(bob, "song")
    client = Client(headers={"Cookie": "s=broken; csrf=broken"})

    answer = client.get("/profile/bob/things.atom")

    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/profile/bob/things.atom", headers=known).status_code == 304


@pytest.mark.parametrize("name", ["nobody", "no body", "x" * 200])
def test_nobody_has_no_feed(client: Client, db: None, name: str) -> None:
    for path in ["things.atom", "things.rss", "flattrs.atom"]:
        assert client.get(f"/profile/{name}/{path}").status_code == 404


def test_a_suspended_creator_s_feed_is_empty(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    User.objects.filter(pk=bob.pk).update(suspended_at=song.created_at)

    assert texts(tree(client.get("/profile/bob/things.atom")), "a:entry/a:id") == []


def test_our_pages_say_where_to_flattr_them(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    for path, about in [
        (f"/thing/{song.pk}", song.url),
        (f"/thing/{song.pk}/any-slug", song.url),
        ("/profile/bob", f"{SITE}/profile/bob"),
    ]:
        page = client.get(path).content.decode()
        found = re.search(r'<link rel="payment" type="text/html" href="([^"]+)"', page)
        assert found
        said = old_links.read_auto_submit(found[1].replace("&amp;", "&"))
        assert said is not None
        assert (said.url, said.owner_name) == (about, "bob")
    assert 'type="application/atom+xml" href="/profile/bob/things.atom"' in page

    Thing.objects.update(suspended_at=song.created_at)
    assert b'rel="payment"' not in client.get(f"/thing/{song.pk}").content
