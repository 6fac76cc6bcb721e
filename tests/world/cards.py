"""Readers who pay by card, at the simulated Stripe."""

from __future__ import annotations

import itertools

from django.utils import timezone

from accounts.models import User
from flattr.database import clock
from payouts.gateway import calls
from payouts.models import Payer, Payment
from tests.world.stripes import VISA, Simulator

NUMBERS = itertools.count(1)


def begins_to_pay(reader: User, amount: int = 1_000) -> Payment:
    """On the way to Stripe's page: nothing is paid yet."""
    payer, _ = Payer.objects.get_or_create(reader=reader)
    if not payer.stripe_id:
        payer.stripe_id = calls.make_customer(reader.pk, reader.email)
        payer.save()
    payment = Payment.objects.create(
        reader=reader,
        provider="stripe",
        key=f"checkout:{next(NUMBERS)}",
        amount=amount,
        currency="EUR",
        started_at=clock.now(),
    )
    session = calls.open_checkout(
        payer.stripe_id,
        key=payment.key,
        amount=amount,
        title="Flattr",
        success_url="https://flattr.example/pay",
        cancel_url="https://flattr.example/pay",
    )
    payment.session_id, payment.asked_at = session.stripe_id, timezone.now()
    payment.save(update_fields=["session_id", "asked_at"])
    return payment


def pays(
    stripe: Simulator, reader: User, amount: int = 1_000, card: str = VISA
) -> tuple[Payment, str]:
    """Paid at Stripe, of which we have not heard; and the payment intent's id."""
    payment = begins_to_pay(reader, amount)
    assert payment.session_id
    stripe.complete(payment.session_id, card)
    return payment, str(stripe.get(payment.session_id)["payment_intent"])
