"""How a reader pays: their customer at Stripe, and the card that is saved there."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from payouts.gateway import calls
from payouts.gateway.facts import Card, SessionFact
from payouts.models import INTERVALS, Payer
from payouts.payments import paying_in


def payer(reader: User) -> Payer:
    """How the reader pays; not yet stored before anything was chosen."""
    return Payer.objects.filter(reader=reader).first() or Payer(reader=reader)


def customer(reader: User) -> str:
    """The reader's customer at Stripe, made there when there is none yet."""
    Payer.objects.get_or_create(reader=reader)
    known = Payer.objects.get(reader=reader).stripe_id
    if known:
        return known
    made = calls.make_customer(reader.pk, reader.email)
    Payer.objects.filter(reader=reader, stripe_id=None).update(stripe_id=made)
    return Payer.objects.get(reader=reader).stripe_id or made


def choose_interval(reader: User, interval: int) -> None:
    """For how many months at once the next renewals are charged."""
    assert interval in INTERVALS, interval
    Payer.objects.update_or_create(reader=reader, defaults={"months": interval})


def open_change(reader: User, ip: str) -> str:
    """The address at Stripe where the reader saves another card, without paying.
    Limited as payments are; refused as `paying_in.begin` is."""
    with transaction.atomic():
        paying_in.count(reader, ip)
    back = f"{settings.SITE_URL}{reverse('payouts:card_kept')}"
    session = calls.open_card_change(
        customer(reader),
        key=f"card:{reader.pk}:{secrets.token_hex(12)}",
        # Stripe puts the session's id where the braces are.
        success_url=f"{back}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.SITE_URL}{reverse('payouts:pay')}",
    )
    return session.url


def store_card_of_session(session: SessionFact) -> bool:
    """Store the card that a reader saved at Stripe without paying, for the session's
    customer; False for a session that is not done or older than the stored card.

    Repeating it changes nothing.
    """
    if session.mode != "setup" or session.status != "complete" or not session.card:
        return False
    found = Payer.objects.filter(stripe_id=session.customer).first()
    if found is None:
        return False
    kept = store_card(found, session.card, session.made_at, at=timezone.now())
    if kept:
        calls.forget_cards(session.customer, but=session.card.stripe_id)
    return kept


@transaction.atomic
def store_card(
    known: Payer, card: Card, since: datetime, at: datetime | None = None
) -> bool:
    """Store a card that was saved at the moment `since`, unless another was stored, or
    the card was removed, after it."""
    locked = Payer.objects.select_for_update().get(pk=known.pk)
    # Stripe's moments are whole seconds.
    if locked.card_at and locked.card_at.replace(microsecond=0) > since:
        return locked.card_id == card.stripe_id
    locked.card_id = card.stripe_id
    locked.brand, locked.last4 = card.brand, card.last4
    locked.expires, locked.fingerprint = card.expires, card.fingerprint
    locked.card_at = at or since
    locked.save()
    return True


def refresh_card(card_id: str) -> None:
    """Store what Stripe says of a saved card: a bank that replaces a card gives
    it a new number or date. Stripe is asked about no other card."""
    kept = Payer.objects.filter(card_id=card_id)
    if not kept.exists() or not (card := calls.card(card_id)):
        return
    kept.update(
        brand=card.brand,
        last4=card.last4,
        expires=card.expires,
        fingerprint=card.fingerprint,
    )


def remove_card(reader: User) -> None:
    """Forget the card, at Stripe first: what is still shown can be removed again."""
    known = payer(reader)
    if not known.card_id or not known.stripe_id:
        return
    calls.forget_cards(known.stripe_id)
    Payer.objects.filter(reader=reader, card_id=known.card_id).update(
        card_id="",
        brand="",
        last4="",
        expires=None,
        fingerprint="",
        card_at=timezone.now(),
    )
