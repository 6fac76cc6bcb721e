"""Anybody can name Bob for any page; it is not shown as his before it is proved."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.oauth import tokens
from buttons.models import Thing
from buttons.things import submitting
from buttons.things.feeds import KINDS
from tests.world.browsing import signed_in
from tests.world.people import click, thing_of

NASTY = "Nasty pamphlet"


@pytest.fixture
def pamphlet(bob: User) -> Thing:
    """What a reader put into Bob's name by a link, and others flattred seven times."""
    link = {"url": "https://nasty.example/", "user_id": "bob", "title": NASTY}
    thing = submitting.register(submitting.parse(link))
    assert thing.owner == bob
    Thing.objects.filter(pk=thing.pk).update(flattrs=7)
    return thing


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_feed_of_bobs_has_it(
    client: Client, bob: User, pamphlet: Thing, kind: str
) -> None:
    thing_of(bob, "song")

    feed = client.get(f"/profile/bob/things.{kind}").content.decode()

    assert "Song" in feed
    assert NASTY not in feed


def test_no_list_of_the_api_says_that_it_is_bobs(
    client: Client, bob: User, pamphlet: Thing
) -> None:
    song = thing_of(bob, "song")

    theirs = client.get("/rest/v2/users/bob/things").json()
    found = client.get("/rest/v2/things/search?user=bob").json()["things"]
    assert [thing["id"] for thing in theirs] == [song.pk]
    assert [thing["id"] for thing in found] == [song.pk]
    everything = client.get("/rest/v2/things/search").json()["things"]
    owners = {thing["id"]: thing["owner"]["username"] for thing in everything}
    assert owners == {song.pk: "bob", pamphlet.pk: ""}
    # Asked for by its number it says whom its button names.
    one = client.get(f"/rest/v2/things/{pamphlet.pk}").json()
    assert one["owner"]["username"] == "bob"


def test_bobs_own_programs_see_it(bob: User, pamphlet: Thing) -> None:
    own = {"Authorization": f"Bearer {tokens.make(bob, 'laptop', ['thing'])}"}

    for path in ("users/bob/things", "things/search?user=bob"):
        answer = Client().get(f"/rest/v2/{path}", headers=own).json()
        [seen] = answer if isinstance(answer, list) else answer["things"]
        assert (seen["id"], seen["owner"]["username"]) == (pamphlet.pk, "bob")


def test_what_others_flattred_there_is_no_news_of_bobs(
    client: Client, alice: User, bob: User, pamphlet: Thing
) -> None:
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    click(alice, pamphlet)
    click(alice, thing_of(bob, "song"))

    stream = client.get("/rest/v2/users/bob/activities.as?type=incoming")
    assert "Song" in stream.content.decode()
    assert NASTY not in stream.content.decode()
    feed = client.get("/profile/alice/flattrs.atom").content.decode()
    entry = feed.split(NASTY)[1].split("</entry>")[0]
    assert "By bob" not in entry
    assert "user_id=bob" not in entry


def test_the_profile_shows_it_apart_and_to_bob_alone(
    client: Client, alice: User, bob: User, pamphlet: Thing
) -> None:
    Thing.objects.filter(pk=thing_of(bob, "song").pk).update(flattrs=2)

    for reader in (client, signed_in(alice)):
        page = reader.get("/profile/bob").content.decode()
        assert '<strong class="num">2</strong> in all' in page
        assert "Song" in page
        assert NASTY not in page
    own = signed_in(bob).get("/profile/bob").content.decode()
    assert '<strong class="num">2</strong> in all' in own
    assert NASTY in own.split("Named for you, not proved yet")[1]


def test_no_card_or_printed_page_says_that_it_is_by_bob(
    client: Client, pamphlet: Thing
) -> None:
    assert "/profile/bob" not in client.get("/discover").content.decode()
    printed = client.get(f"/thing/qr/{pamphlet.pk}").content.decode()
    assert "by <bdi>" not in printed


def test_once_it_is_proved_it_is_bobs_everywhere(
    client: Client, bob: User, pamphlet: Thing
) -> None:
    Thing.objects.filter(pk=pamphlet.pk).update(
        proved_at=timezone.now(), proof="by the button on the page"
    )

    assert NASTY in client.get("/profile/bob").content.decode()
    assert NASTY in client.get("/profile/bob/things.atom").content.decode()
    assert client.get("/rest/v2/users/bob/things").json()[0]["title"] == NASTY
