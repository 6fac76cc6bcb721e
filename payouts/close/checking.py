"""Check it yourself: a statement, computed again from the facts it was made from, one
step after the other, and laid beside what stands in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import User
from flattr.split import fee
from payouts.close import sharing
from payouts.close.ledger_lines import LedgerLine, booked_in, compare, verdict
from payouts.close.rotation import FirstRotation, Rotation
from payouts.close.statements import Portion, Statement
from payouts.models import ReaderMonth

# By the name that stands with the split.
FORMULAS: dict[str, type[Rotation]] = {"golden": Rotation, "first": FirstRotation}
# A reader's month, asked where its odd cents begin among so many.
Turn = Callable[[int], Rotation]


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the table of shares, computed again. `stands` is what the ledger
    has, or what the statement has where the ledger has no entry of its own."""

    name: str
    id: int
    rank: int
    place: int
    gets_odd: bool
    share: int
    stands: int

    @property
    def agrees(self) -> bool:
        return self.share == self.stands

    @property
    def verdict(self) -> str:
        return verdict(agrees=self.agrees)


@dataclass(frozen=True, slots=True)
class Division:
    """A sum divided evenly: `each` gets that much, the first `odd` places one more."""

    name: str
    pot: int
    rotation: Rotation
    units: list[Unit]

    @property
    def each(self) -> int:
        return self.pot // self.rotation.n

    @property
    def odd(self) -> int:
        return self.pot % self.rotation.n

    @property
    def label(self) -> str:
        """Of the table that shows it."""
        if not self.name:
            return _("Who gets what")
        return _("Who gets what of %(name)s") % {"name": self.name}

    @property
    def agrees(self) -> bool:
        return all(unit.agrees for unit in self.units)


@dataclass(frozen=True, slots=True)
class Check:
    """A statement computed again. Amounts are minor units."""

    statement: Statement
    frozen: ReaderMonth
    spent: int
    fee: int
    division: Division
    things: list[Division]
    ledger: list[LedgerLine]
    # Of the gifts of the month, which take no share of it.
    gifts: list[LedgerLine]

    @property
    def pot(self) -> int:
        return self.spent - self.fee

    @property
    def by_first_formula(self) -> bool:
        return self.statement.split.formula == "first"

    @property
    def shared(self) -> int:
        return sum(unit.share for unit in self.division.units)

    @property
    def agrees(self) -> bool:
        """Every number computed here is the one that was booked."""
        split = self.statement.split
        return (
            (self.spent, self.fee) == (split.spent, split.fee)
            and self.division.rotation.offset == split.offset
            and self.fee + self.shared == self.spent
            and all(part.agrees for part in [self.division, *self.things])
            and all(line.agrees for line in [*self.ledger, *self.gifts])
        )


def check(reader: User, statement: Statement) -> Check:
    """Compute a statement again from the frozen month and the ids."""
    period = statement.period
    frozen = ReaderMonth.objects.get(reader=reader, period=period)
    spent = min(frozen.budget, frozen.means)
    kept = fee(spent, statement.fee_percent)
    turn = partial(FORMULAS[statement.split.formula], reader.pk, period)
    lines = sharing.lines(
        spent - kept,
        statement.split.policy,
        [
            (portion.creator.pk, line.thing.pk)
            for portion in statement.portions
            for line in portion.lines
        ],
        lambda n: turn(n).offset,
    )
    return Check(
        statement=statement,
        frozen=frozen,
        spent=spent,
        fee=kept,
        division=_division(turn, statement, spent - kept, lines),
        things=[]
        if statement.by_thing
        else [
            _things_of(turn, portion, lines)
            for portion in statement.portions
            if len(portion.lines) > 1
        ],
        ledger=_ledger(statement, spent, kept, lines),
        gifts=statement.once.ledger,
    )


def _division(
    turn: Turn, statement: Statement, pot: int, lines: list[sharing.Line]
) -> Division:
    names: dict[int, tuple[str, int]] = {}
    for portion in statement.portions:
        if statement.by_thing:
            names |= {
                line.thing.pk: (line.thing.title, line.amount) for line in portion.lines
            }
        else:
            names[portion.creator.pk] = (
                portion.creator.name_and_username,
                portion.amount,
            )
    shares = {
        (line.thing_id if statement.by_thing else line.creator_id): line
        for line in lines
    }
    rotation = turn(len(names))
    odd = pot % rotation.n
    units = []
    for unit in sorted(names):
        line = shares[unit]
        place = (line.rank + rotation.offset) % rotation.n
        name, stands = names[unit]
        units.append(
            Unit(name, unit, line.rank, place, place < odd, line.share, stands)
        )
    return Division("", pot, rotation, units)


def _things_of(turn: Turn, portion: Portion, lines: list[sharing.Line]) -> Division:
    amounts = {line.thing_id: line for line in lines}
    rotation = turn(len(portion.lines))
    pot = amounts[portion.lines[0].thing.pk].share
    units = []
    ranked = sorted(portion.lines, key=lambda line: line.thing.pk)
    for rank, line in enumerate(ranked):
        place = (rank + rotation.offset) % rotation.n
        units.append(
            Unit(
                line.thing.title,
                line.thing.pk,
                rank,
                place,
                place < pot % rotation.n,
                amounts[line.thing.pk].amount,
                line.amount,
            )
        )
    return Division(portion.creator.name_and_username, pot, rotation, units)


def _ledger(
    statement: Statement, spent: int, kept: int, lines: list[sharing.Line]
) -> list[LedgerLine]:
    """The month's transaction beside what was computed: in the month's own book, or in
    the ordinary one for a reader set aside."""
    computed: dict[tuple[str, int | None], int] = {
        ("means", statement.split.reader_id): -spent,
        ("fees", None): kept,
    }
    for line in lines:
        key = ("pending", line.creator_id)
        computed[key] = computed.get(key, 0) + line.amount
    split = statement.split
    booked = booked_in([statement.period, 0], [split.reference])
    return compare(
        split.reference, split.currency, booked.get(split.reference, {}), computed
    )
