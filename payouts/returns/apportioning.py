"""Who bears what of a payment that goes back: the reader, their creators, we, or nobody.
From which of a creator's accounts it comes, `payouts.returns.tracing` decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

from django.conf import settings
from django.db.models import QuerySet, Sum

from accounts.models import User
from flattr.split import proportion, rotation
from payouts.models import Gift, GiftState, RevenueLine, Split, Traced
from payouts.payments import budgeting


@dataclass(slots=True)
class Unit:
    """A creator's share in one close or gift, or our fee (no creator), in order of rank.
    `left` is what was not deducted from it before."""

    creator_id: int | None
    left: int


@dataclass(slots=True)
class Spent:
    """One close of the reader's, or one gift, as far as it can be deducted from."""

    period: int
    left: int
    gift: Gift | None = None
    units: list[Unit] = field(default_factory=list)

    @property
    def place(self) -> tuple[int, float, int]:
        """What is deducted from first has the smallest: the latest month, in it the split,
        then the gifts, the latest first."""
        if self.gift is None:
            return -self.period, -inf, 0
        assert self.gift.given_at is not None, self.gift.pk
        return -self.period, -self.gift.given_at.timestamp(), -self.gift.pk


def plan(
    reference: str, reader: User, amount: int, period: int, balance: int
) -> Iterator[Traced]:
    """The lines that deduct `amount`, their sources still open: what the reader did not
    spend of `balance`, then shares and our fee of their closes and gifts, then a loss.
    `period` is the running month."""
    free = max(0, budgeting.free_of(balance, reader, period))
    means = min(amount, free)
    every = _spent(reader, amount - means)
    left = amount - means - sum(one.left for one in every)
    if left > 0:
        # Months that are over and not closed yet lose theirs, before it is a loss.
        means += min(left, balance - means)
    if means:
        yield Traced(reference=reference, reader=reader, kind="means", amount=means)
    rest = amount - means
    for one in every:
        part = min(rest, one.left)
        yield from _shares(reference, reader, one, part)
        rest -= part
    if rest:
        yield Traced(reference=reference, reader=reader, kind="loss", amount=rest)


def _spent(reader: User, amount: int) -> list[Spent]:
    """The newest closes and gifts of the reader's that hold `amount`, or all; six
    queries."""
    if not amount:
        return []
    chosen = newest([*_closes(reader), *_gifts(reader)], amount)
    _fill_closes(reader, {one.period: one for one in chosen if one.gift is None})
    _fill_gifts(reader, {one.gift.pk: one for one in chosen if one.gift is not None})
    return chosen


def newest(every: Iterable[Spent], amount: int) -> list[Spent]:
    """The first of `every`, in the order of the trace, that hold `amount`, or all."""
    chosen: list[Spent] = []
    for one in sorted(every, key=lambda one: one.place):
        if amount <= 0:
            break
        if one.left:
            chosen.append(one)
            amount -= one.left
    return chosen


def _closes(reader: User) -> Iterator[Spent]:
    taken = _sums(Traced.objects.filter(reader=reader, period__gt=0), "period")
    for split in Split.objects.filter(reader=reader, currency=settings.CURRENCY):
        yield Spent(split.period, split.spent - taken[(split.period,)])


def _gifts(reader: User) -> Iterator[Spent]:
    taken = _sums(Traced.objects.filter(reader=reader, gift__gt=0), "gift")
    gifts = Gift.objects.filter(
        reader=reader, state=GiftState.GIVEN, currency=settings.CURRENCY
    )
    for gift in gifts:
        assert gift.period is not None, gift.pk
        yield Spent(gift.period, gift.amount - taken[(gift.pk,)], gift)


def _fill_closes(reader: User, closes: dict[int, Spent]) -> None:
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
    _add_fees(closes.values())


def _fill_gifts(reader: User, gifts: dict[int, Spent]) -> None:
    taken = _sums(
        Traced.objects.filter(reader=reader, gift__in=list(gifts)), "gift", "creator"
    )
    for number, one in gifts.items():
        assert one.gift is not None, one
        creator = one.gift.creator_id
        left = one.gift.for_creator - taken[number, creator]
        one.units.append(Unit(creator, left))
    _add_fees(gifts.values())


def _add_fees(every: Iterable[Spent]) -> None:
    """Our fee bears what the creators do not, at the last rank."""
    for one in every:
        one.units.append(Unit(None, one.left - sum(unit.left for unit in one.units)))


def _sums(rows: QuerySet[Traced], *by: str) -> defaultdict[tuple[int | None, ...], int]:
    """Sums of `amount` by the columns named; 0 where there is none."""
    found: defaultdict[tuple[int | None, ...], int] = defaultdict(int)
    sums = rows.order_by().values_list(*by).annotate(total=Sum("amount"))
    for *key, amount in sums:
        found[tuple(key)] = amount
    return found


def _shares(reference: str, reader: User, one: Spent, amount: int) -> Iterator[Traced]:
    """`amount` of one close or gift, from each creator's share and our fee."""
    offset = rotation(reader.pk, one.period, len(one.units))
    parts = proportion(amount, [unit.left for unit in one.units], offset=offset)
    for unit, part in zip(one.units, parts, strict=True):
        if part:
            yield Traced(
                reference=reference,
                reader=reader,
                kind="share" if unit.creator_id else "fee",
                period=None if one.gift else one.period,
                gift=one.gift,
                creator_id=unit.creator_id,
                amount=part,
            )
