"""Gifts where one month ends and the next begins, and how long they are held (S5, S6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing
from payouts.gifts import handing_over, offering, taking_back
from payouts.ledger.models import Transaction
from payouts.ledger.posting import balance
from payouts.models import Gift, GiftState, Lot, ReaderMonth, Split, Traced
from tests.world.card_money import (
    pay_by_debit,
    pay_for_gift,
    take_back_debit,
)
from tests.world.people import click, person, reader_with_budget, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

LATE = timedelta(minutes=30)


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def alice(bob: User) -> User:
    """Gives 10.00 a month and has 30.00; it is half past eleven on the last evening of a
    month in which she flattred something of Bob's."""
    travel(months.end(clock.period()) - LATE)
    alice = reader_with_budget("alice", amount=1_000, paid=3_000)
    click(alice, thing_of(bob, "song"))
    return alice


def new_month() -> int:
    """It is half an hour after midnight; the month that is over."""
    over = clock.period()
    travel(months.end(over) + LATE + timedelta(minutes=1))
    return over


def frozen(period: int) -> tuple[int, int, int]:
    month = ReaderMonth.objects.get(period=period)
    return month.budget, month.means, month.spent


def test_a_gift_of_the_last_evening_is_of_the_next_month(
    alice: User, bob: User
) -> None:
    gift = offering.give(alice, bob, 1_500)
    over = new_month()
    handing_over.hand_over()
    closing.close_month(over)

    gift.refresh_from_db()
    assert gift.period == months.following(over)
    periods = Transaction.objects.filter(reference__startswith="gift:")
    assert list(periods.order_by("id").values_list("period", flat=True)) == [
        over,
        gift.period,
    ]
    assert frozen(over) == (1_000, 1_500, 1_000)
    assert balance(chart.means(alice)) == 500


def test_what_is_taken_back_after_midnight_is_of_the_next_month(
    alice: User, bob: User
) -> None:
    gift = offering.give(alice, bob, 1_500)
    over = clock.period()
    travel(months.end(over) + timedelta(minutes=1))
    taking_back.take_back(gift)
    closing.close_month(over)

    assert frozen(over) == (1_000, 1_500, 1_000)
    assert balance(chart.means(alice)) == 2_000


@pytest.mark.parametrize("when", ["at once", "late"])
def test_a_late_close_takes_what_it_would_have_taken_at_once(
    alice: User, bob: User, when: str
) -> None:
    """Gifts of the new month, and one that was paid for, leave the old one its budget."""
    over = new_month()
    if when == "at once":
        closing.close_month(over)
    pay_for_gift(alice, bob, 700)
    given = offering.give(alice, bob, 600)
    taking_back.take_back(offering.give(alice, bob, 400))
    travel(clock.now() + timedelta(days=3))
    handing_over.hand_over()
    if when == "late":
        with pytest.raises(offering.NotEnough):
            offering.give(alice, bob, 401)
        closing.close_month(over)

    given.refresh_from_db()
    assert given.state == GiftState.GIVEN
    assert Split.objects.get().spent == 1_000
    assert balance(chart.means(alice)) == 1_400
    assert balance(chart.pending(bob)) == 1_000 + 700 + 600


def test_a_payment_that_arrives_late_for_a_gift_pays_no_month(bob: User) -> None:
    """The month that is over has 3.00 of its 10.00, whatever arrives for the gift before
    it is closed."""
    travel(months.end(clock.period()) - LATE)
    alice = reader_with_budget("alice", amount=1_000, paid=300)
    click(alice, thing_of(bob, "song"))
    over = new_month()
    payment = pay_for_gift(alice, bob, 700)
    handing_over.hand_over()
    closing.close_month(over)

    assert frozen(over) == (1_000, 300, 300)
    assert Gift.objects.get(payment=payment).state == GiftState.GIVEN
    assert balance(chart.means(alice)) == 0


# --- How long


def given(reader: User, bob: User) -> Lot:
    gift = offering.give(reader, bob, 500)
    travel(clock.now() + timedelta(hours=1))
    handing_over.hand_over()
    return Lot.objects.get(gift=gift)


def lasts(lot: Lot) -> int:
    return (lot.matures_at - lot.counted_from).days


def test_what_a_reader_gives_is_held_as_what_they_share_would_be(bob: User) -> None:
    """New at first; after three months and sixty days trusted."""
    alice = reader_with_budget("alice", amount=200, paid=10_000)
    song = thing_of(bob, "song")
    assert (lasts(given(alice, bob)), lasts(given(alice, bob))) == (30, 30)
    for _ in range(3):
        click(alice, song)
        over = clock.period()
        travel(months.end(over) + timedelta(days=1))
        closing.close_month(over)

    lot = given(alice, bob)

    assert (lot.hold, lasts(lot)) == ("trusted", 7)


def test_what_a_debit_paid_is_held_for_eight_weeks_and_taken_back(bob: User) -> None:
    """The bank could not make the debit after all: that disputes nothing, and the gift is
    taken back from where it is held."""
    alice = person("alice")
    payment = pay_by_debit(alice, 500)
    lot = given(alice, bob)
    assert (lot.hold, lasts(lot)) == ("debit", 56)
    travel(clock.now() + timedelta(days=50))

    take_back_debit(payment)

    [line] = Traced.objects.all()
    assert (line.gift, line.from_pending) == (lot.gift, 500)
    assert balance(chart.pending(bob)) == 0
    assert offering.offer(alice, bob).refusal is None
