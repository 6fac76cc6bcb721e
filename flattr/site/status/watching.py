"""What the status page knows: a few cheap figures, asked for at most once a minute by
each process, however many people look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from flattr.database.silence import Silence
from payouts.operations.metrics import FIGURES

# Of `payouts.operations.metrics`, by name and kind; all in seconds.
WATCHED = {
    "tick": ("tick_age_seconds", ""),
    "check": ("ledger_check_age_seconds", ""),
    "overdue": ("month_overdue_seconds", ""),
    "mail": ("due_oldest_seconds", "mail"),
    "event": ("due_oldest_seconds", "event"),
    "charge": ("due_oldest_seconds", "charge"),
    "payout": ("due_oldest_seconds", "payout"),
    "fetch": ("due_oldest_seconds", "fetch"),
}
BESIDE = """
    (SELECT tripped_at FROM breaker WHERE tripped_at IS NOT NULL),
    (SELECT max(paid_at) FROM payment),
    (SELECT max(sent_at) FROM payout),
    (SELECT max(at) FROM audit WHERE subject = 'backup'),
    (SELECT max(period) FROM close WHERE state = 'closed')
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """`ages` are seconds by the words of `WATCHED`: since a tick and a check came to
    their end, else for how long the oldest is due; None where there is nothing."""

    at: datetime
    ages: dict[str, float | None]
    stopped_at: datetime | None = None
    paid_at: datetime | None = None
    sent_at: datetime | None = None
    backed_up_at: datetime | None = None
    closed: int | None = None

    def longer(self, what: str, seconds: float) -> bool:
        """Whether that is known and more than so long ago."""
        age = self.ages[what]
        return age is not None and age > seconds


class Away(Exception):
    """The database does not answer."""


_kept: tuple[float, Seen] | None = None
# Whoever waits for a database that is away holds a thread of the web server.
_silence = Silence(seconds=10)


def seen() -> Seen:
    """What was seen last, or is now when that is a minute old; `Away` without a
    database."""
    global _kept  # noqa: PLW0603 (kept by each process for itself)
    now = time.monotonic()
    if _kept is not None and now < _kept[0]:
        return _kept[1]
    if _silence.lasts:
        raise Away
    try:
        found = measure()
    except (DatabaseError, InterfaceError) as failure:
        _kept = None
        if settings.STATUS_KEPT_SECONDS:
            _silence.begin()
        raise Away from failure
    _kept = (now + settings.STATUS_KEPT_SECONDS, found)
    return found


def measure() -> Seen:
    """One query."""
    known = {(figure.name, figure.kind): figure.sql for figure in FIGURES}
    asked = [f"{known[figure]}::float8" for figure in WATCHED.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}, {BESIDE}")
        row = cursor.fetchone()
    ages = dict(zip(WATCHED, row[: len(WATCHED)], strict=True))
    return Seen(timezone.now(), ages, *row[len(WATCHED) :])
