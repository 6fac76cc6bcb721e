"""What the platform held of other people's money, by day, against the balance at Stripe.

What each kind of account held at a day's end is what it holds now, less all that was
posted since: one query, however many days. Beside it stands what Stripe said it holds
for us when it was last compared on that day, and each cent of the difference: what was
booked between then and the day's end, what was on its way, and what nothing explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import TruncDate
from psycopg2 import sql

from flattr.money import plain
from payouts import chart
from payouts.ledger import sums
from payouts.models import Reconciliation
from payouts.operations.books import WHERE

# What is held now, without a day, and what was posted on each: seen at one moment.
POSTED = sql.SQL(
    """
    SELECT NULL::date, kind, sum FROM ({now}) AS now
    UNION ALL
    SELECT (t.posted_at AT TIME ZONE 'UTC')::date, a.kind, sum(e.amount)::bigint
    FROM ledger_transaction t
    JOIN ledger_entry e ON e.book = t.book AND e.transaction_id = t.id
    JOIN ledger_account a ON a.id = e.account_id
    WHERE t.posted_at >= %(since)s AND a.currency = %(currency)s
    GROUP BY 1, 2
    """
).format(now=sql.SQL(sums.BY_KIND))
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """What Stripe said it holds for us at a moment, what the ledger said then, and of the
    difference what was on its way and what nothing explained."""

    at: datetime
    stripe: int
    books: int
    on_its_way: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class DayHeld:
    """A day's end, UTC, in minor units, positive where the platform owes somebody.

    `means` + `transit` + `pending` + `revenue` are other people's; `debts` is what
    creators owe, `ours` what remains of fees and what the operator added; together they
    lie `at_stripe`, by the books, or are `simulated`. Stripe's own figure and `booked`,
    what was booked after it was compared, are None where it was not compared that day.
    """

    day: date
    means: int
    transit: int
    pending: int
    revenue: int
    debts: int
    ours: int
    at_stripe: int
    simulated: int
    compared_at: datetime | None = None
    stripe: int | None = None
    booked: int | None = None
    on_its_way: int | None = None
    unexplained: int | None = None

    @property
    def owed(self) -> int:
        return self.means + self.transit + self.pending + self.revenue


COLUMNS = [field.name for field in fields(DayHeld)]


def days(first: date, last: date) -> list[DayHeld]:
    """Each day from `first` through `last`, the latest first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        posted = _posted(cursor, first)
        compared = _compared(first, last)
    return list(_backwards(posted, compared, first, last))


def _posted(cursor: Any, first: date) -> dict[date | None, dict[str, int]]:
    cursor.execute(POSTED, {"since": _midnight(first), "currency": settings.CURRENCY})
    found: dict[date | None, dict[str, int]] = defaultdict(dict)
    for day, kind, amount in cursor.fetchall():
        found[day][kind] = amount
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _compared(first: date, last: date) -> dict[date, Compared]:
    """The last comparison that finished on each day."""
    rows = (
        Reconciliation.objects.filter(
            kind="nightly",
            finished_at__gte=_midnight(first),
            finished_at__lt=_midnight(last) + A_DAY,
            unexplained__isnull=False,
        )
        .annotate(day=TruncDate("finished_at", tzinfo=UTC))
        .order_by("day", "-finished_at")
        .distinct("day")
        .values_list("day", "finished_at", "report")
    )
    return {
        day: Compared(
            finished_at,
            report["stripe"]["available"] + report["stripe"]["pending"],
            -report["ledger"]["stripe_clearing"],
            report["in_flight_amount"],
            report["unexplained_amount"],
        )
        for day, finished_at, report in rows
        if finished_at is not None
    }


def _backwards(
    posted: dict[date | None, dict[str, int]],
    compared: dict[date, Compared],
    first: date,
    last: date,
) -> Iterator[DayHeld]:
    held = defaultdict(int, posted.get(None, {}))
    day = max([last, *(day for day in posted if day)])
    while day >= first:
        if day <= last:
            yield _day(day, held, compared.get(day))
        for kind, amount in posted.get(day, {}).items():
            held[kind] -= amount
        day -= A_DAY


def _day(day: date, held: dict[str, int], then: Compared | None) -> DayHeld:
    others = set(held) - {*chart.OWED, *WHERE, "debt"}
    at_stripe = -held["stripe_clearing"]
    return DayHeld(
        day=day,
        means=held["means"],
        transit=held["transit"],
        pending=held["pending"],
        revenue=held["revenue"],
        debts=-held["debt"],
        ours=sum(held[kind] for kind in others),
        at_stripe=at_stripe,
        simulated=-held["simulated"],
        compared_at=then.at if then else None,
        stripe=then.stripe if then else None,
        booked=at_stripe - then.books if then else None,
        on_its_way=then.on_its_way if then else None,
        unexplained=then.unexplained if then else None,
    )


def cells(day: DayHeld) -> list[str]:
    """A line of the table, as `COLUMNS` names it, with amounts like 12.34."""
    return [_cell(getattr(day, name)) for name in COLUMNS]


def _cell(value: date | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%MZ}"
    return f"{value}" if isinstance(value, date) else plain(value)
