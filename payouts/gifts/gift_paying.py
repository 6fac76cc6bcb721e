"""Paying a gift on Stripe's page: opening it, coming back, trying once more."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from payouts.gateway import asking, calls, declines
from payouts.gifts import taking_back
from payouts.models import Gift, Payment
from payouts.payments import charging, paying_in

TITLE = "Gift through {site}"


def path(gift: Gift) -> str:
    """The page of a gift."""
    return reverse("payouts:gift", args=[gift.pk])


def open_checkout(payment: Payment, ip: str) -> str:
    """The address at Stripe where a gift is paid whose payment was begun from `ip`. If
    Stripe does not answer, or refuses, nothing was begun: the gift is taken back, and
    the try does not count."""
    gift = Gift.objects.select_related("reader").get(payment=payment)
    try:
        return charging.open_checkout(
            payment,
            called=TITLE.format(site=settings.OPERATOR_NAME),
            back=settings.SITE_URL + path(gift),
        )
    except (asking.NoAnswer, asking.StripeRefused):
        charging.refused(payment, declines.SILENT)
        taking_back.take_back(gift)
        paying_in.forgive(gift.reader, ip)
        raise


def ask_stripe(gift: Gift) -> bool:
    """Ask Stripe what became of the payment that a gift waits for; whether it was
    answered."""
    assert gift.payment is not None, gift
    try:
        charging.fetch(gift.payment)
    except (asking.NoAnswer, asking.StripeRefused):
        # The page then says what is known; Stripe also sends an event.
        return False
    return True


def again(gift: Gift) -> str:
    """The page at Stripe that was opened for a gift, if it can still be paid there; else
    empty. Refused with `asking.NoAnswer` or `asking.StripeRefused`."""
    payment = gift.payment
    if payment is None or not gift.is_open or not payment.session_id:
        return ""
    session_id, payment = payment.session_id, charging.fetch(payment)
    if payment.paid_at or payment.failed_at:
        return ""
    session = calls.session(session_id)
    return session.url if session.status == "open" else ""
