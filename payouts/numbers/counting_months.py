"""Figures are made in the database (`sql/figures.sql`), once a close is sealed: a step of
their own, so that no close takes longer for them."""

from __future__ import annotations

from django.db import connection, transaction

from flattr.database import locks
from payouts.close import closing


def make_due() -> list[int]:
    """Make the figures of the closed months that have none yet, or to whose figures five
    readers or more are to be added who were closed late; which months."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT figures_due()")
        due = [period for (period,) in cursor.fetchall()]
    for period in due:
        make(period)
    return due


@transaction.atomic
def make(period: int) -> None:
    """Make a closed month's figures, or make them anew. Waits for a reader of the month
    who is being closed late."""
    closing.lock_late(period)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT figures_make(%s)", [period])


@transaction.atomic
def count_tonight() -> bool:
    """Count readers and things, once a night; False when they are counted already, or
    another worker is counting them."""
    if not locks.lock("figures of the night"):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT figures_night()")
        counted: bool = cursor.fetchone()[0]
    return counted
