"""Gifts that are moved from two sides at once, in every order that the statements can
have: each is given once or not at all, and no cent is in two places (P3, L5)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from flattr import months
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.close import closing
from payouts.gifts import handing_over, offering, taking_back
from payouts.ledger import checks
from payouts.ledger.models import Balance
from payouts.ledger.posting import balance
from payouts.models import Close, Ending, Gift, GiftState, Payment
from payouts.moderation import suspending
from payouts.payments import paying_in
from payouts.returns import tracing
from tests.hostile import interleaving
from tests.hostile.interleaving import Schedule
from tests.hostility import Budget
from tests.world.people import click, person, reader_with_budget, thing_of, travel

HERE = "192.0.2.1"

Orders = Iterator[Schedule]


@pytest.fixture
def many(budget: Budget) -> int:
    return budget(3, 100, 6)


@pytest.fixture
def orders(own_database: str, seed: int, many: int) -> Orders:
    return interleaving.orders(random.Random(seed), many)


def in_order() -> bool:
    assert not Balance.objects.filter(amount__lt=0).exists()
    return not any(checks.check().values())


def refused(act: Callable[[], object]) -> bool:
    """Whether it was."""
    with suppress(Refusal):
        act()
        return False
    return True


names = (f"{n}" for n in range(10**6))


def reader(paid: int = 3_000, budget: int = 0) -> User:
    return reader_with_budget(f"reader-{next(names)}", amount=budget, paid=paid)


def creator() -> User:
    return person(f"creator-{next(names)}")


def due(paid: int = 3_000, budget: int = 0) -> Gift:
    """A gift of 5.00 whose hour is over, as time is made to go."""
    gift = offering.give(reader(paid, budget), creator(), 500)
    Gift.objects.filter(pk=gift.pk).update(due_at=clock.now())
    return gift


@pytest.mark.parametrize(
    ("paid", "amount"), [(30_000, 6_000), (1_000, 600)], ids=["limit", "means"]
)
def test_two_gifts_at_once_are_one(orders: Orders, paid: int, amount: int) -> None:
    """More than a hundred, or than there is, are not given in any order."""
    for schedule in orders:
        alice, bob = reader(paid), creator()
        give = partial(offering.give, alice, bob, amount)

        gave = schedule.run([partial(refused, give), partial(refused, give)])

        assert sorted(gave) == [False, True], (schedule.order, gave)
        assert balance(chart.transit(alice)) == amount
    assert in_order()


def test_taking_back_and_handing_over(orders: Orders) -> None:
    for schedule in orders:
        # The clock has not come to the hour yet when it is taken back.
        gift = offering.give(reader(), creator(), 500)
        soon = clock.now() + timedelta(milliseconds=30)
        Gift.objects.filter(pk=gift.pk).update(due_at=soon)

        gave = schedule.run(
            [
                partial(refused, partial(taking_back.take_back, gift)),
                partial(handing_over.hand_over_one, gift.pk),
            ]
        )

        gift.refresh_from_db()
        assert not any(isinstance(one, Exception) for one in gave), schedule.order
        if gift.state == GiftState.RESERVED:
            handing_over.hand_over_one(gift.pk)
            gift.refresh_from_db()
        is_given = gift.state == GiftState.GIVEN
        assert gave[0] is is_given, (schedule.order, gave)
        assert balance(chart.pending(gift.creator)) == (500 if is_given else 0)
        assert balance(chart.means(gift.reader)) == (2_500 if is_given else 3_000)
    assert in_order()


@pytest.mark.parametrize("who", ["reader", "creator"])
def test_suspending_and_handing_over(orders: Orders, who: str) -> None:
    """Whoever is suspended first gives and gets nothing."""
    sam = person("sam", is_staff=True)
    for schedule in orders:
        gift = due()
        bad = getattr(gift, who)

        gave = schedule.run(
            [
                partial(suspending.suspend_person, bad, sam, "a scam"),
                partial(handing_over.hand_over_one, gift.pk),
            ]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        gift.refresh_from_db()
        assert gift.state in {GiftState.GIVEN, GiftState.VOID}
        assert balance(chart.transit(gift.reader)) == 0
    assert in_order()


def test_a_dispute_and_handing_over(orders: Orders) -> None:
    """Whichever is first: what is not given is the reader's, and goes back first."""
    for schedule in orders:
        gift = due()
        alice, bob = gift.reader, gift.creator

        gave = schedule.run(
            [
                partial(dispute_reader, alice, 2_800),
                partial(handing_over.hand_over_one, gift.pk),
            ]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        gift.refresh_from_db()
        if gift.state == GiftState.GIVEN:
            assert balance(chart.means(alice)) == 0
            assert balance(chart.pending(bob)) == 200
        else:
            assert gift.ending == Ending.PAID_BACK
            assert balance(chart.means(alice)) == 200
    assert in_order()


@transaction.atomic
def dispute_reader(who: User, amount: int) -> None:
    clock.moment()
    reference = f"dispute:DP{who.pk}:withdrawn"
    tracing.deduct(reference, who, {chart.STRIPE_CLEARING: amount})


def test_a_payment_and_taking_back_what_waits_for_it(orders: Orders) -> None:
    for schedule in orders:
        alice, bob = person(f"payer-{next(names)}"), creator()
        payment = offering.begin_with_payment(alice, bob, 500, ip=HERE)
        paying_in.forgive(alice, HERE)
        gift = Gift.objects.get(payment=payment)

        gave = schedule.run(
            [
                partial(arrive, payment),
                partial(refused, partial(taking_back.take_back, gift)),
            ]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        handing_over.hand_over()
        gift.refresh_from_db()
        is_given = gift.state == GiftState.GIVEN
        assert is_given is gave[1], (schedule.order, gave)
        assert balance(chart.pending(bob)) == (500 if is_given else 0)
        assert balance(chart.means(alice)) == (0 if is_given else 500)
    assert in_order()


def arrive(payment: Payment) -> None:
    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})


def test_a_close_and_handing_over(own_database: str, seed: int) -> None:
    """A month is closed while a gift of its last hour is given, and another is made: the
    month takes what it would have taken alone."""
    dice = random.Random(seed)
    song = thing_of(creator(), "song")
    for _ in range(2):
        gift = due(budget=1_000)
        click(gift.reader, song)
        over = clock.period()
        travel(months.end(over))

        schedule = Schedule(dice)
        gave = schedule.run(
            [
                partial(closing.close_month, over),
                partial(handing_over.hand_over_one, gift.pk),
                partial(offering.give, gift.reader, gift.creator, 500),
            ]
        )

        # Of 30.00 the gifts take 5.00 each and the month its 10.00, and the running one
        # keeps as much.
        assert isinstance(gave[2], Gift), (schedule.order, gave)
        assert gave[:2] == [True, True], (schedule.order, gave)
        assert Close.objects.get(period=over).spent >= 1_000
        gift.refresh_from_db()
        assert gift.period == clock.period()
        assert balance(chart.means(gift.reader)) == 1_000
    assert in_order()
