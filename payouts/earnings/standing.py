"""Where a creator's account at Stripe stands, in words, and why nothing can be paid to
it; by what was last fetched."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from accounts.mail import outbox
from flattr.database import clock
from payouts.earnings import destinations
from payouts.gateway import requirements
from payouts.models import Destination, StripeAccount


def can_be_paid(account: StripeAccount) -> bool:
    """Transfers reach it, and it pays out to the bank."""
    return account.transfers_enabled and account.payouts_enabled


def wants(account: StripeAccount) -> list[str]:
    """What Stripe still wants to know, in plain words."""
    return requirements.in_words(account.missing)


def in_words(account: StripeAccount) -> str:
    """Where an account stands, in a sentence."""
    if can_be_paid(account):
        return _("Stripe has all it needs and can pay you.")
    if told := requirements.reason_in_words(account.disabled_reason):
        return told
    if account.missing:
        return _("Stripe needs to know more: %(missing)s.") % {
            "missing": ", ".join(wants(account))
        }
    if account.is_complete:
        return _("Stripe is checking what you told it. That can take some days.")
    return _("You have not told Stripe yet who you are and where your money goes.")


def hindrance(destination: Destination) -> str:
    """Why nothing can be paid there, in a sentence, by what was last fetched; empty
    when it can, and for accounts that are paid by hand."""
    if not destination.stripe_id:
        return ""
    account = StripeAccount.objects.filter(stripe_id=destination.stripe_id).first()
    if account is None:
        return _("The account at Stripe is not yours any more.")
    if not can_be_paid(account):
        return in_words(account)
    if not destinations.is_followed(destination):
        return _(
            "The bank account at Stripe was changed, and the change was undone. Payouts"
            " wait until Stripe has another account, or you choose again where they go."
        )
    return ""


def ask_for_more(account: StripeAccount) -> None:
    """Write to the creator why Stripe cannot pay them; the same once a month."""
    told = in_words(account)
    said = hashlib.sha256(told.encode()).hexdigest()[:12]
    outbox.write(
        f"stripe_asks:{account.creator_id}:{clock.period()}:{said}",
        "stripe_asks",
        account.creator,
        told=told,
        missing=wants(account),
    )
