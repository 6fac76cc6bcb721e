"""What a reader gives a month, as far as a click needs to know.

This app knows whether a budget is *open*. The ledger knows how much money is in the
account; when a payment arrives, the code above calls `credit` and `cover` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import Budget, BudgetAmount, User

STANDING = """
    SELECT p.period, coalesce(a.amount, 0), b.credited_at IS NOT NULL,
           b.suspended_at IS NOT NULL OR r.suspended_at IS NOT NULL,
           coalesce(b.covered_period, 0) >= p.period
    FROM flattr_clock() AS clock (moment)
    CROSS JOIN LATERAL (SELECT flattr_period(clock.moment) AS period) AS p
    JOIN person r ON r.id = %s
    LEFT JOIN budget b ON b.reader_id = r.id
    LEFT JOIN LATERAL (
        SELECT amount FROM budget_amount
        WHERE reader_id = r.id AND period <= p.period
        ORDER BY period DESC LIMIT 1
    ) AS a ON true
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reader's budget in the running month; `amount` in minor units, 0 for none."""

    period: int
    amount: int
    credited: bool
    suspended: bool
    covered: bool

    @property
    def open(self) -> bool:
        """Flattrs are accepted."""
        return self.amount > 0 and self.credited and not self.suspended


def standing(reader: User) -> Standing:
    """The reader's budget now: one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [reader.pk])
        return Standing(*cursor.fetchone())


def amount_in(reader: User, period: int) -> int:
    """What the reader gives in a month, in minor units; 0 for nothing."""
    latest = (
        BudgetAmount.objects.filter(reader=reader, period__lte=period)
        .order_by("-period")
        .first()
    )
    return latest.amount if latest else 0


def write_amount(reader: User, period: int, amount: int, at: datetime) -> None:
    """Let `amount` (0 to stop) count from `period` on, in place of what was chosen for that
    month or later. The caller has checked that the month may still change and holds its
    lock (`flattr_moment`)."""
    Budget.objects.get_or_create(reader=reader, defaults={"created_at": at})
    BudgetAmount.objects.filter(reader=reader, period__gt=period).delete()
    BudgetAmount.objects.update_or_create(
        reader=reader, period=period, defaults={"amount": amount}
    )


def credit(reader: User, at: datetime) -> None:
    """The first payment arrived: from now on flattrs are accepted."""
    Budget.objects.get_or_create(reader=reader, defaults={"created_at": at})
    Budget.objects.filter(reader=reader, credited_at=None).update(credited_at=at)


def cover(reader: User, period: int) -> None:
    """The money in the account covers the budget up to and including `period`; 0 for none."""
    Budget.objects.filter(reader=reader).update(covered_period=period)


def suspend(reader: User, at: datetime) -> None:
    """A payment failed for good: accept no flattrs until one arrives. What was flattred
    before is still split."""
    Budget.objects.filter(reader=reader, suspended_at=None).update(suspended_at=at)


def reopen(reader: User) -> None:
    Budget.objects.filter(reader=reader).update(suspended_at=None)
