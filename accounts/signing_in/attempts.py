"""Tries that are limited and counted in PostgreSQL, so that the limits hold when
the cache is away: failed sign-ins, codes, starting a payment (A2).

A limit is a bucket: `burst` tries at once, and one more each `every` seconds. So
it never locks anybody out for longer than `every` after the last try that
counted, whoever made it, and an hour sees at most `burst + 3600 // every` of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Attempt

HOUR = 3600
# How long a try is kept: longer than any limit looks back.
KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Limit:
    burst: int
    every: int  # seconds
    within: int = HOUR  # seconds that are looked back

    def allows(self, ages: Iterable[float]) -> bool:
        """Whether one more try is allowed after earlier ones of these ages in seconds.

        >>> limit = Limit(burst=2, every=900)
        >>> limit.allows([]), limit.allows([5]), limit.allows([5, 6])
        (True, True, False)
        >>> limit.allows([905, 906])
        True
        """
        return self.room(ages) > 0

    def room(self, ages: Iterable[float]) -> int:
        """How many more tries are allowed at once.

        >>> limit = Limit(burst=3, every=900)
        >>> limit.room([]), limit.room([5]), limit.room([5, 6, 905]), limit.room([5] * 9)
        (3, 2, 1, 0)
        """
        left = (
            self.burst + int(age // self.every) - older - 1
            for older, age in enumerate(sorted(ages))
        )
        return max(0, min(left, default=self.burst))


# Ten an hour for an account, fifty for an address, five codes in a quarter.
ACCOUNT = Limit(burst=6, every=900)
ADDRESS = Limit(burst=46, every=900)
CODE = Limit(burst=4, every=900)
# Five mails of a kind to one address in any hour.
MAIL = Limit(burst=5, every=HOUR + 1)
# What may be done once in it.
ONCE = Limit(burst=1, every=HOUR + 1)


class TooMany(Exception):
    """The limit of `key` is reached; nothing was counted."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def key_of(kind: str, name: str) -> str:
    """A key that reveals nothing to somebody who reads the table: a hash of what was typed."""
    return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def count(limits: Mapping[str, Limit]) -> list[int]:
    """Count one try under each key, or raise `TooMany` and count none.

    The try is counted before we know whether it fails, so that many at once cannot
    slip through; `forgive` takes back what did not fail. Gives the ids.
    """
    with transaction.atomic():
        now = timezone.now()
        for key in sorted(limits):
            lock(key)
            limit = limits[key]
            if not limit.allows(ages(key, now, limit.within)):
                raise TooMany(key)
        made = Attempt.objects.bulk_create(Attempt(key=key) for key in limits)
    return [attempt.pk for attempt in made]


def count_up_to(key: str, limit: Limit, number: int) -> int:
    """Count as many tries under a key as are allowed, `number` at most; how many."""
    with transaction.atomic():
        lock(key)
        room = limit.room(ages(key, timezone.now(), limit.within))
        allowed = min(number, room)
        Attempt.objects.bulk_create(Attempt(key=key) for _ in range(allowed))
    return allowed


def counted(key: str) -> list[int]:
    """The ids of the last hour's tries."""
    since = timezone.now() - timedelta(seconds=HOUR)
    made = Attempt.objects.filter(key=key, at__gt=since)
    return list(made.values_list("pk", flat=True))


def ages(key: str, now: datetime, within_seconds: int = HOUR) -> list[float]:
    since = now - timedelta(seconds=within_seconds)
    made = Attempt.objects.filter(key=key, at__gt=since)
    return [(now - at).total_seconds() for at in made.values_list("at", flat=True)]


def forgive(taken: Iterable[int]) -> None:
    """The try did not fail: it does not count."""
    Attempt.objects.filter(pk__in=list(taken)).delete()


def lock(key: str) -> None:
    """Tries under one key are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def prune() -> int:
    """Delete tries that no limit counts any more; return their number."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
