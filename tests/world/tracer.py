"""The bookkeeper's second book: what was held matures, what was paid goes back.

Like the first it imports nothing of the platform, and was written from the rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from tests.world.bookkeeper import month_text, turn
from tests.world.giver import Giver


def part_of(amount: int, held: list[int], first: int) -> list[int]:
    """Take an amount from all who hold something, as evenly as cents allow."""
    exact = [Fraction(amount * one, sum(held)) for one in held]
    got = [int(one) for one in exact]
    missing = amount - sum(got)
    places = list(range(len(held)))
    places.sort(key=lambda place: (place + first) % len(held))
    for place in places:
        if missing and exact[place] > got[place]:
            got[place] += 1
            missing -= 1
    return got


@dataclass
class Taken:
    """Somebody's part of what went back."""

    who: str  # means, share, fee, loss
    period: int
    creator: int | None
    amount: int
    # Of what was given once, its number; `period` is then its month.
    slip: int = 0


@dataclass
class Tracer(Giver):
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    by_reader: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))

    def matures(self, period: int, creator: int, known: str, late: int | None) -> None:
        """The hold of a lot is over: debts first, the rest is theirs."""
        lot = self.held[period, creator, known, late]
        assert not lot.over
        lot.over = True
        if not lot.left:
            return
        reference = f"mature:{month_text(period)}:creator:{creator}:{known}"
        reference += f":reader:{late}" if late else ""
        debt = min(lot.left, -self.has("debt", creator))
        self.books(reference, "pending", creator, -lot.left)
        self.books(reference, "debt", creator, debt)
        self.books(reference, "revenue", creator, lot.left - debt)

    def gift_matures(self, number: int) -> None:
        """As `matures`, of what was given once."""
        slip = self.slips[number]
        assert not slip.lot.over
        slip.lot.over = True
        if not slip.lot.left:
            return
        reference = f"mature:gift:{number}"
        debt = min(slip.lot.left, -self.has("debt", slip.creator))
        self.books(reference, "pending", slip.creator, -slip.lot.left)
        self.books(reference, "debt", slip.creator, debt)
        self.books(reference, "revenue", slip.creator, slip.lot.left - debt)

    def goes_back(self, reference: str, reader: int, amount: int, running: int) -> None:
        """Part of a payment goes back: from whom is it taken? What is only set aside for
        somebody is not spent, and comes first."""
        self.when[reference] = running
        parts = []
        unspent = self.unspent(reader)
        if amount > unspent:
            for number in self.reserved(reader):
                self.undoes(number, running)
            unspent = self.unspent(reader)
        from_means = min(amount, unspent)
        rest = amount - from_means
        for period, number in self.newest_first(reader):
            if number:
                parts += self.of_slip(number, rest)
            else:
                parts += self.of_month(reader, period, rest)
            rest = amount - from_means - sum(part.amount for part in parts)
        more = min(rest, self.has("means", reader) - from_means)
        from_means += more
        parts.insert(0, Taken("means", 0, None, from_means))
        parts.append(Taken("loss", 0, None, rest - more))
        self.taken[reference] = [part for part in parts if part.amount]
        for part in self.taken[reference]:
            self.by_reader[reader].append(part)
            self.takes(reference, reader, part)

    def newest_first(self, reader: int) -> list[tuple[int, int]]:
        """Month by month, the latest first; in a month what it shared out (0), and then
        what was given once, the latest first (by its number)."""
        months = {month for who, month in self.shares if who == reader}
        given = [
            (slip.month, slip.place, number)
            for number, slip in self.slips.items()
            if (slip.reader, slip.state) == (reader, "given")
        ]
        found = []
        for month in sorted(months | {month for month, _, _ in given}, reverse=True):
            found += [(month, 0)] if month in months else []
            found += [
                (month, number)
                for one, _, number in sorted(given, reverse=True)
                if one == month
            ]
        return found

    def of_slip(self, number: int, amount: int) -> list[Taken]:
        slip = self.slips[number]
        left = [slip.amount - slip.fee, slip.fee]
        for taken in self.by_reader[slip.reader]:
            if taken.slip == number:
                left[taken.who == "fee"] -= taken.amount
        amount = min(amount, sum(left))
        if not amount:
            return []
        first = turn(slip.reader, slip.month, 2)
        creators, ours = part_of(amount, left, first)
        return [
            Taken("share", slip.month, slip.creator, creators, number),
            Taken("fee", slip.month, None, ours, number),
        ]

    def of_month(self, reader: int, period: int, amount: int) -> list[Taken]:
        shares = self.shares[reader, period]
        units: list[int | None] = [*sorted(one for one in shares if one), None]
        left = [
            shares[unit]
            - sum(
                taken.amount
                for taken in self.by_reader[reader]
                if taken.who in {"share", "fee"}
                and not taken.slip
                and (taken.period, taken.creator) == (period, unit)
            )
            for unit in units
        ]
        amount = min(amount, sum(left))
        if not amount:
            return []
        got = part_of(amount, left, turn(reader, period, len(units)))
        return [
            Taken("share" if unit else "fee", period, unit, part)
            for unit, part in zip(units, got, strict=True)
        ]

    def takes(self, reference: str, reader: int, part: Taken) -> None:
        if part.who != "share":
            kind = {"means": "means", "fee": "fees", "loss": "loss"}[part.who]
            owner = reader if part.who == "means" else None
            self.books(reference, kind, owner, -part.amount)
            return
        assert part.creator is not None
        if part.slip:
            lot = self.slips[part.slip].lot
        else:
            late = reader if part.period in self.late[reader] else None
            known = self.known[reader, part.period]
            lot = self.held[part.period, part.creator, known, late]
        held = 0 if lot.over else min(lot.left, part.amount)
        lot.left -= held
        revenue = min(part.amount - held, self.has("revenue", part.creator))
        self.books(reference, "pending", part.creator, -held)
        self.books(reference, "revenue", part.creator, -revenue)
        self.books(reference, "debt", part.creator, held + revenue - part.amount)

    def comes_back(
        self,
        reference: str,
        taken: list[str],
        reader: int,
        amount: int,
        running: int,
    ) -> None:
        """What went back is given again: to the same people, as much as comes, less
        what they had of it before. Nobody's is what nobody had."""
        self.when[reference] = running
        whole: dict[tuple[str, int, int | None, int], int] = {}
        for one in taken:
            for part in self.taken[one]:
                key = part.who, part.period, part.creator, part.slip
                whole[key] = whole.get(key, 0) + part.amount
        parts = [
            Taken(who, period, creator, left, slip)
            for (who, period, creator, slip), left in whole.items()
            if left > 0
        ]
        months = [part.period for part in parts if part.who in {"share", "fee"}]
        first = turn(reader, max(months, default=0), len(parts) or 1)
        back = min(amount, sum(part.amount for part in parts))
        given = part_of(back, [part.amount for part in parts], first) if back else []
        returned = [
            Taken(part.who, part.period, part.creator, -one, part.slip)
            for part, one in zip(parts, given or [0] * len(parts), strict=True)
            if one
        ]
        if amount > back:
            returned.append(Taken("loss", 0, None, back - amount))
        self.taken[reference] = returned
        for part in returned:
            self.by_reader[reader].append(part)
            self.give_back(reference, reader, part.who, part.creator, -part.amount)

    def give_back(
        self, reference: str, reader: int, who: str, creator: int | None, back: int
    ) -> None:
        if who == "share":
            debt = min(back, -self.has("debt", creator))
            self.books(reference, "debt", creator, debt)
            self.books(reference, "revenue", creator, back - debt)
        else:
            kind = {"means": "means", "fee": "fees", "loss": "loss"}[who]
            self.books(reference, kind, reader if who == "means" else None, back)
