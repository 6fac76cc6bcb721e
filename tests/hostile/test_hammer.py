"""Many at once on the same money: never below zero, never more out than in."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing, maturing
from payouts.earnings import requesting, reviewing, transferring
from payouts.earnings.requesting import NoPayout
from payouts.earnings.revenue import purse
from payouts.earnings.states import NotReviewed
from payouts.ledger import checks
from payouts.ledger.models import Balance, Entry
from payouts.ledger.posting import balance, post
from payouts.models import Payout
from payouts.returns import tracing
from tests.hostility import Budget
from tests.world.earning import (
    add_destination,
    close_everything,
    end_hold,
    end_month,
    give_revenue,
    onboard,
)
from tests.world.people import click, open_budget, pay_in, person, thing_of, travel
from tests.world.stripes import Simulator

WHY = "looked at the blog"


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act` gives to so many threads that begin together."""

    def alone(n: int) -> Any:
        try:
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(alone, range(many)))


@pytest.mark.parametrize("seed", range(3))
def test_sixty_four_withdrawals_of_one_balance(own_database: str, seed: int) -> None:
    """T5, W1: of random size each; some of them fit, and no cent more."""
    bob = person("bob")
    give_revenue(bob, 10_000)
    sizes = [random.Random(seed * 64 + n).randrange(1, 2_500) for n in range(64)]

    def withdraw(n: int) -> int:
        amounts = {chart.revenue(bob): -sizes[n], chart.transit(bob): sizes[n]}
        try:
            post(f"payout:{1_000 + n}:reserve", amounts)
        except IntegrityError:
            return 0
        return sizes[n]

    taken = sum(at_once(64, withdraw))

    assert balance(chart.transit(bob)) == taken
    assert balance(chart.revenue(bob)) == 10_000 - taken
    # Nobody was refused who would still fit.
    assert 10_000 - taken < max(sizes)
    assert not any(checks.check().values())


def test_sixty_four_requests_make_one_payout(own_database: str) -> None:
    """W1: all that has matured, once."""
    bob = person("bob")
    add_destination(bob)
    give_revenue(bob, 10_000)

    def ask(_: int) -> bool:
        try:
            requesting.request_payout(bob)
        except NoPayout:
            return False
        return True

    assert sum(at_once(64, ask)) == 1
    assert Payout.objects.get().amount == balance(chart.transit(bob)) == 10_000


def test_two_workers_send_each_payout_once(
    own_database: str, stripe: Simulator
) -> None:
    """W2: eight ticks at once on the same approved payouts."""
    dora, erik = person("dora", is_staff=True), person("erik", is_staff=True)
    for n in range(6):
        creator = person(f"creator-{n}")
        onboard(stripe, creator)
        give_revenue(creator, 1_000)
        approve(requesting.request_payout(creator), dora, erik)
    stripe.top_up(6_000)

    for _ in range(3):
        at_once(8, lambda _: transferring.send_approved())
        Payout.objects.filter(state="unknown").update(due_at=clock.now())
        at_once(8, lambda _: transferring.look_up_unknown())

    assert {one.state for one in Payout.objects.all()} == {"sent"}
    assert len(stripe.all("transfer")) == 6
    assert stripe.balance() == (0, 0)


def approve(payout: Payout, *staff: User) -> None:
    if payout.state == "held":
        payout = reviewing.release(payout, staff[0], WHY)
    for one in staff[: payout.approvals_needed]:
        payout = reviewing.approve(payout, one, WHY)


# --- Withdrawals against disputes and closes


