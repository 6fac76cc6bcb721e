"""What is flattred every month without a click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.people import budgets
from buttons import erasing
from buttons.clicks import flattring, subscribing
from buttons.clicks.flattring import flattr_thing, undo_flattr
from buttons.models import Flattr, Promise, Thing
from buttons.models.programs import Subscription
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import month_name
from payouts.operations import due
from tests.rest.asking import Caller, code_of
from tests.world.people import execute, open_budget, person, thing_of, travel


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def next_month() -> None:
    travel(months.end(clock.period()) + timedelta(hours=1))


def periods(reader: User) -> list[int]:
    given = Flattr.objects.filter(reader=reader).order_by("period")
    return list(given.values_list("period", flat=True))


def test_it_fires_once_each_month(own_database: str) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song")
    subscribing.subscribe(alice, song)
    first = clock.period()

    assert [subscribing.fire(), subscribing.fire()] == [1, 0]
    next_month()
    assert [subscribing.fire(), subscribing.fire()] == [1, 0]

    assert periods(alice) == [first, months.following(first)]


def test_what_is_taken_back_does_not_come_again(alice: User, song: Thing) -> None:
    subscribing.subscribe(alice, song)
    subscribing.fire()

    undo_flattr(alice, song)

    assert subscribing.fire() == 0
    assert periods(alice) == []


def test_who_was_faster_is_not_charged_twice(alice: User, song: Thing) -> None:
    Caller(alice).post(f"/things/{song.pk}/flattr")
    subscribing.subscribe(alice, song)

    assert subscribing.fire() == 0
    assert periods(alice) == [clock.period()]
    assert Subscription.objects.get().fired_period == clock.period()


def test_it_waits_for_an_open_budget_and_makes_up_for_nothing(
    own_database: str,
) -> None:
    bob, carol = person("bob"), person("carol")
    song = thing_of(bob, "song")
    subscribing.subscribe(carol, song)
    assert subscribing.fire() == 0
    next_month()
    open_budget(carol)

    assert subscribing.fire() == 1

    assert periods(carol) == [clock.period()]
    budgets.suspend(carol, clock.now())
    next_month()
    assert subscribing.fire() == 0


def test_paused_is_not_fired(alice: User, song: Thing) -> None:
    subscribing.subscribe(alice, song)
    subscribing.toggle(alice, song)
    assert subscribing.fire() == 0

    subscribing.toggle(alice, song)

    assert subscribing.fire() == 1


def test_a_page_without_a_proved_owner_is_promised(alice: User) -> None:
    somebodys = thing_of(None, "page", proved=False)
    subscribing.subscribe(alice, somebodys)

    assert subscribing.fire() == 1
    assert Promise.objects.get().thing == somebodys


def test_it_is_in_the_tick_and_a_crash_in_the_middle_loses_nothing(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    songs = [thing_of(bob, f"song-{number}") for number in range(3)]
    for song in songs:
        subscribing.subscribe(alice, song)
    real, calls = flattring.flattr_thing, list[Thing]()

    def falls_over(reader: User, thing: Thing) -> Any:
        calls.append(thing)
        if len(calls) == 2:
            real(reader, thing)
            raise RuntimeError("The power is gone.")
        return real(reader, thing)

    with monkeypatch.context() as patched:
        patched.setattr(subscribing, "flattr_thing", falls_over)
        with pytest.raises(RuntimeError):
            subscribing.fire()
    assert Flattr.objects.count() == 1

    assert due.fire_subscriptions() == "flattred 2 things by subscription"

    assert Flattr.objects.count() == 3
    assert due.fire_subscriptions() == ""


def test_nobody_subscribes_to_their_own_or_twice(
    alice: User, bob: User, song: Thing
) -> None:
    at = f"/things/{song.pk}/subscriptions"

    assert code_of(Caller(bob).post(at)) == (403, "thing_owner")
    assert Caller(alice).post(at).status_code == 200
    assert code_of(Caller(alice).post(at)) == (403, "subscribed")
    assert code_of(Caller(alice, "thing").post(at)) == (403, "insufficient_scope")
    assert code_of(Caller().post(at)) == (401, "unauthorized")
    assert code_of(Caller(alice).post("/things/99999/subscriptions")) == (
        404,
        "not_found",
    )


def test_a_list_of_them(alice: User, song: Thing) -> None:
    subscribing.subscribe(alice, song)
    made = Subscription.objects.get()

    [told] = Caller(alice).get("/user/subscriptions").json()

    assert told["type"] == "subscription"
    assert told["active"] is True
    assert told["created_at"] == told["started_at"] == int(made.created_at.timestamp())
    assert (told["thing"]["id"], told["thing"]["subscribed"]) == (song.pk, True)
    assert told["thing"]["flattred"] is False


def test_what_every_month_does_in_this_month_is_said(
    client: Client, alice: User, song: Thing
) -> None:
    client.force_login(alice)
    begin, change = f"/subscriptions/{song.pk}/begin", f"/subscriptions/{song.pk}"
    coming = months.following(clock.period())
    flattr_thing(alice, song)
    assert "Flattr it every month" in client.get(f"/thing/{song.pk}").content.decode()

    begun = client.post(begin, follow=True).content.decode()
    assert f"every month, from {month_name(coming)} on: you have flattred it" in begun

    undo_flattr(alice, song)
    client.post(change, {"toggle": "1"})
    resumed = client.post(change, {"toggle": "1"}, follow=True).content.decode()
    assert "now and every month: the first flattr is there within a minute" in resumed

    execute("UPDATE budget SET suspended_at = now()")
    client.post(change, {"toggle": "1"})
    resumed = client.post(change, {"toggle": "1"}, follow=True).content.decode()
    assert "as soon as your budget is open" in resumed


def test_readers_see_to_it_on_pages(client: Client, alice: User, song: Thing) -> None:
    client.force_login(alice)
    page = client.get(f"/thing/{song.pk}").content.decode()
    assert "Flattr it now and every month" in page
    assert "Nothing yet" in client.get("/subscriptions").content.decode()

    begun = client.post(f"/subscriptions/{song.pk}/begin", follow=True)
    assert "You flattr “Song” now and every month" in begun.content.decode()
    again = client.post(f"/subscriptions/{song.pk}/begin", follow=True)
    assert "You have a subscription" in again.content.decode()

    paused = client.post(f"/subscriptions/{song.pk}", {"toggle": "1"}, follow=True)
    assert "“Song” is paused" in paused.content.decode()
    assert not Subscription.objects.get().active
    client.post(f"/subscriptions/{song.pk}", {"toggle": "1"})
    assert Subscription.objects.get().active
    client.post(f"/subscriptions/{song.pk}", {"end": "1"})
    assert not Subscription.objects.exists()
    assert client.get("/subscriptions").status_code == 200


def test_it_goes_with_who_leaves(alice: User, bob: User, song: Thing) -> None:
    subscribing.subscribe(alice, song)
    subscribing.subscribe(bob, thing_of(alice, "poem"))

    erasing.forget(alice)

    assert not Subscription.objects.exists()
