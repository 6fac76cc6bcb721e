"""Disputes, payouts, maturing and closes at once: never below zero, never more out
than in, and nobody waits in a circle."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import Sum

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.close import closing, maturing
from payouts.earnings import reviewing
from payouts.earnings.requesting import NoPayout, request_payout
from payouts.earnings.revenue import purse
from payouts.gateway.facts import DisputeFact
from payouts.ledger import checks
from payouts.models import Lot, Payment, Payout, Traced
from payouts.returns import blocking
from tests.hostility import Budget
from tests.world.card_money import (
    decide,
    dispute_payment,
    pay_by_card,
    refund_at_stripe,
)
from tests.world.crowd import accounts
from tests.world.earning import add_destination
from tests.world.people import click, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

CREATORS = 4
READERS = 6
# Asked for, and not sent yet: whether a payout is held is for its flags to say.
RESERVED = ["requested", "held"]


class Town:
    """Some readers who pay by card and give to some creators, month after month."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.creators = [person(f"creator-{n}") for n in range(CREATORS)]
        self.readers = [person(f"reader-{n}") for n in range(READERS)]
        self.things = [thing_of(one, "song") for one in self.creators]
        self.payments: list[Payment] = []
        self.open: list[DisputeFact] = []
        for creator in self.creators:
            add_destination(creator)

    def month(self) -> int:
        """Everybody pays and gives; the month is over, and not closed."""
        for reader in self.readers:
            amount = self.chance.randrange(1_000, 6_000)
            self.payments.append(pay_by_card(reader, amount, min(amount, 3_000)))
            for thing in self.chance.sample(self.things, 3):
                click(reader, thing)
        over = clock.period()
        travel(months.end(over))
        return over

    def at_once(self, over: int) -> None:
        """All that can happen to the money of a month, in eight threads."""
        deeds: list[Callable[[], object]] = [
            lambda: closing.close_month(over),
            maturing.mature,
            *(self.withdrawal(creator) for creator in self.creators for _ in range(2)),
            *(
                self.dispute(payment)
                for payment in self.chance.sample(self.payments, READERS)
            ),
        ]
        self.chance.shuffle(deeds)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(run, deeds))

    def withdrawal(self, creator: User) -> Callable[[], object]:
        def withdraw() -> None:
            with suppress(NoPayout):
                request_payout(creator)

        return withdraw

    def dispute(self, payment: Payment) -> Callable[[], object]:
        amount = self.chance.randrange(1, payment.amount + 1)
        ending = self.chance.choice(["open", "won", "lost", "refund"])

        def go_back() -> None:
            payment.refresh_from_db()
            part = min(amount, payment.amount - payment.returned)
            if not part:
                return
            if ending == "refund":
                refund_at_stripe(payment, part)
                return
            fact: DisputeFact = dispute_payment(payment, part)
            if ending == "open":
                self.open.append(fact)
            else:
                decide(fact, ending)

        return go_back

    def decide(self) -> None:
        """What was left open is decided, and the months that waited are closed; else
        everybody would be set aside before long."""
        while self.open:
            decide(self.open.pop(), self.chance.choice(["won", "lost"]))
        blocking.close_waiting()


def run(deed: Callable[[], object]) -> None:
    try:
        deed()
    finally:
        connection.close()


def adds_up(town: Town) -> None:
    """W1, L5: what is reserved or paid was matured; every cent is somewhere."""
    assert all(not broken for broken in checks.check().values())
    books = accounts()
    for creator in town.creators:
        has = purse(creator)
        lots = Lot.objects.filter(creator=creator)
        sums = lots.aggregate(all=Sum("amount"), taken=Sum("taken"))
        held = sum(lot.left for lot in lots if lot.matured_at is None)
        assert has.pending == held
        waiting = Payout.objects.filter(creator=creator, state__in=RESERVED)
        reserved = waiting.aggregate(s=Sum("amount"))
        assert has.transit == (reserved["s"] or 0)
        took = Traced.objects.filter(creator=creator).aggregate(s=Sum("amount"))
        earned = (sums["all"] or 0) - (took["s"] or 0)
        assert has.pending + has.revenue + has.transit - has.owed == earned
    paid_in = sum(payment.amount for payment in town.payments)
    back = Traced.objects.aggregate(s=Sum("amount"))["s"] or 0
    theirs = sum(
        amount
        for (kind, _), amount in books.items()
        if kind not in {"stripe_clearing", "stripe_cost"}
    )
    assert theirs == paid_in - back
    assert sum(books.values()) == 0


def test_withdrawals_against_disputes_and_closes(
    budget: Budget,
) -> None:
    """W1, T5, T8: 200 rounds with `--hostile`; some more where by chance nobody has
    withdrawn yet, or nothing was taken from what is held."""
    seed = random.randrange(10**6)
    town, sam, reserved = Town(seed), person("sam", is_staff=True), False
    rounds = budget(2, 200, 4)
    for number in range(rounds + 100):
        taken = Traced.objects.filter(from_pending__gt=0).exists()
        if number >= rounds and reserved and taken:
            break
        town.at_once(town.month())
        adds_up(town)
        town.decide()
        reserved = reserved or Payout.objects.filter(state__in=RESERVED).exists()
        travel(clock.now().replace(day=9))
        for payout in Payout.objects.filter(state__in=RESERVED):
            reviewing.reject(payout, sam, "so that the next may be asked for")
        maturing.mature()
        for creator in town.chance.sample(town.creators, 2):
            town.withdrawal(creator)()
    assert reserved, seed
    assert taken, seed
