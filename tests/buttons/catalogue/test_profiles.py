"""A person's profile: what it says, to whom, and flattring them every month."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from buttons.catalogue import elsewhere, made
from buttons.catalogue.elsewhere import Place
from buttons.catalogue.made import Made
from buttons.catalogue.profile_page import ProfilePage
from buttons.clicks.flattring import flattr_thing
from buttons.finding import trends
from buttons.models import Proof, Thing
from buttons.models.programs import Subscription
from flattr.database import clock, roles
from tests.world.browsing import signed_in
from tests.world.people import click, person, thing_of

NOW = timezone.now()
BOB = User(pk=1, username="bob", first_name="Bob", last_name="Berg")
ALICE = User(pk=2, username="alice")


def page(client: Client, address: str = "/@bob") -> str:
    return " ".join(client.get(address).content.decode().split())


def test_what_it_counts() -> None:
    one = ProfilePage(BOB, None, Made(1, 1, ("en_GB",)))
    many = ProfilePage(BOB, ALICE, Made(14, 1180, ("sv_SE", "en_GB")), readers=99)

    assert (one.things_heading, many.things_heading) == ("1 thing", "14 things")
    assert one.readers_sentence == ""
    assert many.readers_sentence == '<strong class="num">99</strong> this month'
    assert many.flattrs_sentence == '<strong class="num">1180</strong> in all'
    assert many.languages == "English, Swedish"
    assert one.languages == "", "English is what a thing has that says nothing"


def test_who_can_flattr_them() -> None:
    assert ProfilePage(BOB, None, made.NOTHING).flattrable
    assert ProfilePage(BOB, ALICE, made.NOTHING).flattrable
    assert not ProfilePage(BOB, BOB, made.NOTHING).flattrable
    gone = User(pk=3, username="carol", suspended_at=NOW)
    assert not ProfilePage(gone, ALICE, made.NOTHING).flattrable


def test_the_short_address_and_the_badge(settings: Settings) -> None:
    said = ProfilePage(User(username="bob", first_name='"><b>'), None, made.NOTHING)

    assert said.short_address == f"{settings.SITE_HOST}/@bob"
    assert said.badge.code == (
        f'<a href="{settings.SITE_URL}/@bob"><img src="{settings.SITE_URL}/@bob/badge.svg"'
        ' height="20" alt="&quot;&gt;&lt;b&gt; · Flattr"></a>'
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bob.example/", "bob.example"),
        ("https://bob.example/songs/?a=1", "bob.example/songs/?a=1"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
    ],
)
def test_an_address_for_peoples_eyes(url: str, shown: str) -> None:
    assert Place(url).shown == shown
    assert Place(url).rel == "me nofollow ugc"
    assert Place(url, "Proved by a file on its host").rel == "me"


def prove(bob: User, kind: str, *, host: str = "", url: str = "") -> Proof:
    now, thing = clock.now(), None
    if url:
        words = dict(Proof.KINDS)[kind]
        thing = thing_of(bob, url.rpartition("/")[2])
        Thing.objects.filter(pk=thing.pk).update(url=url, proof=words)
    return Proof.objects.create(
        person=bob, kind=kind, host=host, thing=thing, found_at=now, seen_at=now
    )


def places(bob: User) -> dict[str, str]:
    bob.refresh_from_db()
    return {place.url: place.proof for place in elsewhere.places(bob)}


def test_what_is_only_said_has_no_tick(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(url="https://bob.example")

    assert places(bob) == {"https://bob.example/": ""}


def test_a_proved_host_gives_its_pages_a_tick_and_stands_once(bob: User) -> None:
    prove(bob, "dns", host="bob.example")
    assert places(bob) == {"https://bob.example/": "Proved by its host’s DNS"}

    User.objects.filter(pk=bob.pk).update(url="https://bob.example/songs")
    assert places(bob) == {"https://bob.example/songs": "Proved by its host’s DNS"}


def test_a_lost_proof_is_none(bob: User) -> None:
    proof = prove(bob, "file", host="bob.example")
    User.objects.filter(pk=bob.pk).update(url="https://bob.example/")
    Proof.objects.filter(pk=proof.pk).update(lost_at=clock.now())

    assert places(bob) == {"https://bob.example/": ""}


def test_accounts_and_pages_that_link_back(bob: User) -> None:
    prove(bob, "account", url="https://git.example/bob/songs")
    prove(bob, "me", url="https://garden.example/@bob")
    prove(bob, "me", url="https://garden.example/@bob/1")
    prove(bob, "button", url="https://shop.example/bob")

    assert places(bob) == {
        "https://git.example/bob": "Proved: the account’s page names them",
        "https://garden.example/@bob": "Proved by a link to the owner’s profile",
    }


def test_pages_that_bob_names_get_a_tick_where_a_proof_stands(bob: User) -> None:
    proof = prove(bob, "file", host="git.example")
    song = thing_of(bob, "song")
    links = ["https://git.example/bob", song.url, "https://b.example"]
    User.objects.filter(pk=bob.pk).update(links=links)

    assert places(bob) == {
        "https://git.example/bob": "Proved by a file on its host",
        song.url: "Proved by the operator",
        "https://b.example/": "",
    }
    Proof.objects.filter(pk=proof.pk).update(lost_at=clock.now())
    Thing.objects.filter(pk=song.pk).update(proved_at=None, proof="")
    assert set(places(bob).values()) == {""}


def test_nobody_elses_proof_counts(bob: User, carol: User) -> None:
    prove(carol, "dns", host="carol.example")
    thing = thing_of(bob, "song", proved=False)
    User.objects.filter(pk=bob.pk).update(url="https://carol.example/")

    assert places(bob) == {"https://carol.example/": ""}
    User.objects.filter(pk=bob.pk).update(url=thing.url)
    assert places(bob) == {thing.url: ""}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a\u202eb.example/",
        "bob.example/x",
    ],
)
def test_what_is_no_address_of_a_page_is_not_linked(
    client: Client, bob: User, url: str
) -> None:
    User.objects.filter(pk=bob.pk).update(url=url)

    assert places(bob) == {}
    assert url not in page(client)


def test_a_profile_says_where_else_its_owner_is(client: Client, bob: User) -> None:
    prove(bob, "dns", host="bob.example")
    User.objects.filter(pk=bob.pk).update(url="https://blog.example")
    text = page(client)

    assert 'href="https://blog.example/" rel="me nofollow ugc noopener"' in text
    assert 'href="https://bob.example/" rel="me noopener"' in text
    assert 'aria-label="Proved by its host’s DNS"' in text


def test_things_stand_newest_or_most_flattred_first(
    client: Client, alice: User, bob: User
) -> None:
    flattr_thing(alice, thing_of(bob, "song"))
    thing_of(bob, "film")

    def titles(address: str) -> list[str]:
        return re.findall(r'/thing/\d+"><bdi>([^<]+)', page(client, address))

    assert "2 things" in page(client)
    assert titles("/@bob") == titles("/@bob?sort=x") == ["Film", "Song"]
    assert titles("/@bob?sort=flattrs") == ["Song", "Film"]


def test_whom_bob_flattrs_is_his_to_show(
    client: Client, alice: User, carol: User
) -> None:
    flattr_thing(alice, thing_of(carol, "film"))
    flattr_thing(alice, thing_of(carol, "song"))

    assert "/@carol" not in page(client, "/@alice")
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    text = page(client, "/@alice")
    assert text.count('<a href="/@carol"><img class="face"') == 1
    assert "They show this themselves." in text


def test_who_is_signed_out_signs_in_first(client: Client, bob: User) -> None:
    assert 'href="/account/login/?next=%2F%40bob"' in page(client)
    answer = client.post("/@bob/every-month")
    assert answer.headers["Location"].startswith("/account/login/")


def test_alice_flattrs_bob_every_month(
    alice: User, bob: User, settings: Settings
) -> None:
    reader = signed_in(alice)
    assert 'action="/@bob/every-month"' in page(reader)

    answer = reader.post("/@BOB/every-month", follow=True)

    assert answer.redirect_chain == [("/subscriptions", 302)]
    [begun] = Subscription.objects.all()
    assert begun.thing.url == f"{settings.SITE_URL}/profile/bob"
    assert (begun.thing.owner, begun.thing.category) == (bob, "people")
    assert begun.thing.proved
    text = page(reader)
    assert "You flattr them every month." in text
    assert "every-month" not in text
    again = reader.post("/@bob/every-month", follow=True)
    assert "You have a subscription for this thing." in again.content.decode()


def test_nobody_flattrs_themselves_or_who_is_suspended(alice: User, bob: User) -> None:
    own = signed_in(bob)
    assert "every-month" not in page(own)
    answer = own.post("/@bob/every-month", follow=True)
    assert "This is your own thing." in answer.content.decode()

    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    reader = signed_in(alice)
    reader.post("/@bob/every-month")
    text = page(reader)
    assert "every-month" not in text
    assert "suspended this person" in text
    assert not Thing.objects.exists()
    assert not Subscription.objects.exists()


def test_a_profile_is_a_few_queries(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    thing_of(bob, "song")

    with django_assert_num_queries(7):
        client.get("/@bob")


def test_readers_are_told_from_five_on_and_of_this_month(
    client: Client, own_database: str
) -> None:
    bob = person("bob")
    readers = [person(f"reader{number}") for number in range(5)]
    song, film = thing_of(bob, "song"), thing_of(bob, "film")
    for reader in readers[:4]:
        click(reader, song)
        click(reader, film)
    trends.make_if_due()
    assert made.readers_of(bob) is None
    assert "Readers" not in page(client)

    click(readers[4], film)
    an_hour_later()
    trends.make_if_due()
    assert '<dt>Readers</dt><dd><strong class="num">5</strong> this month</dd>' in page(
        client
    )
    an_hour_later(days=32)
    assert made.readers_of(bob) is None


def an_hour_later(days: int = 0) -> None:
    """What was counted last was so an hour, or longer, ago."""
    earlier = "made_at - make_interval(days => %s, hours => 1)"
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE trend_hour SET made_at = {earlier}", [days])
