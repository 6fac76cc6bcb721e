"""Inspections: whether the ledger adds up. They run every ten minutes, before and after
a close, and before payouts are sent (O3); anything wrong trips the breaker.

A whole inspection reads the whole ledger, and may take a twentieth of the time at most.
In between, and around closes and payouts, only what was posted since the last seal is
checked; the seals of older days are verified each night (`verifying`), and what that
found stands until it runs again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from flattr.database import locks
from payouts.close import breaker, closing, verifying
from payouts.ledger import checks
from payouts.ledger.models import Seal
from payouts.models import Inspection

EVERY = timedelta(minutes=10)
SHARE = 20
KEPT = timedelta(days=40)


def inspect(*, whole: bool) -> dict[str, list[str]]:
    """Inspect the whole ledger, or what was posted since the last seal; each check with
    what breaks it. Trips the breaker; a whole inspection that finds nothing resets it."""
    return _check(Inspection.objects.create(whole=whole, started_at=timezone.now()))


def inspect_if_due() -> bool:
    """Inspect if the last inspection is ten minutes old; only one worker does. True when
    it did."""
    look = _claim()
    if look is None:
        return False
    _check(look)
    Inspection.objects.filter(started_at__lt=look.started_at - KEPT).delete()
    return True


def _check(look: Inspection) -> dict[str, list[str]]:
    since = None if look.whole else Seal.objects.order_by("-day").first()
    found = checks.check(since) | {verifying.CHECK: verifying.standing()}
    look.broken = {name: rows for name, rows in found.items() if rows}
    look.finished_at = timezone.now()
    look.save(update_fields=["broken", "finished_at"])
    breaker.judge(look.broken, whole=look.whole)
    return found


def in_words(found: Mapping[str, list[str]]) -> str:
    """The result of an inspection as an operator reads it: what is wrong, what that
    means, and where."""
    broken = {wrong: places for wrong, places in found.items() if places}
    if not broken:
        return f"The ledger is in order: {len(found)} of {len(found)} checks passed."
    meanings = {one.says: one.means for one in checks.CHECKS}
    meanings[verifying.CHECK] = verifying.MEANS
    return "\n".join(
        [
            f"The ledger is not in order: {len(broken)} of {len(found)} checks failed."
            " Payouts and closes are stopped until a check finds nothing.",
            *(
                f"\n{wrong}.\n  What it means: {meanings.get(wrong, '')}\n  Where:"
                f" {', '.join(places)}{', and perhaps more' * (len(places) >= checks.MOST)}"
                for wrong, places in broken.items()
            ),
        ]
    )


@transaction.atomic
def _claim() -> Inspection | None:
    now = timezone.now()
    if not locks.lock("inspection"):
        return None
    if Inspection.objects.filter(started_at__gt=now - EVERY).exists():
        return None
    return Inspection.objects.create(whole=_is_whole(now), started_at=now)


def _is_whole(now: datetime) -> bool:
    """Whether the next inspection may read everything; only then can it reset the
    breaker."""
    last = (
        Inspection.objects.filter(whole=True, finished_at__isnull=False)
        .order_by("-started_at")
        .first()
    )
    if last is None or last.finished_at is None or breaker.tripped():
        return True
    return now - last.started_at >= SHARE * (last.finished_at - last.started_at)


def adds_up() -> bool:
    """Whether money may move: neither recent postings nor earlier inspections are
    broken."""
    if not breaker.tripped():
        inspect(whole=False)
    return not breaker.tripped()


def close_steps(period: int, *, waits: bool = True) -> Iterator[closing.Step]:
    """Close the month between two inspections, yielding each step when it is done;
    `waits` as in `close.steps`. The worker that seals the month inspects once more.

    Refused with `close.MonthRefused`, and with `close.LedgerStopped` when the ledger
    does not add up.
    """
    if not adds_up():
        raise closing.LedgerStopped(closing.STOPPED)
    for step in closing.steps(period, waits=waits):
        yield step
        if step.name == "sealed":
            # The new book is read in either case.
            inspect(whole=_is_whole(timezone.now()))
