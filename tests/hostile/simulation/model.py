"""The bookkeeper of a whole town: what every posting must say, told from what people,
banks and Stripe did, and from the order in which the platform came to it.

Like the books that it goes on with it imports nothing of the platform and was written
from the rules. A posting that nobody's deed explains has no place in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.hostile.simulation.deeds import Asked, Given, Paid
from tests.hostile.simulation.gift_books import WAITS, GivingOnce
from tests.hostile.simulation.giving import LotKey
from tests.hostile.simulation.lines import Amounts, Place

FLOORED = {"means", "pending", "revenue", "transit"}
SMALLEST_PAYOUT = 1_000
LARGE_PAYOUT = 50_000
# Why a bank could not make a debit: then nobody disputes it.
COULD_NOT = {"insufficient_funds", "incorrect_account_details", "bank_cannot_process"}


@dataclass
class Model(GivingOnce):
    # What Stripe and people know.
    payments: dict[str, Paid] = field(default_factory=dict)
    refunds: dict[int, Given] = field(default_factory=dict)
    asked: dict[int, Asked] = field(default_factory=dict)
    # Where the money goes that is left of somebody who left.
    leftover_goes: dict[int, str] = field(default_factory=dict)
    # What was posted.
    booked: set[str] = field(default_factory=set)
    # What Stripe says of a refund (amount, payment intent, our key), of a dispute and
    # its way (payment intent, amount, fee), of a transfer's reversal (payout, amount),
    # and of what is the operator's (amount, fee).
    of_refund: Callable[[str], tuple[int, str, str]] = field(default=NotImplemented)
    of_dispute: Callable[..., tuple[str, int, int]] = field(default=NotImplemented)
    reason_of: Callable[[str], str] = field(default=NotImplemented)
    of_reversal: Callable[[str], tuple[int, int]] = field(default=NotImplemented)
    of_movement: Callable[[str], tuple[int, int]] = field(default=NotImplemented)

    # --- postings

    def hears(
        self, reference: str, at: datetime, period: int, amounts: Amounts
    ) -> None:
        """The platform posted something: it must be owed, and say what it must."""
        assert reference not in self.booked, f"{reference} twice"
        self.booked.add(reference)
        self.at, self.running = at, max(self.running, period)
        kind, _, rest = reference.partition(":")
        self.when[reference] = period
        KINDS[kind](self, reference, rest)
        must = self.of(reference)
        assert amounts == must, f"{reference} says {amounts}, must say {must}"
        self.nobody_is_below_zero(must)

    def nobody_is_below_zero(self, places: Iterable[Place]) -> None:
        for kind, owner in places:
            assert kind not in FLOORED or self.has(kind, owner) >= 0, (kind, owner)
            assert kind != "debt" or self.has(kind, owner) <= 0, (kind, owner)

    def charge(self, reference: str, intent: str) -> None:
        paid = self.payments[intent]
        cost = 35 if paid.by_debit else (paid.amount * 15 + 500) // 1_000 + 25
        if paid.by_debit:
            self.debits[paid.reader].append(self.at)
        self.paid.append((paid.reader, paid.amount, self.running))
        self.stripe_moves(reference, paid.amount, cost)
        self.books(reference, "means", paid.reader, paid.amount)
        self.first_paid.setdefault(paid.reader, self.at)
        _, raised = self.raises.pop(paid.key, (0, 0))
        is_more = raised > self.budget(paid.reader, self.running)
        if is_more and self.unspent(paid.reader) >= raised:
            self.writes_budget(paid.reader, self.running, raised)

    def stripe_moves(self, reference: str, amount: int, cost: int = 0) -> None:
        """So much came in at Stripe (went, when negative), of which it kept `cost`."""
        self.books(reference, "stripe_clearing", None, cost - amount)
        self.books(reference, "stripe_cost", None, -cost)

    def mature(self, reference: str, rest: str) -> None:
        if rest.startswith("gift:"):
            self.gift_is_ready(reference, int(rest.removeprefix("gift:")))
            return
        month, _, creator, hold, *late = rest.split(":")
        period = int(month.replace("-", ""))
        who = int(late[1]) if late else None
        key = period, int(creator), hold, who
        assert self.at >= self.counted[key] + WAITS[hold], f"{reference} too early"
        self.matures(*key)

    def overdue(self, now: datetime) -> list[LotKey]:
        """Lots that should have matured by now."""
        return [
            key
            for key, lot in self.held.items()
            if lot.left and not lot.over and self.counted[key] + WAITS[key[2]] < now
        ]

    def close(self, reference: str, rest: str) -> None:
        """A reader who had been set aside, later."""
        month, _, who = rest.split(":")
        period, reader = int(month.replace("-", "")), int(who)
        assert period in self.waits[reader], f"{reference} was not set aside"
        assert period == min(self.waits[reader]), f"{reference} before an earlier one"
        assert reader not in self.suspended, reference
        self.splits(period, reader)

    def closes_without_posting(self, period: int, reader: int) -> None:
        """Set aside, and when its time came nothing was left to split."""
        assert not min(self.budget(reader, period), self.means(reader, period))
        self.waits[reader].discard(period)

    # --- money that goes back

    def refund(self, reference: str, rest: str) -> None:
        number, _, way = rest.partition(":")
        if number.isdecimal():
            given = self.refunds[int(number)]
            if way == "reserve":
                assert not given.left or given.amount <= self.unspent(given.reader)
                self.goes_back(reference, given.reader, given.amount, self.running)
                self.books(reference, "transit", given.reader, given.amount)
            else:
                assert way == "void", reference
                self.returns(reference, [f"refund:{number}:reserve"], given.amount)
                self.books(reference, "transit", given.reader, -given.amount)
            return
        amount, intent, ours = self.of_refund(number)
        reader = self.payments[intent].reader
        made = f"refund:{number}"
        reserved = f"{ours}:reserve"
        waits = reserved in self.booked and f"{ours}:void" not in self.booked
        if way == "failed":
            self.stripe_moves(reference, amount)
            if made in self.taken:
                self.returns(reference, [made], amount)
            else:
                self.books(reference, "transit", reader, amount)
            return
        self.stripe_moves(reference, -amount)
        if waits:
            self.books(reference, "transit", reader, -amount)
        else:
            self.goes_back(reference, reader, amount, self.running)

    def dispute(self, reference: str, rest: str) -> None:
        number, way, *further = rest.split(":")
        intent, amount, fee = self.of_dispute(number, way, *further)
        reader = self.payments[intent].reader
        if not amount:
            self.stripe_moves(reference, 0, fee)
        elif way == "withdrawn":
            if self.payments[intent].by_debit:
                self.bounced.add(reader)
            if self.reason_of(number) not in COULD_NOT:
                self.disputers.add(reader)
            self.stripe_moves(reference, -amount, fee)
            self.goes_back(reference, reader, amount, self.running)
        else:
            self.stripe_moves(reference, amount, fee)
            name = f"dispute:{number}:"
            before = [one for one in self.taken if one.startswith(name)]
            self.returns(reference, before, amount)

    def returns(self, reference: str, taken: list[str], amount: int) -> None:
        reader = self._reader_of(taken[0])
        self.comes_back(reference, taken, reader, amount, self.running)

    def _reader_of(self, taken: str) -> int:
        kind, number, *_ = taken.split(":")
        if number.isdecimal():
            return self.refunds[int(number)].reader
        intent = (
            self.of_refund(number)[1]
            if kind == "refund"
            else self.of_dispute(number, "withdrawn")[0]
        )
        return self.payments[intent].reader

    # --- payouts

    def payout(self, reference: str, rest: str) -> None:
        number, way = rest.split(":")
        asked = self.asked[int(number)]
        creator = asked.creator
        if way == "reserve":
            self._may_be_asked_for(int(number))
            asked.amount = self.has("revenue", creator) + self.has("debt", creator)
            assert asked.amount >= SMALLEST_PAYOUT, reference
            self.books(reference, "revenue", creator, -asked.amount)
            self.books(reference, "transit", creator, asked.amount)
        elif way == "settle":
            assert len(asked.yes) >= self.needed(int(number)), (
                f"{reference} not approved"
            )
            assert asked.state == "asked", reference
            asked.state = "sent"
            place = "stripe_clearing" if asked.by_stripe else "bank"
            self.books(reference, "transit", creator, -asked.amount)
            self.books(reference, place, None, asked.amount)
        else:
            assert way == "void", reference
            assert asked.state in {"asked", "failed"}, reference
            asked.state = "void"
            self.books(reference, "transit", creator, -asked.amount)
            self.books(reference, "revenue", creator, asked.amount)

    def _may_be_asked_for(self, number: int) -> None:
        creator = self.asked[number].creator
        assert creator not in self.suspended, f"payout {number} to a suspended creator"
        others = [
            other
            for other, one in self.asked.items()
            if one.creator == creator and other != number and one.state == "asked"
        ]
        assert not others, f"payout {number} beside {others}"

    def needed(self, number: int) -> int:
        """Of how many people a yes is needed, at least."""
        asked = self.asked[number]
        sent_before = any(
            one.creator == asked.creator and other < number and one.state == "sent"
            for other, one in self.asked.items()
        )
        return 1 if sent_before and asked.amount < LARGE_PAYOUT else 2

    def reversal(self, reference: str, rest: str) -> None:
        if rest.startswith("payout:"):
            asked = self.asked[int(rest.removeprefix("payout:"))]
            assert asked.state == "sent", reference
            asked.state = "failed"
            self.books(reference, "bank", None, -asked.amount)
            self.books(reference, "transit", asked.creator, asked.amount)
            return
        number, amount = self.of_reversal(rest)
        creator = self.asked[number].creator
        debt = min(amount, -self.has("debt", creator))
        self.stripe_moves(reference, amount)
        self.books(reference, "debt", creator, debt)
        self.books(reference, "revenue", creator, amount - debt)

    # --- the operator's

    def own(self, reference: str, _rest: str) -> None:
        amount, fee = self.of_movement(reference)
        self.stripe_moves(reference, amount, fee)
        self.books(reference, "operator", None, amount)

    def left(self, reference: str, rest: str) -> None:
        """What is left of somebody who left is given up, or paid by hand."""
        person = int(rest.partition(":")[0])
        assert person in self.leavers, reference
        place, held = self.leftover_goes[person], 0
        for kind in ("means", "revenue"):
            amount = self.has(kind, person)
            self.books(reference, kind, person, -amount)
            held += amount
        self.books(reference, place, None, held)

    # --- never more out than in

    def nobody_has_more_than_matured(self) -> None:
        """W1: what is reserved and what was paid is at most what became theirs."""
        for creator in {asked.creator for asked in self.asked.values()}:
            income = sum(
                amount
                for reference, amount in self._lines.at["revenue", creator].items()
                if not reference.startswith(("payout:", "left:")) and amount > 0
            )
            sent = sum(
                one.amount
                for one in self.asked.values()
                if one.creator == creator and one.state in {"sent", "asked"}
            )
            assert sent <= income, (creator, sent, income)


KINDS: dict[str, Callable[[Model, str, str], None]] = {
    "charge": Model.charge,
    "mature": Model.mature,
    "close": Model.close,
    "gift": Model.gift,
    "refund": Model.refund,
    "dispute": Model.dispute,
    "payout": Model.payout,
    "reversal": Model.reversal,
    "topup": Model.own,
    "to_bank": Model.own,
    "left": Model.left,
}
