"""Two who move the same money at once, in every order that their statements can have:
the sums are those of one after the other (L1 to L5, W1)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.people import budgets
from flattr.database import clock
from payouts import chart
from payouts.close import closing, maturing
from payouts.earnings import requesting
from payouts.earnings.requesting import NoPayout
from payouts.ledger import checks
from payouts.ledger.models import Balance
from payouts.ledger.posting import Place, balance, post
from payouts.models import CloseProblem, Payment, Payout, Renewal
from payouts.payments import paying_in
from payouts.returns import tracing
from tests.hostile.interleaving import Schedule, orders
from tests.hostility import Budget
from tests.world.card_money import pay_by_debit, take_back_debit
from tests.world.earning import (
    add_destination,
    end_hold,
    end_month,
    flattr_by_readers,
)
from tests.world.people import person


@pytest.fixture
def many(budget: Budget) -> int:
    """Schedules of each pair; of postings, which are short, five times as many."""
    return budget(3, 100, 6)


def in_order() -> bool:
    assert not Balance.objects.filter(amount__lt=0).exists()
    return not any(checks.check().values())


def test_two_postings(own_database: str, seed: int, many: int) -> None:
    """The same twice is one; of two that are more than there is, it is one of them."""
    alice, bob = person("alice"), person("bob")
    means, other = chart.means(alice), chart.means(bob)
    dice = random.Random(seed)
    for number in range(5 * many):
        post(f"charge:{number}:in", {chart.SIMULATED: -1_500, means: 1_500})
        one = partial(posted, f"test:{number}", {means: -1_000, other: 1_000})
        two = partial(posted, f"test:{number}:two", {means: -700, other: 700})

        schedule = Schedule(dice)
        gave = schedule.run(dice.choice([[one, one], [one, two]]))

        left = balance(means)
        assert left in {500, 800}, (schedule.order, gave)
        assert gave in ([True, True], [True, False], [False, True]), schedule.order
        post(f"test:{number}:out", {chart.SIMULATED: left, means: -left})
    assert in_order()


def posted(reference: str, amounts: dict[Place, int]) -> bool:
    with suppress(IntegrityError):
        post(reference, amounts)
        return True
    return False


def pairs(many: int) -> Iterator[tuple[User, User]]:
    """Creators whose 30.00 has matured, each from one reader, who has 70.00 left; so
    many of each month."""
    while True:
        found = []
        for _ in range(many):
            creator = person(f"creator-{next(names)}")
            add_destination(creator)
            found.append((creator, reader_of(creator)))
        end_month()
        end_hold()
        yield from found


names = count()


def reader_of(creator: User) -> User:
    (reader,) = flattr_by_readers(creator, readers=1, budget=3_000)
    return reader


def test_a_withdrawal_and_a_dispute(own_database: str, seed: int, many: int) -> None:
    """W1, L5: the bank takes back what the reader has left, and 20.00 of what the
    creator was given; what is on its way then is owed."""
    drawn = orders(random.Random(seed), many)
    for schedule, (creator, reader) in zip(drawn, pairs(many), strict=False):
        gave = schedule.run(
            [partial(ask, creator), partial(dispute_reader, reader, 9_000)]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        on_its_way = balance(chart.transit(creator))
        assert on_its_way in {1_000, 3_000}, (schedule.order, gave)
        owed = maturing.owed(creator)
        assert balance(chart.revenue(creator)) + on_its_way - owed == 1_000
        assert balance(chart.means(reader)) == 0
        assert Payout.objects.filter(creator=creator).count() == 1
    assert in_order()


def ask(creator: User) -> bool:
    with suppress(NoPayout):
        requesting.request_payout(User.objects.get(pk=creator.pk))
        return True
    return False


@transaction.atomic
def dispute_reader(reader: User, amount: int) -> None:
    clock.moment()
    reference = f"dispute:DP{reader.pk}:withdrawn"
    tracing.deduct(reference, reader, {chart.STRIPE_CLEARING: amount})


def test_a_month_that_waited_and_a_dispute(
    own_database: str, seed: int, many: int
) -> None:
    """S9: a reader set aside is closed while their bank takes a payment back. Between
    them they move what there was and no cent more."""
    dice = random.Random(seed)
    pairs = []
    for n in range(many):
        creator = person(f"creator-{n}")
        pairs.append((creator, reader_of(creator)))
    readers = [reader.pk for _, reader in pairs]
    User.objects.filter(pk__in=readers).update(suspended_at=clock.now())
    month = end_month()
    User.objects.filter(pk__in=readers).update(suspended_at=None)
    assert CloseProblem.objects.filter(period=month).count() == many

    for creator, reader in pairs:
        schedule = Schedule(dice)
        gave = schedule.run(
            [partial(closes, month, reader), partial(dispute_reader, reader, 9_000)]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        left = balance(chart.means(reader)) + balance(chart.pending(creator))
        assert left - maturing.owed(creator) == 1_000, (schedule.order, gave)
    assert in_order()


def test_a_debit_that_comes_back_and_a_payment(
    own_database: str, seed: int, many: int
) -> None:
    """P2, T8: what the payment brought is there, and her month is tried again only where
    it came after the debit had gone."""
    dice = random.Random(seed)
    for n in range(many):
        reader = person(f"reader-{n}")
        debit = pay_by_debit(reader, 1_000, budget=1_000)
        begun = Payment.objects.create(
            reader=reader,
            provider="stripe",
            key=f"begun:{n}",
            amount=1_500,
            currency="EUR",
            started_at=clock.now(),
        )

        schedule = Schedule(dice)
        gave = schedule.run(
            [partial(take_back_debit, debit), partial(arrives, begun.key)]
        )

        assert not any(isinstance(one, Exception) for one in gave), (
            schedule.order,
            gave,
        )
        assert balance(chart.means(reader)) == 1_500, (schedule.order, gave)
        tried = list(Renewal.objects.filter(reader=reader).values_list("outcome"))
        assert tried in ([], [("covered",)]), (schedule.order, tried)
        assert budgets.standing(reader).open
        assert budgets.standing(reader).covered
    assert in_order()


def arrives(key: str) -> Payment:
    return paying_in.arrived(key, {chart.STRIPE_CLEARING: -1_500})


def closes(month: int, reader: User) -> str:
    try:
        return closing.close_reader(month, reader.pk)
    except closing.MonthRefused as refusal:
        return str(refusal)
