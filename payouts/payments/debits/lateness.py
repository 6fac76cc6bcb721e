"""Debits of which the bank has not said what became of them for too long."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.mail import staff
from flattr.database import clock
from payouts.gateway import calls, claims
from payouts.models import Payment
from payouts.payments import charging

# Banks answer within that time.
LONGEST = timedelta(days=14)


def report() -> int:
    """Fetch those that a bank has worked on for longer, and tell staff, once, of each that
    it still works on; how many."""
    late = Payment.objects.select_related("reader").filter(
        processing_at__lte=clock.now() - LONGEST,
        late_at=None,
        paid_at=None,
        failed_at=None,
    )
    return sum(claims.each(late.order_by("id"), _report))


def _report(payment: Payment) -> bool:
    assert payment.stripe_id is not None, payment.pk
    if not charging.record(payment, calls.payment(payment.stripe_id)).is_processing:
        return False
    with transaction.atomic():
        late = Payment.objects.filter(pk=payment.pk, late_at=None)
        if not late.update(late_at=clock.now()):
            return False
        staff.notify_members(
            f"debit_late:{payment.pk}",
            "debit_late",
            payment=payment.pk,
            amount=payment.amount,
            days=LONGEST.days,
        )
    return True
