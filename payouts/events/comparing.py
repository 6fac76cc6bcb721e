"""Stripe's balance transactions compared with the ledger, line by line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Sum
from django.utils import timezone

from flattr.database import clock
from payouts.gateway.facts import FEES
from payouts.ledger import sums
from payouts.models import Movement

IN_FLIGHT = timedelta(days=3)
# A longer report says only how many lines it has.
MOST_LINES = 500

UNBOOKED = "moved at Stripe, not in the ledger"
UNKNOWN = "in the ledger, not moved at Stripe"
UNSEEN = "Stripe's balance is not the sum of what moved it"

# Both sides by reference, and of these the lines that differ. Stripe's cost of a
# movement is its fee, or all of it where the movement is a fee.
DIFFERENCES = """
    WITH theirs AS (
        SELECT reference, currency, sum(net) AS net,
               sum(CASE WHEN kind = ANY(%(fees)s) THEN net ELSE -fee END) AS cost,
               min(happened_at) AS happened_at
        FROM movement WHERE net <> 0 OR fee <> 0 GROUP BY reference, currency
    ), ours AS (
        SELECT t.reference, t.posted_at,
               coalesce(sum(e.amount) FILTER (WHERE a.kind = 'stripe_clearing'), 0)
                   AS clearing,
               coalesce(sum(e.amount) FILTER (WHERE a.kind = 'stripe_cost'), 0) AS cost
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id AND e.book = 0
        JOIN ledger_transaction t ON t.book = 0 AND t.id = e.transaction_id
        WHERE a.kind IN ('stripe_clearing', 'stripe_cost') AND a.currency = %(currency)s
        GROUP BY t.reference, t.posted_at
        HAVING bool_or(a.kind = 'stripe_clearing') OR t.reference LIKE 'dispute:%%'
    )
    SELECT reference,
           CASE WHEN theirs.currency = %(currency)s THEN theirs.net END,
           -ours.clearing,
           coalesce(theirs.happened_at, ours.posted_at) AS since,
           CASE WHEN theirs.currency <> %(currency)s THEN 'in another currency'
                WHEN ours.reference IS NULL THEN %(unbooked)s
                WHEN theirs.reference IS NULL THEN %(unknown)s
                WHEN theirs.net <> -ours.clearing THEN 'the amounts differ'
                WHEN theirs.cost <> ours.cost THEN 'what Stripe kept of it differs'
           END AS why
    FROM theirs FULL JOIN ours USING (reference)
    WHERE ours.reference IS NULL OR theirs.reference IS NULL
       OR theirs.currency <> %(currency)s
       OR theirs.net <> -ours.clearing OR theirs.cost <> ours.cost
    ORDER BY since, reference
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one reference moved at Stripe and in the ledger, minor units, positive when
    it came in; none where that side does not have it."""

    reference: str
    theirs: int | None
    ours: int | None
    since: datetime
    why: str

    @property
    def difference(self) -> int:
        return (self.theirs or 0) - (self.ours or 0)


@dataclass(frozen=True, slots=True)
class Report:
    """`available` and `pending` are Stripe's figures, `kinds` are the ledger's: the sum
    of all accounts of each kind at that moment. Amounts are minor units."""

    currency: str
    available: int
    pending: int
    kinds: dict[str, int]
    movements: int
    found_events: int
    in_flight: list[Line]
    unexplained: list[Line]

    @property
    def ok(self) -> bool:
        return not self.unexplained

    @property
    def clearing(self) -> int:
        """The ledger's account: what Stripe holds for us, negative."""
        return self.kinds.get("stripe_clearing", 0)

    @property
    def difference(self) -> int:
        """What Stripe holds beyond what the ledger says."""
        return self.available + self.pending + self.clearing

    def as_dict(self) -> dict[str, Any]:
        """For JSON: moments in ISO 8601, amounts as integers."""
        return {
            "ok": self.ok,
            "currency": self.currency,
            "stripe": {
                "available": self.available,
                "pending": self.pending,
                "movements": self.movements,
            },
            "ledger": {"stripe_clearing": self.clearing, "kinds": self.kinds},
            "difference": self.difference,
            "found_events": self.found_events,
            "in_flight": _as_json(self.in_flight),
            "in_flight_amount": sum(line.difference for line in self.in_flight),
            "unexplained": _as_json(self.unexplained),
            "unexplained_lines": len(self.unexplained),
            "unexplained_amount": sum(line.difference for line in self.unexplained),
        }


def _as_json(lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {**asdict(line), "since": line.since.isoformat(), "difference": line.difference}
        for line in lines[:MOST_LINES]
    ]


def moved() -> int:
    """The sum of all movements at Stripe in our currency: the balance, if we have
    stored every movement."""
    rows = Movement.objects.filter(currency=settings.CURRENCY)
    return int(rows.aggregate(total=Sum("net"))["total"] or 0)


def _differences(cursor: CursorWrapper) -> list[Line]:
    cursor.execute(
        DIFFERENCES,
        {
            "fees": sorted(FEES),
            "currency": settings.CURRENCY,
            "unbooked": UNBOOKED,
            "unknown": UNKNOWN,
        },
    )
    return [
        Line(reference, _whole(theirs), _whole(ours), since, why)
        for reference, theirs, ours, since, why in cursor.fetchall()
    ]


def _whole(amount: Decimal | None) -> int | None:
    """A sum as PostgreSQL returns it (numeric), as an integer."""
    return None if amount is None else int(amount)


def compare(available: int, pending: int, found_events: int = 0) -> Report:
    """Explain Stripe's balance from the ledger."""
    with transaction.atomic(), connection.cursor() as cursor:
        # One snapshot of everything, however long it takes to read.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")
        kinds, lines = sums.by_kind(settings.CURRENCY), _differences(cursor)
        total, many = moved(), Movement.objects.count()
    balance = Line("balance", available + pending, total, timezone.now(), UNSEEN)
    unexplained = [line for line in lines if not _may_wait(line)]
    return Report(
        currency=settings.CURRENCY,
        available=available,
        pending=pending,
        kinds=kinds,
        movements=many,
        found_events=found_events,
        in_flight=[line for line in lines if _may_wait(line)],
        unexplained=[*([balance] if balance.difference else []), *unexplained],
    )


def _may_wait(line: Line) -> bool:
    """Whether it may be on its way: only one side has it, and not for long."""
    if line.why == UNBOOKED:
        return line.since > timezone.now() - IN_FLIGHT
    return line.why == UNKNOWN and line.since > clock.now() - IN_FLIGHT
