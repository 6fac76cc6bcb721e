"""Each day we seal the ledger and mail the seal to the operator: whoever can change the
database cannot change what is in a mailbox (L7)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.mail import outbox, staff
from payouts.ledger import seals
from payouts.ledger.models import Seal

# Enough for one tick to follow a clock that travelled a year ahead.
MOST_DAYS = 400
MAILED = 7


def seal_days() -> int:
    """Seal every day that is over, and mail the latest; how many were sealed. Calling it
    again does nothing."""
    made = 0
    while made < MOST_DAYS and seals.seal_day():
        made += 1
    notify_operator()
    return made


@transaction.atomic
def notify_operator() -> None:
    """Write the mail with the latest seal and those before it, once. A day without
    postings has a seal, which the next one's mail covers, and no mail of its own."""
    operator = next(iter(staff.members()), None)
    last = Seal.objects.filter(transactions__gt=0).order_by("-day").first()
    if operator is None or last is None:
        return
    latest = list(Seal.objects.filter(day__lte=last.day).order_by("-day")[: MAILED + 1])
    outbox.write(
        f"seal:{latest[0].day}",
        "seal",
        operator,
        to=settings.OPERATOR_EMAIL,
        **_as_json(latest[0]),
        before=[_as_json(seal) for seal in latest[1:]],
    )


def _as_json(seal: Seal) -> dict[str, Any]:
    return {
        "day": f"{seal.day}",
        "transactions": seal.transactions,
        "entries": seal.entries,
        "seal": seal.seal,
    }
