"""The breaker: a ledger that does not add up stops payouts and closes, and nothing
else (O3). It stays tripped until a check of the whole ledger finds everything in order.
Staff and the operator are told when it trips, and when it is reset.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.db import transaction

from accounts import audit
from accounts.mail import staff
from flattr.database import clock
from payouts.models import Breaker

log = structlog.get_logger(__name__)


def judge(broken: Mapping[str, list[str]], *, whole: bool = True) -> None:
    """Trip the breaker for what an inspection found broken; reset it when the whole
    ledger was inspected and nothing is."""
    if broken:
        _trip(
            "; ".join(f"{wrong}: {', '.join(rows)}" for wrong, rows in broken.items())
        )
    elif whole:
        _reset()


@transaction.atomic
def _trip(reason: str) -> None:
    Breaker.objects.get_or_create(one=True)
    now = clock.now()
    if Breaker.objects.filter(tripped_at=None).update(tripped_at=now, reason=reason):
        log.error("breaker_tripped", reason=reason)
        _notify("breaker_tripped", "stopped", reason)


@transaction.atomic
def _reset() -> None:
    row = Breaker.objects.filter(tripped_at__isnull=False).first()
    tripped = Breaker.objects.filter(tripped_at__isnull=False)
    if row and tripped.update(tripped_at=None, reason=""):
        log.info("breaker_reset", reason=row.reason)
        _notify("breaker_reset", "resumed", row.reason)


def _notify(action: str, template: str, reason: str) -> None:
    noted = audit.note(None, action, "breaker:1", reason=reason)
    staff.notify(f"{action}:{noted.pk}", template, reason=reason)


def tripped() -> str:
    """Why payouts and closes are stopped; empty when they are not."""
    row = Breaker.objects.filter(tripped_at__isnull=False).first()
    return row.reason if row else ""
