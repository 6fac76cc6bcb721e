"""Which addresses are read next: rows of `Reading`, claimed one at a time.

A row is claimed in one short transaction, its address is read in none, and what was
found is stored in another. No host is asked more often than `OF_HOST` allows, by all
people together: what comes too often is put off.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.models import PASSING, Reading, ReadingQuerySet
from buttons.things.addresses import host_of
from flattr.database import clock, waking

# A row that is claimed is left alone for so long, whatever becomes of its worker.
CLAIM_LASTS = timedelta(minutes=1)
# All people together; one address takes a few requests.
OF_HOST = Limit(burst=20, every=2, within=600)
PUT_OFF = timedelta(seconds=10)
# How long what was read is shown to others without being read again.
KEPT = timedelta(days=1)
# What could not be read is read again when it is asked for after so long.
TRY_AGAIN = timedelta(minutes=10)


def want(urls: Iterable[str]) -> dict[str, Reading]:
    """The readings of normalised addresses, made where there are none and asked for
    again where they are old; the rows stay locked until the transaction ends."""
    asked = sorted(set(urls))
    now = clock.now()
    found: dict[str, Reading] = {}
    # One that was there may be forgotten before we lock it.
    while len(found) < len(asked):
        Reading.objects.bulk_create(
            [Reading(url=url, host=host_of(url), due_at=now) for url in asked],
            ignore_conflicts=True,
        )
        rows = Reading.objects.filter(url__in=asked).order_by("pk")
        found = {row.url: row for row in rows.select_for_update(no_key=True)}
    old = [row for row in found.values() if _is_old(row, now)]
    for row in old:
        row.due_at, row.read_at, row.tries = now, None, 0
    Reading.objects.bulk_update(old, ["due_at", "read_at", "tries"])
    return found


def _is_old(reading: Reading, now: datetime) -> bool:
    kept = TRY_AGAIN if reading.outcome in PASSING else KEPT
    return reading.read_at is not None and reading.read_at < now - kept


def read_again(readings: ReadingQuerySet) -> None:
    """Forget what was read, and have it read anew for those who wait for it."""
    readings.update(
        due_at=clock.now(),
        read_at=None,
        tries=0,
        outcome="",
        reason="",
        found={},
        person=None,
    )


def any_due() -> bool:
    return _due(clock.now()).exists()


def _due(now: datetime) -> ReadingQuerySet:
    return Reading.objects.wanted().filter(due_at__lte=now)


def claim() -> Reading | None:
    """The reading that has waited longest and whose host may be asked, put off for
    others while it is claimed."""
    while True:
        with transaction.atomic():
            now = clock.now()
            due = _due(now).select_for_update(skip_locked=True, of=("self",))
            reading = due.order_by("due_at", "id").first()
            if reading is None:
                return None
            if _may_be_asked(reading.host):
                reading.tries += 1
                reading.due_at = now + CLAIM_LASTS
                reading.save(update_fields=["tries", "due_at"])
                return reading
            _put_off(reading.host, now)


def _may_be_asked(host: str) -> bool:
    return attempts.count_up_to(attempts.key_of("reading:host", host), OF_HOST, 1) > 0


def _put_off(host: str, now: datetime) -> None:
    """Let all that is due at a host wait, so that the next claim is another's."""
    due = Reading.objects.filter(host=host, due_at__lte=now)
    locked = due.select_for_update(skip_locked=True).values_list("pk", flat=True)
    Reading.objects.filter(pk__in=list(locked)).update(due_at=now + PUT_OFF)


def prune() -> int:
    """Forget what is too old to be shown to the next who asks, or was not read, and
    stands in nobody's list; how many there were."""
    old = Q(read_at=None) | Q(read_at__lt=clock.now() - KEPT)
    return forget_unwanted(Reading.objects.filter(old))


@transaction.atomic
def forget_unwanted(readings: ReadingQuerySet) -> int:
    """Forget those of them that stand in nobody's list; how many there were."""
    unwanted = readings.exclude(pk__in=Reading.objects.wanted().values("pk"))
    locked = set(
        unwanted.select_for_update(skip_locked=True).values_list("pk", flat=True)
    )
    # Somebody may have asked for one just before it was locked.
    wanted = Reading.objects.wanted().filter(pk__in=locked)
    gone = locked - set(wanted.values_list("pk", flat=True))
    Reading.objects.filter(pk__in=gone).delete()
    return len(gone)


def wake() -> None:
    """Have a worker read what is due now."""
    waking.wake("buttons.read_pasted")
