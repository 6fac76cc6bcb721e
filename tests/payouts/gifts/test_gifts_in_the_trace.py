"""Gifts that go back: where they stand in the trace, and from whom their parts come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing, maturing
from payouts.earnings import requesting
from payouts.gifts import handing_over, offering
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import Ending, Gift, Lot, Payment, Traced
from payouts.returns.apportioning import Spent, newest
from tests.world.card_money import (
    decide,
    dispute_payment,
    pay_by_card,
    pay_for_gift,
    refund_at_stripe,
)
from tests.world.earning import add_destination
from tests.world.people import click, person, thing_of, travel

# --- The order


@st.composite
def years(draw: st.DrawFn) -> list[Spent]:
    """Splits and gifts of a few months, each with something left or nothing."""
    left = st.integers(0, 300)
    splits = [
        Spent(period, draw(left))
        for period in draw(st.sets(st.integers(202601, 202604), max_size=4))
    ]
    gifts = []
    for pk in range(draw(st.integers(0, 6))):
        period = draw(st.integers(202601, 202604))
        at = datetime(2026, period % 100, draw(st.integers(1, 3)), tzinfo=UTC)
        gift = Gift(pk=pk, period=period, given_at=at)
        gifts.append(Spent(period, draw(left), gift))
    return draw(st.permutations([*splits, *gifts]))


def number(one: Spent) -> int:
    assert one.gift is not None
    return one.gift.pk


@given(years(), st.integers(0, 2_000))
def test_a_month_s_split_comes_before_its_gifts_and_these_before_the_month_before(
    every: list[Spent], amount: int
) -> None:
    """Of one day the number tells which came later."""
    expected: list[Spent] = []
    for period in (202604, 202603, 202602, 202601):
        of_month = [one for one in every if one.period == period]
        expected += [one for one in of_month if one.gift is None]
        for day in (3, 2, 1):
            of_day = [
                one
                for one in of_month
                if one.gift and one.gift.given_at and one.gift.given_at.day == day
            ]
            expected += sorted(of_day, key=number, reverse=True)
    expected = [one for one in expected if one.left]

    chosen = newest(every, amount)

    assert chosen == expected[: len(chosen)]
    held = [one.left for one in chosen]
    assert sum(held) >= min(amount, sum(one.left for one in every))
    assert not held or sum(held[:-1]) < amount


# --- Told


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def carol(own_database: str) -> User:
    return person("carol")


@pytest.fixture
def payment(own_database: str) -> Payment:
    """Alice paid 30.00, and gives 10.00 a month."""
    return pay_by_card(person("alice"), 3_000, budget=1_000)


def later(by: timedelta) -> None:
    travel(clock.now() + by)


def hand_over() -> None:
    later(timedelta(hours=1))
    handing_over.hand_over()


def close_the_month() -> None:
    over = clock.period()
    travel(months.end(over).replace(hour=3))
    closing.close_month(over)


def traced() -> list[tuple[str, str | None, int, int, int, int]]:
    lines = Traced.objects.order_by("pk").select_related("creator")
    return [
        (
            line.kind,
            line.creator.username if line.creator else None,
            line.amount,
            line.from_pending,
            line.from_revenue,
            line.from_debt,
        )
        for line in lines
    ]


def test_a_gift_is_taken_back_after_its_month_s_split(
    payment: Payment, bob: User, carol: User
) -> None:
    alice = payment.reader
    click(alice, thing_of(bob, "song"))
    gift = offering.give(alice, carol, 1_500)
    hand_over()
    close_the_month()

    fact = dispute_payment(payment, 2_600)

    assert traced() == [
        ("means", None, 500, 0, 0, 0),
        ("share", "bob", 1_000, 1_000, 0, 0),
        ("share", "carol", 1_100, 1_100, 0, 0),
    ]
    assert Traced.objects.get(creator=carol).gift == gift
    assert Lot.objects.get(gift=gift).left == 400

    decide(fact, "won")
    assert balance(chart.revenue(carol)) == 1_100
    assert balance(chart.pending(carol)) == 400
    assert balance(chart.means(alice)) == 500
    assert all(not broken for broken in checks.check().values())


def test_what_matured_is_ready_first_and_then_owed_and_our_fee_in_proportion(
    payment: Payment, carol: User, settings: Settings
) -> None:
    settings.FEE_PERCENT = 10
    alice = payment.reader
    offering.give(alice, carol, 2_000)
    hand_over()
    later(timedelta(days=30))
    maturing.mature()
    assert balance(chart.revenue(carol)) == 1_800

    refund_at_stripe(payment, 2_000)

    assert traced() == [
        ("means", None, 1_000, 0, 0, 0),
        ("share", "carol", 900, 0, 900, 0),
        ("fee", None, 100, 0, 0, 0),
    ]


def test_what_was_paid_out_is_owed_and_repaid_by_the_next_gift(
    payment: Payment, carol: User
) -> None:
    """L5, W1: what is on its way is not touched, and the debt is the first to be paid."""
    alice = payment.reader
    offering.give(alice, carol, 2_000)
    hand_over()
    add_destination(carol)
    later(timedelta(days=30))
    maturing.mature()
    requesting.request_payout(carol)

    fact = dispute_payment(payment, 2_500)

    assert traced() == [
        ("means", None, 1_000, 0, 0, 0),
        ("share", "carol", 1_500, 0, 0, 1_500),
    ]
    assert balance(chart.transit(carol)) == 2_000
    assert Outbox.objects.get(template="owed").person == carol
    decide(fact, "lost")
    bob = pay_by_card(person("bob"), 1_800).reader
    offering.give(bob, carol, 1_800)
    hand_over()
    later(timedelta(days=30))
    maturing.mature()
    assert balance(chart.revenue(carol)) == 300
    assert maturing.owed(carol) == 0


def test_a_gift_comes_back_by_its_own_payment(carol: User) -> None:
    """Its payment goes back like any other: by the trace, which the gift is the newest of."""
    alice = person("alice")
    payment = pay_for_gift(alice, carol, 700)
    handing_over.hand_over()

    refund_at_stripe(payment, 700)

    assert traced() == [("share", "carol", 700, 700, 0, 0)]
    assert balance(chart.pending(carol)) == 0


def test_what_is_reserved_goes_back_before_anybody_else_s(
    payment: Payment, bob: User, carol: User
) -> None:
    """L5: a gift that is not given yet is not spent."""
    alice = payment.reader
    click(alice, thing_of(bob, "song"))
    close_the_month()
    gift = offering.give(alice, carol, 1_000)
    assert balance(chart.means(alice)) == 1_000

    dispute_payment(payment, 1_500)

    gift.refresh_from_db()
    assert (gift.state, gift.ending) == ("void", Ending.PAID_BACK)
    assert traced() == [("means", None, 1_500, 0, 0, 0)]
    assert balance(chart.transit(alice)) == 0
    with pytest.raises(offering.GiverDisputes):
        offering.give(alice, carol, 100)


def test_what_is_reserved_stays_where_the_account_holds_enough(
    payment: Payment, carol: User
) -> None:
    alice = payment.reader
    gift = offering.give(alice, carol, 1_000)

    refund_at_stripe(payment, 2_000)

    hand_over()
    gift.refresh_from_db()
    assert gift.state == "given"
    assert balance(chart.means(alice)) == 0
