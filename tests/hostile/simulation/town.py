"""A town: readers, creators, staff, banks and Stripe, on one clock, with one die."""

from __future__ import annotations

import itertools
import logging
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import time_machine
from django.utils import timezone
from psycopg2 import extensions

from accounts.models import User
from buttons.models import Thing
from flattr.web.refusals import Refusal
from local.stripe.wire.errors import Resource
from local.stripe.wire.storage import Condition
from payouts.gateway import asking
from tests.hostile.simulation.deeds import Asked, Given, Paid, Present
from tests.hostile.simulation.journal import Journal
from tests.hostile.simulation.model import Model
from tests.world.people import execute, person, thing_of
from tests.world.stripes import Simulator

T = TypeVar("T")

# What went before, in the message of a failure.
REMEMBERED = 25


class Errors(logging.Handler):
    """What the platform writes to its log as an error: nobody reads it, so it counts
    as one here."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(str(record.msg)[:3_000])


@dataclass
class Town:
    seed: int
    stripe: Simulator
    clock: extensions.connection
    traveller: time_machine.Traveller
    dice: random.Random = field(init=False)
    model: Model = field(default_factory=Model)
    journal: Journal = field(init=False)
    errors: Errors = field(default_factory=Errors)
    readers: list[User] = field(default_factory=list)
    creators: list[User] = field(default_factory=list)
    staff: list[User] = field(default_factory=list)
    things: list[int] = field(default_factory=list)
    # Payments whose readers are on Stripe's page, each with the card in their hand, or
    # the IBAN.
    at_checkout: list[tuple[int, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    # How far Stripe's objects, our payouts and refunds were looked at.
    _seen: int = 0
    _heard: int = 0
    _payouts: int = 0
    _refunds: int = 0
    _gifts: int = 0
    _readers_of: dict[str, int] = field(default_factory=dict)
    charges: list[str] = field(default_factory=list)
    # Debits that banks work on.
    _under_way: list[str] = field(default_factory=list)
    day: int = 0

    # What a person is told instead of what they wanted.
    away = (Refusal, asking.NoAnswer)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.journal = Journal(self.model)
        self.model.of_refund = self.refund_at_stripe
        self.model.of_dispute = self.dispute_at_stripe
        self.model.reason_of = self.reason_at_stripe
        self.model.of_reversal = self.reversal_at_stripe
        self.model.of_movement = self.movement_at_stripe

    # --- people

    def settles(self, readers: int = 9, creators: int = 4) -> None:
        """Who is there on the first day."""
        self.staff = [person(name, is_staff=True) for name in ("dora", "erik")]
        self.creators = [person(f"creator-{n}") for n in range(creators)]
        for n, creator in enumerate(self.creators):
            for m in range(self.dice.choice([1, 2, 3])):
                thing = thing_of(creator, f"thing-{m}", proved=n + m == 0 or m < 2)
                self.things.append(thing.pk)
        self.things.append(thing_of(None, "nobody-s", proved=False).pk)
        for _ in range(readers):
            self.arrives()
        # Some give as well, and two of them to each other.
        self.readers += self.creators[:2]

    def arrives(self) -> User:
        reader = person(f"reader-{next(self.numbers)}", date_joined=timezone.now())
        self.readers.append(reader)
        return reader

    def one_of(self, many: list[T]) -> T | None:
        return self.dice.choice(many) if many else None

    def thing(self, number: int) -> Thing:
        return Thing.objects.with_owner().get(pk=number)

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def says(self, what: str) -> None:
        self.said.append(f"day {self.day} {timezone.now():%Y-%m-%d %H:%M} {what}")

    # --- time

    def goes_to(self, moment: datetime) -> None:
        """Everybody's clock: the platform's, Stripe's, and what is real time."""
        self.traveller.move_to(moment)
        with self.clock.cursor() as cursor:
            cursor.execute(
                "UPDATE flattr_clock_offset"
                " SET seconds = ceil(extract(epoch FROM %s - clock_timestamp()))",
                [moment],
            )
            cursor.execute(
                "SELECT flattr_period(flattr_clock()),"
                " flattr_open_month(flattr_period(flattr_clock()))"
            )
            (period, _) = cursor.fetchone() or (0, None)
        self.stripe.advance(0)
        self.model.running = period

    # --- what is seen

    def looks(self) -> None:
        """See what happened at Stripe and here, and hold it against the books."""
        self._look_at_stripe()
        self._look_at_rows()
        self.journal.read()
        assert not self.errors.told, self.errors.told

    def _look_at_stripe(self) -> None:
        before = map(self.stripe.get, self._under_way)
        charges = [*before, *self._new("charge")]
        self._under_way = [one["id"] for one in charges if one["status"] == "pending"]
        for charge in charges:
            if charge["status"] != "succeeded" or not charge["payment_intent"]:
                continue
            intent = self.stripe.get(charge["payment_intent"])
            self.charges.append(intent["id"])
            self.model.payments[intent["id"]] = Paid(
                self._reader_of(intent["customer"]),
                charge["amount"],
                intent["metadata"].get("key", ""),
                charge["payment_method_details"]["type"] == "sepa_debit",
            )

    def _new(self, kind: str) -> list[Resource]:
        store = self.stripe.core.store
        conditions: list[Condition] = [("number", ">", self._seen)]
        found = store.select(kind, "", conditions, newest_first=False)
        for one in found:
            self._seen = max(self._seen, store.number(one["id"]) or 0)
        return found

    def _reader_of(self, customer: str) -> int:
        if customer not in self._readers_of:
            told = self.stripe.get(customer)["metadata"]["reader"]
            self._readers_of[customer] = int(told)
        return self._readers_of[customer]

    def _look_at_rows(self) -> None:
        for number, creator, by_stripe in execute(
            "SELECT p.id, p.creator_id, d.stripe_id <> '' FROM payout p"
            " JOIN destination d ON d.id = p.destination_id WHERE p.id > %s",
            self._payouts,
        ):
            self._payouts = max(self._payouts, number)
            self.model.asked[number] = Asked(creator, by_stripe)
        for number, reader, amount, reason in execute(
            "SELECT id, reader_id, amount, reason FROM refund WHERE id > %s",
            self._refunds,
        ):
            self._refunds = max(self._refunds, number)
            if reason != "stripe":
                self.model.refunds[number] = Given(reader, amount, reason == "left")
        for number, *given in execute(
            "SELECT id, reader_id, creator_id, thing_id, amount, payment_id IS NOT NULL"
            " FROM gift WHERE id > %s",
            self._gifts,
        ):
            self._gifts = max(self._gifts, number)
            self.model.presents[number] = Present(*given)

    def events(self) -> list[Resource]:
        """What Stripe has told since the last time."""
        store = self.stripe.core.store
        conditions: list[Condition] = [("number", ">", self._heard)]
        found = store.select("event", None, conditions, newest_first=False)
        for one in found:
            self._heard = max(self._heard, store.number(one["id"]) or 0)
        return found

    # --- what Stripe says, for the model

    def refund_at_stripe(self, stripe_id: str) -> tuple[int, str, str]:
        found = self.stripe.get(stripe_id)
        return (
            found["amount"],
            found["payment_intent"],
            found["metadata"].get("key", ""),
        )

    def dispute_at_stripe(
        self, stripe_id: str, way: str, moved: str = ""
    ) -> tuple[str, int, int]:
        """What the first movement that way, or a further one by its name, moved."""
        found = self.stripe.get(stripe_id)
        ours = [one for one in found["balance_transactions"] if _way(one) == way]
        (one,) = [one for one in ours if one["id"] == moved] if moved else ours[:1]
        return found["payment_intent"], abs(one["amount"]), one["fee"]

    def reason_at_stripe(self, stripe_id: str) -> str:
        return str(self.stripe.get(stripe_id)["reason"])

    def reversal_at_stripe(self, stripe_id: str) -> tuple[int, int]:
        found = self.stripe.get(stripe_id)
        group = self.stripe.get(found["transfer"])["transfer_group"]
        return int(group.removeprefix("payout_")), found["amount"]

    def movement_at_stripe(self, reference: str) -> tuple[int, int]:
        """Of a top-up or a payout to our own bank: amount, fee."""
        kind, number, *way = reference.split(":")
        if kind == "topup" and not way:
            found = self.stripe.get(number)
            return found["amount"], found["fee"]
        source = self.stripe.get(number)
        name = "failure_balance_transaction" if way else "balance_transaction"
        found = self.stripe.get(source[name])
        return found["amount"], found["fee"]

    def movements(self) -> dict[str, int]:
        """By reference, what each movement of Stripe's must be booked as: its net."""
        found: dict[str, int] = {}
        for moved in self.stripe.all("balance_transaction"):
            reference = self._reference_of(moved)
            if reference in found and reference.startswith("dispute:"):
                reference += f":{moved['id']}"
            assert reference not in found, f"{reference} moved twice at Stripe"
            found[reference] = moved["net"]
        return found

    def _reference_of(self, moved: Resource) -> str:
        kind, source = moved["type"], moved["source"]
        if kind in {"charge", "payment"}:
            return f"charge:{self.stripe.get(source)['payment_intent']}"
        if kind == "adjustment":
            return f"dispute:{source}:{_way(moved)}"
        if kind == "transfer":
            group = self.stripe.get(source)["transfer_group"]
            return f"payout:{group.removeprefix('payout_')}:settle"
        names = {
            "refund": f"refund:{source}",
            "refund_failure": f"refund:{source}:failed",
            "payment_refund": f"refund:{source}",
            "payment_failure_refund": f"refund:{source}:failed",
            "transfer_refund": f"reversal:{source}",
            "topup": f"topup:{moved['id']}",
            "payout": f"to_bank:{source}",
            "payout_failure": f"to_bank:{source}:failed",
        }
        return names[kind]


def _way(moved: Resource) -> str:
    """Of what moved for a dispute; a fee alone takes."""
    return "withdrawn" if (moved["amount"] or moved["net"]) < 0 else "returned"
