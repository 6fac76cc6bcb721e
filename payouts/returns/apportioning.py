"""Who bears what of a payment that goes back: the reader, their creators, we, or nobody.
From which of a creator's accounts it comes, `payouts.returns.tracing` decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet, Sum

from accounts.models import User
from flattr.split import proportion, rotation
from payouts import chart
from payouts.ledger import posting
from payouts.models import RevenueLine, Split, Traced
from payouts.payments import budgeting


@dataclass(slots=True)
class Unit:
    """A creator's share in one close, or our fee (no creator), in order of rank.
    `left` is what was not deducted from it before."""

    creator_id: int | None
    left: int


@dataclass(slots=True)
class Spent:
    """One close of the reader's, as far as it can be deducted from."""

    period: int
    left: int
    units: list[Unit] = field(default_factory=list)


def plan(reference: str, reader: User, amount: int, period: int) -> Iterator[Traced]:
    """The lines that deduct `amount`, their sources still open: what the reader did
    not spend, then shares and our fee of their closes, then a loss. `period` is the
    running month."""
    free = max(0, budgeting.free(reader, period))
    means = min(amount, free)
    closes = _closes(reader, amount - means)
    left = amount - means - sum(one.left for one in closes)
    if left > 0:
        # Months that are over and not closed yet lose theirs, before it is a loss.
        kept = posting.balance(chart.means(reader)) - means
        means += min(left, kept)
    if means:
        yield Traced(reference=reference, reader=reader, kind="means", amount=means)
    rest = amount - means
    for one in closes:
        part = min(rest, one.left)
        yield from _shares(reference, reader, one, part)
        rest -= part
    if rest:
        yield Traced(reference=reference, reader=reader, kind="loss", amount=rest)


def _closes(reader: User, amount: int) -> list[Spent]:
    """The newest closes of the reader's that hold `amount`, or all; three queries."""
    if not amount:
        return []
    taken = _sums(Traced.objects.filter(reader=reader, period__gt=0), "period")
    chosen: dict[int, Spent] = {}
    for split in Split.objects.filter(
        reader=reader, currency=settings.CURRENCY
    ).order_by("-period"):
        left = split.spent - taken[(split.period,)]
        if left:
            chosen[split.period] = Spent(split.period, left)
            amount -= left
        if amount <= 0:
            break
    _fill_units(reader, chosen)
    return list(chosen.values())


def _fill_units(reader: User, closes: dict[int, Spent]) -> None:
    periods = list(closes)
    shares = RevenueLine.objects.filter(reader=reader, period__in=periods)
    taken = _sums(
        Traced.objects.filter(reader=reader, period__in=periods),
        "period",
        "creator",
    )
    for period, creator, share in (
        shares.values_list("period", "creator")
        .annotate(share=Sum("amount"))
        .order_by("period", "creator")
    ):
        left = share - taken[period, creator]
        closes[period].units.append(Unit(creator, left))
    for one in closes.values():
        # Our fee bears what the creators do not, at the last rank.
        one.units.append(Unit(None, one.left - sum(unit.left for unit in one.units)))


def _sums(rows: QuerySet[Traced], *by: str) -> defaultdict[tuple[int | None, ...], int]:
    """Sums of `amount` by the columns named; 0 where there is none."""
    found: defaultdict[tuple[int | None, ...], int] = defaultdict(int)
    sums = rows.order_by().values_list(*by).annotate(total=Sum("amount"))
    for *key, amount in sums:
        found[tuple(key)] = amount
    return found


def _shares(reference: str, reader: User, one: Spent, amount: int) -> Iterator[Traced]:
    """`amount` of one close, from each creator's share and our fee."""
    offset = rotation(reader.pk, one.period, len(one.units))
    parts = proportion(amount, [unit.left for unit in one.units], offset=offset)
    for unit, part in zip(one.units, parts, strict=True):
        if part:
            yield Traced(
                reference=reference,
                reader=reader,
                kind="share" if unit.creator_id else "fee",
                period=one.period,
                creator_id=unit.creator_id,
                amount=part,
            )
