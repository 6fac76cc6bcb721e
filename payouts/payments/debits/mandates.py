"""Mandates: what allows us to debit a reader's account, until it is revoked there."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.mail import outbox
from accounts.models import User
from payouts.gateway import calls
from payouts.gateway.facts import MandateFact
from payouts.models import Payer
from payouts.payments import payers


def follow(mandate_id: str) -> None:
    """Fetch a mandate, and forget what it allowed if it was revoked. Stripe is asked about
    none but those by which somebody pays here."""
    if Payer.objects.filter(mandate_id=mandate_id).exists():
        _follow(mandate_id)


def reference(reader: User) -> str:
    """How the reader's bank knows the mandate for the next debit; empty where nothing can
    be debited, or no more."""
    known = payers.payer(reader)
    if not known.keeps_debit or not known.mandate_id:
        return ""
    fact = _follow(known.mandate_id)
    return "" if fact.is_revoked else fact.reference


def _follow(mandate_id: str) -> MandateFact:
    fact = calls.mandate(mandate_id)
    if fact.is_revoked:
        for kept_id in _forget(mandate_id):
            calls.forget_kept(kept_id)
    return fact


@transaction.atomic
def _forget(mandate_id: str) -> list[str]:
    """Forget what was revoked, and write to whoever pays by it; the ids at Stripe."""
    forgotten = []
    for payer in (
        Payer.objects.select_for_update(of=["self"])
        .select_related("reader")
        .filter(mandate_id=mandate_id)
    ):
        outbox.write(
            f"mandate_ended:{mandate_id}:{payer.pk}",
            "mandate_ended",
            payer.reader,
            account=payer.kept,
        )
        forgotten.append(payer.kept_id)
        Payer.objects.filter(pk=payer.pk).update(
            **payers.NOTHING, kept_at=timezone.now()
        )
    return forgotten
