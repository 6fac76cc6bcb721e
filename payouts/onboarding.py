"""A creator's account at Stripe."""

from __future__ import annotations

from payouts import gateway
from payouts.models import StripeAccount


def refresh(stripe_id: str) -> StripeAccount | None:
    """Fetch an account and keep what it says; None if it is nobody's here."""
    known = StripeAccount.objects.filter(stripe_id=stripe_id).first()
    if known:
        fact = gateway.account(stripe_id)
        known.payouts_enabled = fact.payouts_enabled
        known.save()
    return known


def bank_refused(stripe_id: str, bank_payout_id: str) -> StripeAccount | None:
    assert bank_payout_id
    return refresh(stripe_id)
