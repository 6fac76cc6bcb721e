"""A click: once a month, by a reader with an open budget, for somebody else."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from psycopg2 import extensions
from pytest_django import DjangoAssertNumQueries

from accounts.models import Budget, User
from accounts.people import budgets
from buttons.clicks import flattring
from buttons.clicks.flattring import (
    FlattrOnce,
    FlattrOwner,
    NoMeans,
    NotFlattrable,
    flattr_thing,
    undo_flattr,
)
from buttons.models import Flattr, Promise, Thing, UsedIntent
from flattr import months
from flattr.database import clock
from flattr.web.refusals import Refusal
from tests.world.people import execute, open_budget, person, thing_of, travel


def count_of(thing: Thing) -> int:
    return Thing.objects.get(pk=thing.pk).flattrs


def test_alice_flattrs_bob(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")

    recorded = flattr_thing(alice, song)

    assert isinstance(recorded, Flattr)
    row = Flattr.objects.get(reader=alice)
    assert (row.thing, row.creator, row.period) == (song, bob, clock.period())
    assert row.received_at == recorded.received_at
    assert count_of(song) == 1


def test_a_flattr_is_one_statement(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    song = thing_of(bob, "song")

    with django_assert_num_queries(1):
        flattr_thing(alice, song)
    with django_assert_num_queries(1):
        undo_flattr(alice, song)


def test_a_second_flattr_in_the_month_is_refused(alice: User, bob: User) -> None:
    """The second click on the same thing is refused with its reason (C1)."""
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    with pytest.raises(FlattrOnce) as refused:
        flattr_thing(alice, song)

    assert (refused.value.code, refused.value.status) == ("flattr_once", 403)
    assert count_of(song) == 1


def test_one_s_own_thing_is_refused(alice: User) -> None:
    """An owner's click on their own thing is refused (C4)."""
    diary = thing_of(alice, "diary")

    with pytest.raises(FlattrOwner) as refused:
        flattr_thing(alice, diary)

    assert (refused.value.code, refused.value.status) == ("flattr_owner", 403)
    assert not Flattr.objects.exists()


def test_one_s_own_thing_is_refused_before_it_is_proved(alice: User) -> None:
    with pytest.raises(FlattrOwner):
        flattr_thing(alice, thing_of(alice, "diary", proved=False))


def test_without_an_open_budget_nothing_is_recorded(bob: User, carol: User) -> None:
    """A reader without a budget is refused with its reason (C4)."""
    song = thing_of(bob, "song")

    with pytest.raises(NoMeans) as refused:
        flattr_thing(carol, song)

    assert (refused.value.code, refused.value.status) == ("no_means", 401)
    assert not Flattr.objects.exists()


def test_a_budget_that_no_payment_reached_is_not_open(bob: User, carol: User) -> None:
    """Choosing a budget is not enough; a payment has to arrive (C4)."""
    open_budget(carol, paid=0)

    with pytest.raises(NoMeans):
        flattr_thing(carol, thing_of(bob, "song"))


@pytest.mark.parametrize("proved", [True, False])
def test_a_stopped_or_suspended_budget_is_not_open(
    alice: User, bob: User, proved: bool
) -> None:
    """Neither takes a flattr (C4)."""
    song = thing_of(bob, "song", proved=proved)
    Budget.objects.filter(reader=alice).update(suspended_at=clock.now())
    with pytest.raises(NoMeans):
        flattr_thing(alice, song)

    Budget.objects.filter(reader=alice).update(suspended_at=None)
    budgets.write_amount(alice, clock.period(), 0, clock.now())
    with pytest.raises(NoMeans):
        flattr_thing(alice, song)

    assert count_of(song) == 0


def test_a_suspended_reader_does_not_flattr(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())

    with pytest.raises(NoMeans):
        flattr_thing(alice, thing_of(bob, "song"))


def test_a_suspended_thing_or_creator_gets_nothing_new(alice: User, bob: User) -> None:
    song, podcast = thing_of(bob, "song"), thing_of(bob, "podcast", proved=False)
    Thing.objects.filter(pk=song.pk).update(suspended_at=clock.now())
    with pytest.raises(NotFlattrable):
        flattr_thing(alice, song)

    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    with pytest.raises(NotFlattrable):
        flattr_thing(alice, podcast)


def test_the_refusals_come_in_their_order(alice: User, bob: User, carol: User) -> None:
    """Not flattrable, own thing, once, no means."""
    song = thing_of(bob, "song")
    flattr_thing(alice, song)
    budgets.write_amount(alice, clock.period(), 0, clock.now())
    with pytest.raises(FlattrOnce):
        flattr_thing(alice, song)
    with pytest.raises(FlattrOwner):
        flattr_thing(bob, song)

    Thing.objects.filter(pk=song.pk).update(suspended_at=clock.now())
    with pytest.raises(NotFlattrable):
        flattr_thing(bob, song)
    with pytest.raises(NotFlattrable):
        flattr_thing(alice, Thing(pk=10**15))


def test_an_unproved_thing_gets_a_promise_and_no_money(alice: User, bob: User) -> None:
    """The click is kept as a promise, and the split does not see it (T18)."""
    stolen = thing_of(bob, "stolen", proved=False)

    promised = flattr_thing(alice, stolen)

    assert isinstance(promised, Promise)
    assert Promise.objects.get(reader=alice).period == clock.period()
    assert not Flattr.objects.exists()
    assert count_of(stolen) == 1


