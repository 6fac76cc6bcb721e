"""Everybody is paid back: called every minute, and by the command. Any part of it may be
repeated, by two workers at once too; what it did is in the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from accounts.models import User
from payouts.close import breaker
from payouts.earnings import monthly
from payouts.leaving import leftovers
from payouts.winding import beginning, telling

# After so long a worker turns to its other steps; the next minute goes on.
STEP_SECONDS = 45.0
READERS = "SELECT reader_id FROM winding_readers(%s, false) WHERE back > 0"


@dataclass(frozen=True, slots=True)
class Progress:
    """What one call did: mails written, minor units that go back, payouts asked for."""

    told: int = 0
    back: int = 0
    asked: int = 0

    def __bool__(self) -> bool:
        return bool(self.told or self.back or self.asked)


def go_on(seconds: float = STEP_SECONDS) -> Progress:
    """Do the next part of winding down, for about that long: write to everybody, and from
    the close of its month on send back what was not spent and ask for what was earned.
    Nothing goes back while the ledger does not add up."""
    told = telling.tell()
    if beginning.give_back_if_due() is None or breaker.tripped():
        return Progress(told)
    return Progress(told, _send_back(seconds), monthly.ask_to_the_end())


def _send_back(seconds: float) -> int:
    began, sent = time.monotonic(), 0
    with connection.cursor() as cursor:
        cursor.execute(READERS, [settings.CURRENCY])
        readers = [key for (key,) in cursor.fetchall()]
    for key in readers:
        if time.monotonic() - began > seconds:
            break
        reader = User.objects.get(pk=key)
        if reader.suspended_at is None:
            sent += leftovers.send_back(reader)
    return sent
