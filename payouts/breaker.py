"""The breaker: a ledger that does not add up stops payouts and closes, and nothing
else (O3). It stays tripped until a check finds everything in order again."""

from __future__ import annotations

from collections.abc import Mapping

from flattr import clock
from payouts.models import Breaker


def judge(broken: Mapping[str, list[str]]) -> None:
    """Trip the breaker for what a check found broken; reset it when that is nothing."""
    reason = "; ".join(f"{name} ({', '.join(rows)})" for name, rows in broken.items())
    tripped = Breaker.objects.filter(tripped_at__isnull=False)
    if not broken:
        tripped.update(tripped_at=None, reason="")
    elif not tripped.exists():
        Breaker.objects.update_or_create(
            one=True, defaults={"tripped_at": clock.now(), "reason": reason}
        )


def tripped() -> str:
    """Why payouts and closes stand still; empty when they do not."""
    row = Breaker.objects.filter(tripped_at__isnull=False).first()
    return row.reason if row else ""
