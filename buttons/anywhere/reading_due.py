"""Read what people pasted, store what was found, and tell whoever waited long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import transaction

from accounts.mail import outbox
from buttons.anywhere import gathering, pasting, reading_queue
from buttons.anywhere.found_there import Found
from buttons.models import Pasted, PastedQuerySet, Reading, Seen
from flattr.database import clock

log = structlog.get_logger(__name__)

BATCH_SECONDS = 30.0
# A reading that ended so many workers is not tried again.
MOST_TRIES = 2
# Whoever waits longer than that may have left the page.
PATIENT_FOR = timedelta(minutes=1)


def any_due() -> bool:
    return reading_queue.any_due() or Pasted.objects.untold().exists()


def read_due(
    seconds: float = BATCH_SECONDS, first: Callable[[], int] = lambda: 0
) -> int:
    """Read what is due, for about that long; how many were read. `first` does what
    somebody waits for, before each of them."""
    began, done = time.monotonic(), 0
    first()
    tell(Pasted.objects.untold())
    while (
        time.monotonic() - began < seconds
        and (reading := reading_queue.claim()) is not None
    ):
        read_one(reading)
        tell(Pasted.objects.untold().filter(addresses__reading=reading))
        done += 1
        first()
    return done


def read_one(reading: Reading) -> None:
    """Read one address, outside of any transaction, and store what was found, unless
    somebody else did meanwhile."""
    if reading.tries > MOST_TRIES:
        found = Found(Seen.TOO_SLOW, reading.url)
    else:
        try:
            found = gathering.gather(reading.url)
        except Exception:
            # The others go on; this one is tried again, and then answered.
            log.exception("reading_failed", reading=reading.pk)
            return
    _store(reading, found)


@transaction.atomic
def _store(reading: Reading, found: Found) -> None:
    claimed = Reading.objects.filter(pk=reading.pk, due_at=reading.due_at)
    if claimed.update(
        due_at=None,
        read_at=clock.now(),
        outcome=found.seen,
        reason=found.reason[:500],
        found=found.stored(),
        person=found.person,
    ):
        pasting.add_entries_of(reading, found)


def tell(untold: PastedQuerySet) -> None:
    """Note that these lists are read to the end, and write to whoever waited long."""
    for pasted_id in untold.values_list("pk", flat=True):
        _tell(pasted_id)


@transaction.atomic
def _tell(pasted_id: int) -> None:
    untold = Pasted.objects.untold().select_for_update(of=("self",), skip_locked=True)
    pasted = untold.select_related("person").filter(pk=pasted_id).first()
    if pasted is None:
        return
    pasted.told_at = clock.now()
    pasted.save(update_fields=["told_at"])
    if pasted.told_at - pasted.asked_at > PATIENT_FOR:
        number = pasted.addresses.count()
        facts = {"pasted": pasted.pk, "title": pasted.title, "number": number}
        outbox.write(f"list_read:{pasted.pk}", "list_read", pasted.person, **facts)