def test_a_page_that_nobody_is_named_for_gets_a_promise(alice: User) -> None:
    poem = thing_of(None, "poem", proved=False)

    assert isinstance(flattr_thing(alice, poem), Promise)
    with pytest.raises(FlattrOnce):
        flattr_thing(alice, poem)


def test_undo_takes_the_flattr_back(alice: User, bob: User) -> None:
    """Undo in the same month removes row and count (C3)."""
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    assert undo_flattr(alice, song)

    assert not Flattr.objects.exists()
    assert count_of(song) == 0
    assert not undo_flattr(alice, song)
    assert isinstance(flattr_thing(alice, song), Flattr)


def test_undo_takes_a_promise_back(alice: User, bob: User) -> None:
    song = thing_of(bob, "song", proved=False)
    flattr_thing(alice, song)

    assert undo_flattr(alice, song)
    assert not Promise.objects.exists()
    assert count_of(song) == 0


def test_undo_is_one_s_own_only(alice: User, bob: User, carol: User) -> None:
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    assert not undo_flattr(carol, song)
    assert Flattr.objects.count() == 1


def test_suspending_takes_back_the_running_month(
    alice: User, bob: User, carol: User
) -> None:
    open_budget(carol)
    song, podcast = thing_of(bob, "song"), thing_of(bob, "podcast", proved=False)
    flattr_thing(alice, song)
    flattr_thing(carol, song)
    flattr_thing(alice, podcast)

    taken = flattring.take_back_of_thing(podcast)
    assert taken == [(alice, podcast)]

    taken = flattring.take_back_of_creator(bob)
    assert set(taken) == {(alice, song), (carol, song)}
    assert not Flattr.objects.exists()
    assert not Promise.objects.exists()
    assert (count_of(song), count_of(podcast)) == (0, 0)


def test_a_month_is_listed_in_one_query(
    alice: User,
    bob: User,
    carol: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for owner, slug in [(bob, "song"), (bob, "podcast"), (carol, "blog")]:
        flattr_thing(alice, thing_of(owner, slug))
    period = clock.period()

    with django_assert_num_queries(1):
        given = [
            (row.thing.title, row.creator.username)
            for row in Flattr.objects.of_month(alice, period)
        ]

    assert given == [("Song", "bob"), ("Podcast", "bob"), ("Blog", "carol")]
    units = Flattr.objects.units(alice, clock.period(), "creator")
    assert units == sorted([bob.pk, carol.pk])
    assert len(Flattr.objects.units(alice, clock.period(), "thing")) == 3


def test_promises_are_listed_apart(alice: User, bob: User) -> None:
    flattr_thing(alice, thing_of(bob, "song"))
    waiting = thing_of(bob, "podcast", proved=False)
    flattr_thing(alice, waiting)

    assert [made.thing for made in Promise.objects.made(alice)] == [waiting]
    assert Flattr.objects.of_month(alice, clock.period()).count() == 1


def test_used_intents_are_forgotten_after_an_hour(alice: User) -> None:
    UsedIntent.objects.create(nonce="new")
    UsedIntent.objects.create(nonce="old")
    two_hours_ago = timezone.now() - timedelta(hours=2)
    UsedIntent.objects.filter(nonce="old").update(used_at=two_hours_ago)

    assert flattring.prune_intents() == 1
    assert UsedIntent.objects.get().nonce == "new"


# --- With real commits


def test_two_hundred_identical_clicks_are_one_flattr(own_database: str) -> None:
    """Of two hundred clicks at once one is recorded (C1)."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song")
    answers: Counter[str] = Counter()
    gate = threading.Barrier(20)

    def click_ten_times() -> None:
        gate.wait()
        for _ in range(10):
            try:
                flattr_thing(alice, song)
                answers["ok"] += 1
            except Refusal as refusal:
                answers[refusal.code] += 1
        connection.close()

    threads = [threading.Thread(target=click_ten_times) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {"ok": 1, "flattr_once": 199}
    assert Flattr.objects.count() == 1
    assert count_of(song) == 1


def test_a_flattr_of_last_month_stays(own_database: str) -> None:
    """Undo after the month's end is refused (C3)."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    travel(months.end(clock.period()) + timedelta(hours=1))

    assert not undo_flattr(alice, song)
    with pytest.raises(IntegrityError, match="The month is over"), transaction.atomic():
        execute("DELETE FROM flattr")
    assert isinstance(flattr_thing(alice, song), Flattr)
    assert Flattr.objects.count() == 2


def test_a_month_without_its_partition_is_opened_by_the_click(
    own_database: str, owner_connection: extensions.connection
) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song")
    later = months.start(months.shifted(clock.period(), 7))
    travel(later)
    # Nobody was here for months: no tick has opened this one.
    with owner_connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE flattr_{months.period_of(later)}")

    recorded = flattr_thing(alice, song)

    assert recorded.period == months.period_of(later)
    assert Flattr.objects.count() == 1


def test_old_promises_go_at_any_time(own_database: str) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song", proved=False)
    flattr_thing(alice, song)
    travel(months.end(clock.period()) + timedelta(hours=1))
    flattr_thing(alice, song)
    assert Promise.objects.count() == 2

    assert flattring.undo_promises(alice, song)
    assert not Promise.objects.exists()
    assert count_of(song) == 0
