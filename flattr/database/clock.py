"""One clock for money and months: the database's, plus an offset kept beside it.

`flattr_clock()` in SQL and `now()` here give the same time. Sessions, tokens,
intents, signatures, throttles and payment providers use real time
(`django.utils.timezone.now`). Only `travel` moves the offset, in local mode.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from flattr import months


def now() -> datetime:
    """The platform's time, aware, UTC: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_clock()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def period() -> int:
    """The running month as YYYYMM."""
    return months.period_of(now())


def moment() -> tuple[int, datetime]:
    """The running month and the time. Takes the month's shared lock until the caller's
    transaction ends, so that a close waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT period, moment FROM flattr_moment()")
        held: tuple[int, datetime] = cursor.fetchone()
    return held