class Town:
    """Six readers and three creators; one is paid by hand, two through Stripe."""

    def __init__(self, stripe: Simulator) -> None:
        self.stripe = stripe
        self.staff = [person(name, is_staff=True) for name in ("dora", "erik")]
        self.readers = [person(f"reader-{n}") for n in range(6)]
        self.creators = [person(f"creator-{n}") for n in range(3)]
        self.things = [thing_of(creator, "song") for creator in self.creators]
        self.disputes = 0
        add_destination(self.creators[0])
        for creator in self.creators[1:]:
            onboard(stripe, creator)
        for reader in self.readers:
            open_budget(reader, 3_000, 6_000)
        self.month(random.Random(0))
        end_month()
        end_hold()
        close_everything()

    def month(self, dice: random.Random) -> None:
        """Everybody pays in and flattrs somebody."""
        for reader in self.readers:
            pay_in(reader, 3_000)
            for thing in dice.sample(self.things, dice.choice([1, 2, 3])):
                with suppress(IntegrityError), transaction.atomic():
                    click(reader, thing)

    def act(self, dice: random.Random, period: int) -> None:
        """One thing that somebody does, or is refused."""
        creator, staff = dice.choice(self.creators), dice.choice(self.staff)
        payouts = list(Payout.objects.order_by("-id")[:4])
        deeds: list[Callable[[], object]] = [
            lambda: requesting.request_payout(creator),
            lambda: requesting.request_payout(creator),
            lambda: self.takes_back(dice),
            lambda: closing.close_month(period),
            maturing.mature,
            transferring.send_approved,
            transferring.look_up_unknown,
        ]
        for payout in payouts:
            deeds += [
                partial(reviewing.approve, payout, staff, WHY),
                partial(reviewing.release, payout, staff, WHY),
                partial(reviewing.send, payout, staff, "BANK"),
            ]
            if dice.random() < 0.3:
                deeds.append(partial(reviewing.reject, payout, staff, WHY))
        with suppress(NoPayout, NotReviewed):
            dice.choice(deeds)()

    @transaction.atomic
    def takes_back(self, dice: random.Random) -> None:
        """A reader's bank takes a payment back, whole or in part."""
        reader, amount = dice.choice(self.readers), dice.randrange(1, 3_001)
        reference = f"dispute:DP{dice.getrandbits(60)}:withdrawn"
        clock.moment()
        tracing.deduct(reference, reader, {chart.STRIPE_CLEARING: amount})

    def adds_up(self) -> None:
        """W1: what is reserved and paid is at most what matured; nothing is below
        zero; and every cent that is out came in, or is somebody's debt or loss."""
        assert not any(checks.check().values())
        assert not Balance.objects.filter(amount__lt=0).exists()
        for creator in self.creators:
            sent = purse(creator).paid
            assert balance(chart.transit(creator)) + sent <= matured(creator)


def matured(creator: User) -> int:
    total: int | None = Entry.objects.filter(
        account__kind="revenue",
        account__owner_id=creator.pk,
        transaction__kind="mature",
    ).aggregate(total=Sum("amount"))["total"]
    return total or 0


def test_withdrawals_against_disputes_and_closes(
    own_database: str, stripe: Simulator, budget: Budget
) -> None:
    """W1, L5: six people at a time, a month each round; some more where by chance
    nothing was sent yet, or taken back."""
    town = Town(stripe)
    stripe.top_up(10_000_000)
    rounds, most = budget(6, 200), 300
    for number in range(most):
        if number >= rounds and has_seen_all():
            break
        dice = random.Random(number)
        town.month(dice)
        period = clock.period()
        travel(months.end(period) + timedelta(hours=3))

        def work(n: int, number: int = number, period: int = period) -> None:
            mine = random.Random(number * 100 + n)
            for _ in range(8):
                town.act(mine, period)

        at_once(6, work)
        close_everything()
        town.adds_up()
        end_hold()
        close_everything()

    assert has_seen_all()
    settled = Entry.objects.filter(
        account__kind="stripe_clearing", transaction__kind="payout"
    )
    transfers = sum(one["amount"] for one in stripe.all("transfer"))
    # It may be that all that was sent was sent by hand: then neither side has any.
    assert (settled.aggregate(total=Sum("amount"))["total"] or 0) == transfers


def has_seen_all() -> bool:
    return (
        Payout.objects.filter(state="sent").exists()
        and Entry.objects.filter(transaction__kind="dispute").exists()
    )
