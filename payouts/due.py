"""What is due, found in the database once a minute; every step may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from django.db import connection

from flattr import months
from payouts import close


def open_month() -> str:
    """Make room for the flattrs of this month and the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")
    return ""


def close_months() -> str:
    """Close every month that is over, in order."""
    told = []
    while (period := close.due()) is not None:
        close.close_month(period)
        told.append(f"closed {months.show(period)}")
    return ", ".join(told)


log = structlog.get_logger(__name__)

STEPS: list[Callable[[], str]] = [open_month, close_months]


def take_all() -> Iterator[str]:
    """Take every step in order; what was done, in words, where anything was.

    A step that fails is logged and told, and does not keep the others from theirs;
    the next minute tries it again.
    """
    for step in STEPS:
        try:
            told = step()
        except Exception as failure:
            log.exception("step_failed", step=step.__name__)
            told = f"{step.__name__} failed: {failure}"
        if told:
            yield told
