"""Charging what a reader keeps at Stripe while they are away, and finding out what happened to a
charge whose answer did not come.

Every function here may raise `gateway.NoAnswer`; then the charge may have happened, and
the next call finds out.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.utils import timezone

from payouts.gateway import asking, calls
from payouts.models import Payment
from payouts.payments import charging, payers

log = structlog.get_logger(__name__)

# How far Stripe's clock may be behind ours.
CLOCKS_DIFFER = timedelta(hours=1)
# For how long a request may still be on its way.
ON_ITS_WAY = timedelta(minutes=10)


def ask_again(payment: Payment) -> None:
    """Find out about a try whose answer did not come.

    We look it up first, and ask again only where Stripe has nothing: with the same key,
    which Stripe knows for a day, so that it is not done twice (W2).
    """
    if payment.stripe_id:
        charging.record(payment, calls.payment(payment.stripe_id))
        return
    if find(payment):
        return
    assert payment.asked_at is not None, payment.key
    if timezone.now() - payment.asked_at > asking.KEYS_LIVE:
        Payment.objects.filter(pk=payment.pk).update(asked_at=timezone.now())
    ask(payment)


def ask(payment: Payment) -> None:
    """Charge what a try names, and store the answer. Refused with `gateway.NoAnswer`;
    then it may have happened."""
    try:
        fact = calls.charge(
            payers.customer(payment.reader),
            payment.method,
            payment.kept_id,
            payment.amount,
            key=payment.key,
            title=charging.title(),
        )
    except asking.Declined as refusal:
        _declined(payment, refusal.payment_id, refusal.code)
    except asking.StripeRefused as refusal:
        log.warning("renewal_refused", payment=payment.pk, told=str(refusal))
        if not find(payment):
            _declined(payment, "", refusal.code)
    else:
        charging.record(payment, fact)


def _declined(payment: Payment, stripe_id: str, code: str) -> None:
    """Store that a try was declined, by Stripe's payment where there is one."""
    if stripe_id:
        charging.record(payment, calls.payment(stripe_id))
        return
    charging.refused(payment, code)


def find(payment: Payment) -> bool:
    """Look up by its key a try whose answer was lost; True when Stripe has it."""
    assert payment.asked_at is not None, payment.key
    since = payment.asked_at - CLOCKS_DIFFER
    for fact in calls.payments_of(payers.customer(payment.reader), since):
        if fact.key == payment.key:
            charging.record(payment, calls.payment(fact.stripe_id))
            return True
    return False


def give_up(payment: Payment) -> None:
    """Make sure that a try cannot be paid any more, and store how it ended. One that a bank
    works on cannot be stopped, and stays open."""
    if not payment.stripe_id:
        if _is_being_asked(payment):
            return
        if not find(payment):
            charging.refused(payment, "canceled")
        payment.refresh_from_db()
    if payment.stripe_id and not (payment.paid_at or payment.failed_at):
        try:
            calls.cancel(payment.stripe_id)
        except asking.StripeRefused as refusal:
            log.info("not_canceled", payment=payment.pk, told=str(refusal))
        charging.record(payment, calls.payment(payment.stripe_id))


def _is_being_asked(payment: Payment) -> bool:
    return bool(payment.asked_at and timezone.now() - payment.asked_at < ON_ITS_WAY)
