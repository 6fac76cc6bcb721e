"""A bookkeeper who has never seen the platform's code.

Told what people did (who paid in, who gives what, who clicked), it says what every
account must hold and which lines every close must have written. It imports nothing
of the platform and was written from the product's rules alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

EIGHT_WEEKS, HALF_A_YEAR = timedelta(days=56), timedelta(days=180)
Line = tuple[str, str, int | None, int]  # reference, account kind, owner, amount


def month_text(period: int) -> str:
    return f"{period // 100}-{period % 100:02d}"


def turn(reader: int, period: int, n: int) -> int:
    """Where a reader's odd cents begin in a month: a wheel with 2^32 notches, cut into n
    equal sectors, turned on by so many notches a reader and so many a month."""
    year, month = divmod(period, 100)
    since = 12 * year + month - 1
    notch = (reader * 668265263 + since * 1640531527) & 0xFFFFFFFF
    return (notch * n) >> 32


def cut(pot: int, pieces: list[int], first: int) -> dict[int, int]:
    """Cut a pot into equal pieces, one cent after the other."""
    pieces = sorted(pieces)
    n = len(pieces)
    got = dict.fromkeys(pieces, pot // n)
    for k in range(pot - n * (pot // n)):
        got[pieces[(k - first) % n]] += 1
    return got


def slices(
    policy: str, reader: int, period: int, pot: int, clicked: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """What each thing gets of a reader's pot, of those clicked as (creator, thing)."""
    clicked = set(clicked)
    if policy == "thing":
        things = [thing for _, thing in clicked]
        return cut(pot, things, turn(reader, period, len(things)))
    creators = sorted({creator for creator, _ in clicked})
    shares = cut(pot, creators, turn(reader, period, len(creators)))
    per_thing: dict[int, int] = {}
    for creator in creators:
        theirs = [thing for owner, thing in clicked if owner == creator]
        per_thing |= cut(shares[creator], theirs, turn(reader, period, len(theirs)))
    return per_thing


def digest_of(lines: Iterable[Line], currency: str = "EUR") -> str:
    """What the platform's digest of these lines must be."""
    told = [
        f"{reference}|{kind}|{'' if owner is None else owner}|{currency}|{amount}"
        for reference, kind, owner, amount in lines
    ]
    text = "".join(f"{line}\n" for line in sorted(told, key=str.encode))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Held:
    """What a close gave a creator, while it is not theirs to be paid yet."""

    left: int = 0
    over: bool = False


