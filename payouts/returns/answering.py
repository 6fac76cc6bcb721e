"""Banks that wait for our answer: we notify staff when a dispute or an inquiry comes, and
again three days before Stripe's deadline. Staff answer at Stripe.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.mail import staff
from accounts.models import Audit
from payouts.models import Dispute

SOON = timedelta(days=3)
BATCH = 100


def notify_staff(dispute: Dispute, row: Audit) -> None:
    """Notify staff that a bank takes a payment back or asks about one, as `row` of the
    audit log says. In the transaction that writes that row."""
    _write(f"bank_waits:{dispute.pk}:{row.pk}", dispute, soon=False)


@transaction.atomic
def remind() -> int:
    """Remind staff once of each answer that is due within three days; how many."""
    now = timezone.now()
    waiting = (
        Dispute.objects.undecided()
        .waiting_for_us()
        .filter(reminded_at=None, due_at__gt=now, due_at__lte=now + SOON)
    )
    due = list(waiting.select_for_update(skip_locked=True).order_by("due_at")[:BATCH])
    for dispute in due:
        assert dispute.due_at is not None
        _write(f"bank_waits:{dispute.pk}:{dispute.due_at}", dispute, soon=True)
    Dispute.objects.filter(pk__in=[one.pk for one in due]).update(reminded_at=now)
    return len(due)


def _write(key: str, dispute: Dispute, *, soon: bool) -> None:
    staff.notify(
        key,
        "bank_waits",
        dispute=dispute.pk,
        amount=dispute.amount,
        asks=dispute.state == "asked",
        soon=soon,
        due=f"{dispute.due_at:%-d %B %Y}"
        if dispute.due_at and dispute.needs_answer
        else "",
    )
