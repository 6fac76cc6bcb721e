"""A reader's statement of a closed month: where the money went, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Max, Sum

from accounts.models import User
from buttons.clicks import loaf
from buttons.models import Flattr, Thing
from payouts.close.given_once import NOTHING, GivenOnce, given_once
from payouts.models import Close, CloseProblem, Gift, RevenueLine, Split


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing got, in minor units; `odd` when a cent more than others."""

    thing: Thing
    amount: int
    odd: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """What one creator got; `odd` when a cent more than others."""

    creator: User
    lines: list[Line]
    odd: bool

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def colour(self) -> str:
        return loaf.colour(self.creator.pk)

    @property
    def ring(self) -> str:
        """The classes of a small face with the creator's colour around it."""
        return f"tiny ring {self.colour}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One reader's closed month. Fee and portions add up to what was spent; what was
    given once stands beside them."""

    split: Split
    fee_percent: int
    closed_at: datetime
    portions: list[Portion]
    once: GivenOnce = NOTHING

    @property
    def period(self) -> int:
        return self.split.period

    @property
    def pot(self) -> int:
        return self.split.spent - self.split.fee

    @property
    def each(self) -> int:
        """What every unit got at least."""
        return self.pot // self.split.units

    @property
    def odd(self) -> int:
        """How many units got a cent more."""
        return self.pot % self.split.units

    @property
    def things(self) -> int:
        return sum(len(portion.lines) for portion in self.portions)

    @property
    def by_thing(self) -> bool:
        return self.split.policy == "thing"

    @property
    def total(self) -> int:
        """Of the lines, those of the gifts too."""
        shared = self.split.fee + sum(portion.amount for portion in self.portions)
        return shared + self.once.total

    @property
    def fee(self) -> int:
        """What stays with the site, of the gifts too."""
        return self.split.fee + self.once.fee

    @property
    def to_creators(self) -> int:
        return self.total - self.fee

    @property
    def slices(self) -> list[loaf.Slice]:
        return loaf.slices(portion.creator for portion in self.portions)


def statement(reader: User, period: int) -> Statement | None:
    """The reader's statement of a month; None where nothing of theirs was split."""
    split = Split.objects.filter(reader=reader, period=period).first()
    if split is None:
        return None
    close = Close.objects.get(period=period)
    later = CloseProblem.objects.filter(reader=reader, period=period).aggregate(
        at=Max("closed_at")
    )["at"]
    lines = (
        RevenueLine.objects.filter(reader=reader, period=period)
        .select_related("creator", "thing")
        .order_by("creator_id", "thing_id")
    )
    assert close.closed_at is not None, close
    return Statement(
        split=split,
        fee_percent=close.fee_percent,
        closed_at=later or close.closed_at,
        portions=list(_portions(split, lines)),
        once=given_once(reader, period),
    )


def _portions(split: Split, lines: Iterable[RevenueLine]) -> Iterator[Portion]:
    each = (split.spent - split.fee) // split.units
    by_thing = split.policy == "thing"
    for _, group in groupby(lines, key=lambda line: line.creator_id):
        of_creator = list(group)
        first = of_creator[0]
        yield Portion(
            creator=first.creator,
            lines=[
                Line(
                    thing=line.thing,
                    amount=line.amount,
                    odd=by_thing and line.share > each,
                )
                for line in of_creator
            ],
            odd=not by_thing and first.share > each,
        )


@dataclass(frozen=True, slots=True)
class MonthGiven:
    """A closed month in the list of them: among how many creators its budget was shared,
    and what was given in all, once too, in minor units."""

    period: int
    creators: int
    given: int


def months_given(reader: User) -> list[MonthGiven]:
    """The reader's closed months in which they gave anything, the latest first: three
    queries. A month has a row for each, and a reader not many of them."""
    splits = Split.objects.filter(reader=reader).values_list(
        "period", "creators", "spent"
    )
    shared = {period: (creators, spent) for period, creators, spent in splits}
    gifts = Gift.objects.given().filter(reader=reader).values_list("period")
    once = dict(gifts.annotate(total=Sum("amount")))
    closes = Close.objects.filter(state="closed", period__in=once)
    aside = CloseProblem.objects.aside(reader).values("period")
    closed = set(closes.exclude(period__in=aside).values_list("period", flat=True))
    return [
        MonthGiven(
            period,
            shared.get(period, (0, 0))[0],
            shared.get(period, (0, 0))[1] + once.get(period, 0),
        )
        for period in sorted({*shared, *closed}, reverse=True)
    ]


@dataclass(frozen=True, slots=True)
class MonthLeft:
    """A month without a statement: `state` is `running`, `closing` (over and not
    closed yet), `aside` (closed for others, for this reader later) or `nothing`."""

    period: int
    state: str


def without_statement(reader: User, period: int, running: int) -> MonthLeft:
    """Why there is no statement of a month that is not in the future."""
    if period == running:
        return MonthLeft(period, "running")
    if is_aside(reader, period):
        return MonthLeft(period, "aside")
    closed = Close.objects.filter(period=period, state="closed").exists()
    if not closed and Flattr.objects.filter(reader=reader, period=period).exists():
        return MonthLeft(period, "closing")
    return MonthLeft(period, "nothing")


def is_aside(reader: User, period: int) -> bool:
    return CloseProblem.objects.aside(reader).filter(period=period).exists()


def periods_aside(reader: User) -> list[int]:
    """The months in which the reader was set aside and is so still, latest first."""
    return list(
        CloseProblem.objects.aside(reader)
        .order_by("-period")
        .values_list("period", flat=True)
    )