@dataclass
class Bookkeeper:
    fee_percent: int = 0
    policy: str = "creator"
    paid: list[tuple[int, int, int]] = field(default_factory=list)
    gives: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    clicks: dict[int, dict[int, set[tuple[int, int]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    lines: list[Line] = field(default_factory=list)
    things: dict[tuple[int, int, int], int] = field(default_factory=dict)
    # By month, creator, for how long (`trusted`, `new`, `debit`), and the reader who was late.
    held: dict[tuple[int, int, str, int | None], Held] = field(
        default_factory=lambda: defaultdict(Held)
    )
    shares: dict[tuple[int, int], dict[int | None, int]] = field(default_factory=dict)
    # In which month something went back or came again.
    when: dict[str, int] = field(default_factory=dict)
    # Readers' months that were set aside, and those of them that still are.
    late: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    waits: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    disputers: set[int] = field(default_factory=set)
    # How long a reader's month is held for.
    known: dict[tuple[int, int], str] = field(default_factory=dict)
    # When each debit of a reader's was credited, and of whose one was taken back.
    debits: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    bounced: set[int] = field(default_factory=set)

    # --- what people did

    def pays_in(self, reader: int, amount: int, period: int, reference: str) -> None:
        self.paid.append((reader, amount, period))
        self.lines.append((reference, "simulated", None, -amount))
        self.lines.append((reference, "means", reader, amount))

    def gives_monthly(self, reader: int, amount: int, period: int) -> None:
        self.gives[reader][period] = amount

    def clicks_on(self, reader: int, thing: int, creator: int, period: int) -> None:
        self.clicks[period][reader].add((creator, thing))

    # --- what follows

    def closes(
        self,
        period: int,
        without: frozenset[int] = frozenset(),
        begun: datetime | None = None,
    ) -> None:
        """Close the month for everybody but `without`, who are set aside; since when it
        is `begun` matters to those who pay by debit."""
        for reader in sorted(self.clicks[period]):
            self.known[reader, period] = self.held_as(reader, period, begun)
            if reader not in without:
                self.closes_one(period, reader)
            elif min(self.budget(reader, period), self.means(reader, period)):
                self.late[reader].add(period)
                self.waits[reader].add(period)

    def held_as(self, reader: int, period: int, at: datetime | None = None) -> str:
        """By what we know of the reader when they give `at` that moment of a month."""
        if at and self.may_be_debited_back(reader, at):
            return "debit"
        earlier = [month for who, month in self.shares if who == reader]
        known = len([month for month in earlier if month < period]) >= 3
        return "trusted" if known and reader not in self.disputers else "new"

    def may_be_debited_back(self, reader: int, at: datetime) -> bool:
        """A bank takes a debit back for eight weeks; unless six have stood for long."""
        credited = self.debits[reader]
        if not credited or at - max(credited) >= EIGHT_WEEKS:
            return False
        stood = len(credited) >= 6 and at - min(credited) >= HALF_A_YEAR
        return not stood or reader in self.bounced

    def closes_one(self, period: int, reader: int) -> None:
        self.waits[reader].discard(period)
        clicked = self.clicks[period][reader]
        spent = min(self.budget(reader, period), self.means(reader, period))
        if not clicked or spent == 0:
            return
        fee = self.fee(spent)
        pot = spent - fee
        per_creator: Counter[int] = Counter()
        per_thing = slices(self.policy, reader, period, pot, clicked)
        for creator, thing in clicked:
            per_creator[creator] += per_thing[thing]
            self.things[period, reader, thing] = per_thing[thing]
        reference = f"close:{month_text(period)}:reader:{reader}"
        self.lines.append((reference, "means", reader, -spent))
        if fee:
            self.lines.append((reference, "fees", None, fee))
        self.shares[reader, period] = {None: fee}
        self.shares[reader, period].update(per_creator.items())
        late = reader if period in self.late[reader] else None
        for creator, share in per_creator.items():
            if share:
                self.lines.append((reference, "pending", creator, share))
                key = period, creator, self.known[reader, period], late
                self.held[key].left += share

    def budget(self, reader: int, period: int) -> int:
        chosen = [month for month in self.gives[reader] if month <= period]
        return self.gives[reader][max(chosen)] if chosen else 0

    def means(self, reader: int, period: int) -> int:
        """What the reader had for a month: paid in until its end, less all that left."""
        paid = sum(
            a for who, a, month in self.paid if who == reader and month <= period
        )
        left = sum(
            amount
            for reference, kind, owner, amount in self.lines
            if (kind, owner) == ("means", reader)
            and not reference.startswith("charge:")
            and self.when.get(reference, 0) <= period
        )
        return max(0, min(paid + left, self.has("means", reader)))

    def fee(self, spent: int) -> int:
        hundredths = spent * self.fee_percent
        return hundredths // 100 + (1 if hundredths % 100 >= 50 else 0)

    # --- what the books must say

    def books(self, reference: str, kind: str, owner: int | None, amount: int) -> None:
        """One line, or more of one that is there."""
        for n, (known, kind_, owner_, before) in enumerate(self.lines):
            if (known, kind_, owner_) == (reference, kind, owner):
                del self.lines[n]
                amount += before
                break
        if amount:
            self.lines.append((reference, kind, owner, amount))

    def has(self, kind: str, owner: int | None) -> int:
        return sum(a for _, k, o, a in self.lines if (k, o) == (kind, owner))

    def accounts(self) -> dict[tuple[str, int | None], int]:
        sums: Counter[tuple[str, int | None]] = Counter()
        for _, kind, owner, amount in self.lines:
            sums[kind, owner] += amount
        return {account: amount for account, amount in sums.items() if amount}

    def digest(self, period: int, currency: str = "EUR") -> str:
        """What the platform's digest of a month's close must be."""
        month = f"close:{month_text(period)}:"
        return digest_of(
            [one for one in self.lines if one[0].startswith(month)], currency
        )
