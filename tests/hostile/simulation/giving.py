"""What readers give in the town, and what a close makes of it: budgets, means, months
that are over, and who is set aside. Written from the rules, like the books before it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.hostile.simulation.lines import Amounts, Lines, Place, following, shown
from tests.world.bookkeeper import Line
from tests.world.tracer import Tracer

LotKey = tuple[int, int, str, int | None]

SMALLEST_PAYMENT = 200
KNOWN_FOR = timedelta(days=60)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Giving(Tracer):
    lines: list[Line] = field(default_factory=Lines)
    # By our key: who raises the budget with a payment, and to what.
    raises: dict[str, tuple[int, int]] = field(default_factory=dict)
    first_paid: dict[int, datetime] = field(default_factory=dict)
    # What a close that has begun will take from whom, in which month it is, and the
    # policy and fee that it began with.
    frozen: dict[int, int] = field(default_factory=dict)
    closing: int = 0
    last_closed: int = 0
    running: int = 0
    terms: dict[int, tuple[str, int]] = field(default_factory=dict)
    # Since when a lot is held.
    counted: dict[LotKey, datetime] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
    open_disputes: dict[str, int] = field(default_factory=dict)
    leavers: set[int] = field(default_factory=set)
    # The moment of what is told now.
    at: datetime = LONG_AGO

    @property
    def _lines(self) -> Lines:
        assert isinstance(self.lines, Lines)
        return self.lines

    # --- faster than it reads in the first book

    def has(self, kind: str, owner: int | None) -> int:
        return self._lines.sums[kind, owner]

    def accounts(self) -> dict[Place, int]:
        return {place: amount for place, amount in self._lines.sums.items() if amount}

    def books(self, reference: str, kind: str, owner: int | None, amount: int) -> None:
        if not amount:
            return
        before = self._lines.of[reference].get((kind, owner))
        if before is not None:
            self.lines.remove((reference, kind, owner, before))
            if before + amount:
                list.append(self.lines, (reference, kind, owner, before + amount))
            self._lines.sums[kind, owner] += amount
            self._lines.at[kind, owner][reference] += amount
            self._lines.of[reference][kind, owner] = before + amount
        else:
            self.lines.append((reference, kind, owner, amount))

    def moved_at_stripe(self) -> dict[str, int]:
        """By reference, what came in at Stripe (went, when negative)."""
        there = self._lines.at["stripe_clearing", None]
        return {reference: -amount for reference, amount in there.items()}

    def of(self, reference: str) -> Amounts:
        found = self._lines.of.get(reference, {})
        return {place: amount for place, amount in found.items() if amount}

    # --- what a reader has, and gives

    def means(self, reader: int, period: int) -> int:
        """What was posted in or before that month, at most what is there now."""
        there = self._lines.at["means", reader]
        told = sum(
            a for reference, a in there.items() if self.when[reference] <= period
        )
        return max(0, min(told, self.has("means", reader)))

    def unspent(self, reader: int) -> int:
        left = self.has("means", reader)
        for period in sorted(self.still_open(reader)):
            left -= min(left, self.budget(reader, period))
        return left

    def still_open(self, reader: int) -> set[int]:
        """Months of the reader's that are over, with clicks, and not closed for them."""
        over = {
            period
            for period, readers in self.clicks.items()
            if self.last_closed < period < self.running and readers.get(reader)
        }
        return over | self.waits[reader]

    def chooses(self, reader: int, amount: int) -> tuple[int, int]:
        """From which month on the amount counts, and what is to be paid in before."""
        self.forgets_raises(reader)
        now = self.budget(reader, self.running)
        if now and reader in self.first_paid and amount > now:
            missing = amount - self.unspent(reader)
            if missing > 0:
                return self.running, max(missing, SMALLEST_PAYMENT)
        counts_from = self.running
        if amount < now and self.clicks[self.running].get(reader):
            counts_from = following(self.running)
        self.writes_budget(reader, counts_from, amount)
        return counts_from, 0

    def forgets_raises(self, reader: int) -> None:
        """Whoever chooses again does not mean what was chosen before."""
        for key in [key for key, (who, _) in self.raises.items() if who == reader]:
            del self.raises[key]

    def writes_budget(self, reader: int, period: int, amount: int) -> None:
        chosen = self.gives[reader]
        for later in [month for month in chosen if month > period]:
            del chosen[later]
        chosen[period] = amount

    def stops(self, reader: int) -> None:
        """Somebody leaves: nothing is given any more, from this month on."""
        self.leavers.add(reader)
        self.forgets_raises(reader)
        if reader in self.gives:
            self.writes_budget(reader, self.running, 0)

    def stays(self, reader: int) -> None:
        self.leavers.discard(reader)

    def suspends(self, person: int) -> None:
        """Of the running month what was given to them is taken back."""
        self.suspended.add(person)
        for clicks in self.clicks[self.running].values():
            clicks -= {one for one in clicks if one[0] == person}

    def loses_thing(self, thing: int) -> None:
        for clicks in self.clicks[self.running].values():
            clicks -= {one for one in clicks if one[1] == thing}

    # --- closes

    def begins_close(self, period: int) -> set[int]:
        """Freeze the month; who is set aside."""
        assert not self.closing, (period, self.closing)
        self.closing = period
        aside, frozen = set(), {}
        for reader in sorted(self.clicks[period]):
            if not self.clicks[period][reader]:
                continue
            spent = min(self.budget(reader, period), self.means(reader, period))
            self.known[reader, period] = self.held_as(reader, period)
            if not spent:
                continue
            if (
                self.waits[reader]
                or reader in self.suspended
                or reader in self.open_disputes.values()
            ):
                aside.add(reader)
                self.sets_aside(reader, period)
            else:
                frozen[reader] = spent
        self.frozen = frozen
        return aside

    def held_as(self, reader: int, period: int, at: datetime | None = None) -> str:
        held = super().held_as(reader, period, at or self.at)
        long = self.first_paid[reader] <= self.at - KNOWN_FOR
        return held if held != "trusted" or long else "new"

    def sets_aside(self, reader: int, period: int) -> None:
        self.late[reader].add(period)
        self.waits[reader].add(period)

    def finishes_close(self, period: int) -> set[int]:
        """Split what was frozen; who had less than that by now."""
        assert self.closing == period
        short = set()
        for reader, spent in self.frozen.items():
            if spent > self.has("means", reader):
                short.add(reader)
                self.sets_aside(reader, period)
        for reader in self.frozen.keys() - short:
            self.splits(period, reader, self.frozen[reader])
        self.closing, self.last_closed = 0, period
        return short

    def splits(self, period: int, reader: int, spent: int = -1) -> None:
        """One reader's month, of what was frozen or of what is there now."""
        before = set(self.held)
        self.policy, self.fee_percent = self.terms[period]
        self._frozen_for_one = spent
        self.closes_one(period, reader)
        self._frozen_for_one = -1
        self.when[f"close:{shown(period)}:reader:{reader}"] = period
        for key in set(self.held) - before:
            self.counted[key] = self.at

    def budget(self, reader: int, period: int) -> int:
        if self._frozen_for_one >= 0:
            return self._frozen_for_one
        return super().budget(reader, period)

    _frozen_for_one: int = -1

    def whole_digest(self, currency: str = "EUR") -> str:
        """What the platform's digest of all books must be."""
        told = [
            f"{reference}|{kind}|{'' if owner is None else owner}|{currency}|{amount}"
            for reference, kind, owner, amount in self.lines
        ]
        text = "".join(f"{line}\n" for line in sorted(told, key=str.encode))
        return hashlib.sha256(text.encode()).hexdigest()
