"""A few random lives in which everything goes back that can, in the database and in the
bookkeeper's books."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import count

from accounts.models import User
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from payouts.close import closing, maturing
from payouts.gateway.facts import DisputeFact
from payouts.ledger.models import Entry
from payouts.models import Lot, Method, Payment
from payouts.returns import blocking
from tests.world.card_money import (
    decide,
    dispute_payment,
    inquire,
    moves,
    pay_by_card,
    pay_by_debit,
    refund_at_stripe,
    take_back_debit,
)
from tests.world.people import click, thing_of, travel
from tests.world.tracer import Tracer

names = count(1)
BY_BANK = ["insufficient_funds", "incorrect_account_details", "bank_cannot_process"]
BY_PAYER = ["debit_not_authorized", "customer_initiated"]


def people(kind: str, many: int) -> list[User]:
    made = [f"{kind}-{next(names)}" for _ in range(many)]
    return User.objects.bulk_create(
        User(username=name, email=f"{name}@people.example") for name in made
    )


@dataclass
class Life:
    """A few readers and creators, some months, and everything that can go back."""

    chance: random.Random
    books: Tracer
    readers: list[User] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    payments: dict[int, list[Payment]] = field(default_factory=dict)
    open: list[tuple[Payment, DisputeFact]] = field(default_factory=list)
    over: list[tuple[Payment, DisputeFact]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.readers = people("reader", 4)
        owners = people("creator", 4)
        self.things = [thing_of(owner, str(n)) for owner in owners for n in range(2)]
        for reader in self.readers:
            amount = self.chance.choice([200, 777, 1_000, 3_333])
            self.books.gives_monthly(reader.pk, amount, clock.period())
            self.pays(reader, amount * self.chance.choice([1, 2, 4]), amount)

    def pays(self, reader: User, amount: int, budget: int = 0) -> None:
        pay = self.chance.choice([pay_by_card, pay_by_card, pay_by_debit])
        payment = pay(reader, amount, budget)
        if pay is pay_by_debit:
            assert payment.credited_at
            self.books.debits[reader.pk].append(payment.credited_at)
        self.payments.setdefault(reader.pk, []).append(payment)
        self.books.pays_in(reader.pk, amount, clock.period(), payment.reference)
        self.books.lines.pop(-2)  # Stripe's side is told by `others`.

    def month(self) -> None:
        for reader in self.readers:
            for thing in self.chance.sample(self.things, self.chance.randrange(6)):
                click(reader, thing)
                owner = thing.owner_id
                assert owner is not None
                self.books.clicks_on(reader.pk, thing.pk, owner, clock.period())
            if self.chance.random() < 0.3:
                self.pays(reader, self.chance.randrange(200, 4_000))
            self.gives_once(reader)
        self.something_goes_back()
        if self.chance.random() < 0.5:
            self.an_hour_passes()
        over = clock.period()
        travel(months.end(over).replace(hour=3))
        begun = clock.now()
        closing.close_month(over)
        self.books.closes(over, frozenset(self.blocked()), begun)
        for reader in self.chance.sample(self.readers, 2):
            self.gives_once(reader)
        self.something_goes_back()
        self.an_hour_passes()
        for _ in range(2):
            self.something_goes_back()
        if self.chance.random() < 0.5:
            self.hold_is_over()
        for _ in range(2):
            self.something_goes_back()

    def gives_once(self, reader: User) -> None:
        """Beside the budget; `GenerousLife` does."""

    def an_hour_passes(self) -> None:
        """Nothing waits for it here."""

    def disputing(self) -> set[int]:
        return {payment.reader_id for payment, _ in self.open}

    def blocked(self) -> set[int]:
        """Whoever has a dispute open (an inquiry is none), or an earlier month that waits."""
        waits = {reader for reader, months in self.books.waits.items() if months}
        return self.disputing() | waits

    def hold_is_over(self) -> None:
        travel(clock.now().replace(day=9))
        due = Lot.objects.filter(matured_at=None, matures_at__lte=clock.now())
        ours = {thing.owner_id for thing in self.things}
        for lot in due.order_by("id"):
            assert maturing.mature_lot(lot.pk)
            if lot.gift_id in self.books.slips:
                self.books.gift_matures(lot.gift_id)
            elif lot.creator_id in ours:
                self.books.matures(lot.period, lot.creator_id, lot.hold, lot.reader_id)

    def something_goes_back(self) -> None:
        reader = self.chance.choice(self.readers)
        payment = self.chance.choice(self.payments[reader.pk])
        payment.refresh_from_db()
        left = payment.amount - payment.returned
        deed = self.chance.choice(
            ["refund", "dispute", "ask", "decide", "decide", "again", "again"]
        )
        if deed == "decide":
            self.something_is_decided()
        elif deed == "ask":
            decide(inquire(payment), "warning_closed")
        elif deed == "again":
            self.something_goes_further()
        elif deed == "dispute" and payment.method == Method.SEPA_DEBIT:
            if left == payment.amount:
                self.debit_comes_back(payment)
        elif left:
            amount = self.chance.choice([left, self.chance.randrange(1, left + 1)])
            if deed == "refund":
                fact = refund_at_stripe(payment, amount)
                reference = f"refund:{fact.stripe_id}"
            else:
                dispute = dispute_payment(payment, amount)
                reference = f"dispute:{dispute.stripe_id}:withdrawn"
                self.books.disputers.add(reader.pk)
                self.open.append((payment, dispute))
            self.books.goes_back(reference, reader.pk, amount, clock.period())

    def debit_comes_back(self, payment: Payment) -> None:
        """Since the bank could not make it, or the payer wanted it back: for good."""
        reason = self.chance.choice([*BY_BANK, *BY_PAYER])
        fact = take_back_debit(payment, reason)
        reader = payment.reader_id
        self.books.bounced.add(reader)
        if reason in BY_PAYER:
            self.books.disputers.add(reader)
        reference = f"dispute:{fact.stripe_id}:withdrawn"
        self.books.goes_back(reference, reader, payment.amount, clock.period())

    def something_is_decided(self) -> None:
        if not self.open:
            return
        payment, fact = self.open.pop(self.chance.randrange(len(self.open)))
        reader = payment.reader_id
        back = self.chance.choice([fact.amount, (fact.amount + 1) // 2])
        if self.chance.random() < 0.5:
            self.over.append((payment, decide(fact, "lost")))
        else:
            self.over.append((payment, decide(fact, "won", back)))
            self.comes_back(reader, fact, self.over[-1][1], back)
        if reader not in self.disputing():
            for period in sorted(self.books.waits[reader]):
                self.books.closes_one(period, reader)
        blocking.close_waiting()

    def something_goes_further(self) -> None:
        """A dispute that was decided takes again, costs again, brings a part, or is
        appealed."""
        if not self.over:
            return
        payment, fact = self.over.pop(self.chance.randrange(len(self.over)))
        amount = self.chance.randrange(1, payment.amount + 1)
        deed = self.chance.choice(["take", "take", "bring", "fee", "appeal"])
        if deed == "appeal":
            fact = moves(fact, status="appeal_under_review")
            self.open.append((payment, fact))
            return
        after = {
            "take": lambda: moves(fact, -amount, 0, "lost"),
            "bring": lambda: moves(fact, amount, 0, "won"),
            "fee": lambda: moves(fact, 0, 1_500),
        }[deed]()
        self.over.append((payment, after))
        if deed == "take":
            reference = self.newest(fact, after, "withdrawn")
            self.books.goes_back(reference, payment.reader_id, amount, clock.period())
        elif deed == "bring":
            self.comes_back(payment.reader_id, fact, after, amount)

    def comes_back(
        self, reader: int, before: DisputeFact, after: DisputeFact, amount: int
    ) -> None:
        name = f"dispute:{before.stripe_id}:"
        taken = [one for one in self.books.taken if one.startswith(name)]
        reference = self.newest(before, after, "returned")
        self.books.comes_back(reference, taken, reader, amount, clock.period())

    @staticmethod
    def newest(before: DisputeFact, after: DisputeFact, way: str) -> str:
        """The first each way has the short name."""
        sign = -1 if way == "withdrawn" else 1
        again = any((one.amount or one.net) * sign > 0 for one in before.movements)
        name = f"dispute:{after.stripe_id}:{way}"
        return f"{name}:{after.movements[-1].stripe_id}" if again else name

    def agree(self) -> None:
        theirs = sorted(self.books.lines, key=str)
        kinds = {"stripe_clearing", "stripe_cost"}
        ours = Entry.objects.filter(
            transaction__reference__in={reference for reference, *_ in theirs}
        ).exclude(account__kind__in=kinds)
        assert theirs == sorted(
            ours.values_list(
                "transaction__reference",
                "account__kind",
                "account__owner_id",
                "amount",
            ),
            key=str,
        )
