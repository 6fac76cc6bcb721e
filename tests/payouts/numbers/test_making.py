"""The figures of a month are the bookkeeper's, and none of them is of fewer than five."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.models import Close, MonthFigures, NightFigures
from payouts.numbers import counting_months
from payouts.operations import lanes
from tests.payouts.numbers.reckoning import figures, stored
from tests.payouts.numbers.towns import close, close_late
from tests.world.bookkeeper import Bookkeeper
from tests.world.card_money import (
    dispute_payment,
    fail_refund,
    pay_by_card,
    refund_at_stripe,
)
from tests.world.crowd import World
from tests.world.people import click, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


def test_the_bookkeeper_agrees_on_each_figure(policy: str, fee_percent: int) -> None:
    books = Bookkeeper(fee_percent=fee_percent, policy=policy)
    world = World(seed=11, readers=120, creators=40, books=books)
    world.click_around()
    month = close(world)

    assert counting_months.make_due() == [month]

    found = stored(month)
    assert found == figures(world.books, month, set(world.reader_ids))
    assert found["ten_percent"] > 25 > found["half_percent"] > 0
    done = Close.objects.get(period=month)
    assert [found[name] for name in ("readers", "creators", "given", "fee")] == [
        done.readers, done.creators, done.spent, done.fee,
    ]  # fmt: skip


def test_figures_are_made_once_after_the_close() -> None:
    world = World(seed=12, readers=30, creators=12)
    world.click_around()
    month = world.month_passes()
    assert counting_months.make_due() == []

    list(lanes.run_all())
    first = MonthFigures.objects.values().get(period=month)
    with CaptureQueriesContext(connection) as asked:
        assert counting_months.make_due() == []

    assert len(asked) == 1
    counting_months.make(month)
    again = MonthFigures.objects.values().get(period=month)
    assert {**again, "made_at": None} == {**first, "made_at": None}


@pytest.mark.parametrize(("late", "counted"), [(4, False), (5, True)])
def test_readers_closed_late_are_added_when_they_are_five(
    late: int, counted: bool
) -> None:
    """T55: else whoever kept the former figures would see what a few gave."""
    world = World(seed=13, readers=40, creators=6)
    for reader in world.reader_ids:
        for thing, creator in world.things[:8]:
            world.books.clicks_on(reader, thing, creator, clock.period())
            click(User(pk=reader), _thing(thing, creator))
    aside = frozenset(world.reader_ids[:late])
    month = close(world, aside)
    counting_months.make_due()
    others = set(world.reader_ids) - aside
    assert stored(month) == figures(world.books, month, others)

    close_late(world, month, aside)

    assert counting_months.make_due() == ([month] if counted else [])
    everybody = set(world.reader_ids)
    assert stored(month) == figures(
        world.books, month, everybody if counted else others
    )
    assert counting_months.make_due() == []


def _thing(number: int, creator: int) -> Any:
    class Named:
        pk = number
        owner_id = creator

    return Named()


def test_five_late_readers_of_one_creator_are_not_added() -> None:
    """The figures before and after would say what that creator got of them."""
    bob = person("bob")
    song = thing_of(bob, "song")
    makers = [thing_of(person(f"maker{n}"), "post") for n in range(6)]
    readers = [person(f"reader{n}") for n in range(12)]
    for n, reader in enumerate(readers):
        open_budget(reader)
        for thing in makers if n < 7 else [song]:
            click(reader, thing)
    late = frozenset(reader.pk for reader in readers[7:])
    User.objects.filter(pk__in=late).update(suspended_at=clock.now())
    month = clock.period()
    travel(months.end(month))
    closing.close_month(month)
    counting_months.make_due()
    before = stored(month)
    User.objects.filter(pk__in=late).update(suspended_at=None)
    for number in late:
        closing.close_reader(month, number)

    assert counting_months.make_due() == [month]
    assert stored(month) == before
    assert before["readers"] == 7
    assert counting_months.make_due() == [], "looked at once, not every minute"


def test_a_month_of_few_keeps_no_figure() -> None:
    for n in range(4):
        reader = person(f"reader{n}")
        open_budget(reader)
        for m in range(7):
            click(reader, thing_of(person(f"maker{n}-{m}"), "post"))
    month = clock.period()
    travel(months.end(month))
    closing.close_month(month)
    counting_months.make_due()

    row = MonthFigures.objects.values().get(period=month)
    assert {name for name, value in row.items() if value is not None} == {
        "period", "made_at",
    }  # fmt: skip


def test_a_night_is_counted_once_and_rounded_down() -> None:
    for n in range(13):
        open_budget(person(f"reader{n}"))
    for n in range(5):
        thing_of(person(f"maker{n}"), "post")
    thing_of(person("maker"), "unproved", proved=False)

    assert counting_months.count_tonight()
    assert not counting_months.count_tonight()

    night = NightFigures.objects.get()
    assert (night.readers, night.things) == (10, 5)


def test_a_night_of_few_says_nothing() -> None:
    for n in range(4):
        open_budget(person(f"reader{n}"))
        thing_of(person(f"maker{n}"), "post")

    counting_months.count_tonight()

    night = NightFigures.objects.get()
    assert (night.readers, night.things) == (None, None)


@pytest.mark.parametrize(
    ("payers", "returned", "kept"),
    [
        (6, 5, (6 * 40 + 2_000, 4 * 200 + 1_000)),
        (5, 4, (5 * 40 + 2_000, None)),
        (4, 4, (None, None)),
    ],
)
def test_what_stripe_kept_and_what_went_back_is_of_five_readers(
    payers: int, returned: int, kept: tuple[int | None, int | None]
) -> None:
    """T55: all but one of those who got money back were refunded 2.00; one disputed it,
    which costs 20.00."""
    payments = [pay_by_card(person(f"reader{n}"), 1_000) for n in range(payers)]
    dispute_payment(payments[0])
    for payment in payments[1:returned]:
        fail_refund(payment, refund_at_stripe(payment, 300))
        refund_at_stripe(payment, 200)
    month = clock.period()
    travel(months.end(month))
    refund_at_stripe(payments[-1], 500)
    closing.close_month(month)

    counting_months.make_due()

    row = MonthFigures.objects.get(period=month)
    assert (row.stripe_cost, row.given_back) == kept
