"""Whom Alice flattrs, for her reader of feeds."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr
from buttons.things.outlines import outline
from flattr.database import clock
from tests.world.browsing import signed_in
from tests.world.people import thing_of

SITE = "http://127.0.0.1:8000"


def names(reader: User) -> list[str]:
    tree = ET.fromstring(outline(reader))  # noqa: S314 (our own)
    return [one.attrib["text"] for one in tree.iterfind("body/outline")]


def test_whom_alice_flattrs_the_latest_first(
    alice: User, bob: User, carol: User
) -> None:
    for owner, slug in ((bob, "one"), (bob, "two"), (carol, "three")):
        flattr_thing(alice, thing_of(owner, slug))

    answer = signed_in(alice).get("/flattred.opml")
    tree = ET.fromstring(answer.content)  # noqa: S314 (our own)

    assert answer.headers["Content-Disposition"].endswith('"flattred.opml"')
    assert tree.get("version") == "2.0"
    outlines = [one.attrib for one in tree.iterfind("body/outline")]
    assert outlines[1] == {
        "type": "rss",
        "text": "bob",
        "title": "bob",
        "xmlUrl": f"{SITE}/profile/bob/things.atom",
        "htmlUrl": f"{SITE}/@bob",
    }
    assert names(alice) == ["carol", "bob"]
    assert names(bob) == []


def test_who_left_or_is_suspended_is_not_in_it(
    alice: User, bob: User, carol: User
) -> None:
    for owner in (bob, carol):
        flattr_thing(alice, thing_of(owner, "song"))
    bob.suspended_at = clock.now()
    bob.save(update_fields=["suspended_at"])
    carol.closing_at = clock.now()
    carol.save(update_fields=["closing_at"])

    assert names(alice) == []


def test_it_takes_as_many_queries_for_many(
    alice: User,
    bob: User,
    carol: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    flattr_thing(alice, thing_of(bob, "song"))
    with django_assert_num_queries(4) as few:
        outline(alice)
    flattr_thing(alice, thing_of(carol, "song"))
    assert Flattr.objects.count() == 2
    with django_assert_num_queries(len(few)):
        outline(alice)


def test_it_is_the_readers_alone(client: Client, db: None) -> None:
    answer = client.get("/flattred.opml")

    assert answer.status_code == 302
    assert "/account/login" in answer.headers["Location"]
