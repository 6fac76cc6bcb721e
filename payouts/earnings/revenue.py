"""What a creator has, and what they earned: by month, by thing, and the shares that make up the sum.

Shares are unnamed: who flattred what is the reader's to tell.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q, Sum

from accounts.models import User
from buttons.models import Flattr, Thing, TotalBefore
from payouts.models import Creator, Gift, Lot, RevenueLine

# What a page shows of a long table; the rest is summed up in its last line.
MOST_ROWS = 60
MOST_BARS = 25


@dataclass(frozen=True, slots=True)
class Purse:
    """What a creator has, in minor units: held after a close, matured, on its way; what
    they owe after disputes, which matured money has to cover first; and what was paid
    to them and stayed there. `CreatorQuerySet.with_purse` says where it is from."""

    pending: int
    revenue: int
    transit: int
    owed: int
    paid: int

    @property
    def payable(self) -> int:
        return max(0, self.revenue - self.owed)

    @property
    def is_empty(self) -> bool:
        """Nothing is there, and nothing was paid."""
        return not (self.pending or self.revenue or self.transit or self.paid)


@dataclass(frozen=True, slots=True)
class MonthEarned:
    """One month of the list: clicks that were paid for, what they brought together with
    what was given once, what is still held of it, and what was taken back while it was;
    `once` is the part of the amount that was given once."""

    period: int
    clicks: int
    amount: int
    held: int
    taken: int = 0
    once: int = 0

    @property
    def released(self) -> int:
        """Ready or paid."""
        return self.amount - self.taken - self.held


@dataclass(frozen=True, slots=True)
class Clicks:
    """What a creator's things got in a month, paid for or not, and from how many."""

    clicks: int = 0
    readers: int = 0


@dataclass(frozen=True, slots=True)
class ThingEarned:
    """One thing in one month. `clicks_total` counts all months up to it, and those
    before this platform that were known in that month."""

    thing: Thing
    clicks: int
    amount: int
    clicks_total: int


@dataclass(frozen=True, slots=True)
class OnceEarned:
    """What readers gave once in one month for one thing, or for none in particular."""

    thing: Thing | None
    gifts: int
    amount: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Equal shares: so many readers gave the creator that amount each."""

    amount: int
    readers: int

    @property
    def total(self) -> int:
        return self.amount * self.readers


def purse(creator: User) -> Purse:
    """What a creator has now, in one query."""
    found = Creator.objects.filter(pk=creator.pk).with_purse(settings.CURRENCY)
    return Purse(**found.values(*(field.name for field in fields(Purse))).get())


def months_of(creator: User, since: int = 0) -> list[MonthEarned]:
    """The months from `since` on in which something arrived, latest first."""
    # Rows are counted, and no column of them, so that an index is enough.
    clicks = dict(
        RevenueLine.objects.filter(creator=creator, period__gte=since)
        .values_list("period")
        .annotate(clicks=Count("*"))
    )
    lots = (
        Lot.objects.filter(creator=creator, period__gte=since)
        .values("period")
        .annotate(
            held=Sum(F("amount") - F("taken"), filter=Q(matured_at=None), default=0),
            total=Sum("amount"),
            lost=Sum("taken"),
            once=Sum("amount", filter=Q(gift__isnull=False), default=0),
        )
        .order_by("-period")
    )
    return [
        MonthEarned(
            row["period"],
            clicks.get(row["period"], 0),
            row["total"],
            row["held"],
            row["lost"],
            row["once"],
        )
        for row in lots
    ]


def clicks_of(creator: User, *periods: int) -> dict[int, Clicks]:
    """The clicks of months by month, of the things that are the creator's now: those
    have an index, and creators do not."""
    received = (
        Flattr.objects.filter(period__in=periods, creator=creator, thing__owner=creator)
        .values_list("period")
        .annotate(clicks=Count("*"), readers=Count("reader", distinct=True))
    )
    found = {period: Clicks(clicks, readers) for period, clicks, readers in received}
    return {period: found.get(period, Clicks()) for period in periods}


def things_of(creator: User, period: int) -> list[ThingEarned]:
    """What each thing brought in a month, the most first."""
    lines = RevenueLine.objects.filter(creator=creator)
    earned = list(
        lines.filter(period=period)
        .values("thing_id")
        .annotate(clicks=Count("*"), total=Sum("amount"))
        .order_by("-total", "-clicks", "thing_id")
    )
    ids = [row["thing_id"] for row in earned]
    ever = dict(
        lines.filter(period__lte=period, thing_id__in=ids)
        .values_list("thing_id")
        .annotate(clicks=Count("*"))
    )
    things = Thing.objects.in_bulk(ids)
    before = _totals_before(ids, period)
    return [
        ThingEarned(
            things[row["thing_id"]],
            row["clicks"],
            row["total"],
            before.get(row["thing_id"], 0) + ever[row["thing_id"]],
        )
        for row in earned
    ]


def once_of(creator: User, period: int) -> list[OnceEarned]:
    """What readers gave once in a month, the most first: it arrives while the month
    runs."""
    gifts = Gift.objects.given().filter(creator=creator, period=period)
    rows = list(
        gifts.values("thing_id")
        .annotate(gifts=Count("*"), total=Sum(F("amount") - F("fee")))
        .order_by("-total", "thing_id")
    )
    things = Thing.objects.in_bulk([row["thing_id"] for row in rows])
    return [
        OnceEarned(things.get(row["thing_id"]), row["gifts"], row["total"])
        for row in rows
    ]


def most_earned(creator: User, since: int) -> list[ThingEarned]:
    """The things that brought most in the months from `since` on, and their clicks in
    these."""
    earned = (
        RevenueLine.objects.filter(creator=creator, period__gte=since)
        .values("thing_id")
        .annotate(clicks=Count("*"), total=Sum("amount"))
        .order_by("-total", "thing_id")[:MOST_BARS]
    )
    found = {row["thing_id"]: row for row in earned}
    things = Thing.objects.in_bulk(list(found))
    return [
        ThingEarned(things[pk], row["clicks"], row["total"], row["clicks"])
        for pk, row in found.items()
    ]


def _totals_before(things: list[int], period: int) -> dict[int, int]:
    """The clicks of each before this platform, as they were known in a month."""
    known = TotalBefore.objects.filter(thing__in=things, period__lte=period)
    latest = known.order_by("thing", "-period").distinct("thing")
    return dict(latest.values_list("thing", "clicks"))


SHARES = """
    SELECT amount, count(*) FROM (
        SELECT sum(amount)::bigint AS amount FROM revenue_line
        WHERE creator_id = %s AND period = %s GROUP BY reader_id HAVING sum(amount) > 0
    ) AS share GROUP BY amount ORDER BY amount DESC
"""


def shares_of(creator: User, period: int) -> list[Shares]:
    """The shares that make up a month's sum, unnamed, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES, [creator.pk, period])
        return [Shares(amount, readers) for amount, readers in cursor.fetchall()]


def lots_of(creator: User, period: int) -> list[Lot]:
    return list(
        Lot.objects.filter(creator=creator, period=period).order_by("matures_at", "id")
    )
