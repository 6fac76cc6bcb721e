"""Sending payouts through Stripe."""

from __future__ import annotations

from payouts.facts import TransferFact
from payouts.models import Payout


def reversed_(payout: Payout, fact: TransferFact) -> Payout:
    assert fact.reversals
    return payout
