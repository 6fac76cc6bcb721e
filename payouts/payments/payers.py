"""How a reader pays: their customer at Stripe, and the method that is kept there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from payouts.gateway import calls
from payouts.gateway.facts import Kept, SessionFact
from payouts.models import INTERVALS, Method, Payer
from payouts.payments import methods, paying_in

NOTHING: dict[str, object] = {
    "kept_id": "",
    "kind": "",
    "kept_as": "",
    "last4": "",
    "expires": None,
    "fingerprint": "",
    "mandate_id": "",
}


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
    return _open_setup(reader, ip, [Method.CARD])


def open_mandate_checkout(reader: User, ip: str) -> str:
    """The address at Stripe where the reader allows us to debit their account, without
    paying: offered after a payment of which nothing is kept, such as by iDEAL.

    Limited as payments are; refused as `paying_in.begin` is, and with
    `methods.MethodNotOffered` where we debit nobody.
    """
    ways = methods.giving_mandate()
    if not ways:
        raise methods.MethodNotOffered
    return _open_setup(reader, ip, ways)


def _open_setup(reader: User, ip: str, by: Sequence[Method]) -> str:
    with transaction.atomic():
        paying_in.count(reader, ip)
    back = f"{settings.SITE_URL}{reverse('payouts:kept')}"
    session = calls.open_setup(
        customer(reader),
        key=f"{by[0]}:{reader.pk}:{secrets.token_hex(12)}",
        methods=by,
        # Stripe puts the session's id where the braces are.
        success_url=f"{back}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.SITE_URL}{reverse('payouts:pay')}",
    )
    return session.url


def store_kept_of_session(session: SessionFact) -> bool:
    """Store the method that a reader saved at Stripe without paying, for the session's
    customer; False for a session that is not done or older than what is stored.

    Repeating it changes nothing.
    """
    if session.mode != "setup" or session.status != "complete" or not session.kept:
        return False
    found = Payer.objects.filter(stripe_id=session.customer).first()
    if found is None:
        return False
    stored = store_kept(found, session.kept, session.made_at, at=timezone.now())
    if stored:
        calls.forget_all_kept(session.customer, but=session.kept.stripe_id)
    return stored


@transaction.atomic
def store_kept(
    known: Payer, kept: Kept, since: datetime, at: datetime | None = None
) -> bool:
    """Store a method that was saved at the moment `since`, unless another was stored, or
    the last one was removed, after it."""
    locked = Payer.objects.select_for_update().get(pk=known.pk)
    # Stripe's moments are whole seconds.
    if locked.kept_at and locked.kept_at.replace(microsecond=0) > since:
        return locked.kept_id == kept.stripe_id
    locked.kept_id, locked.kind = kept.stripe_id, kept.kind
    locked.kept_as, locked.last4 = kept.name, kept.last4
    locked.expires, locked.fingerprint = kept.expires, kept.fingerprint
    locked.mandate_id = kept.mandate_id
    locked.kept_at = at or since
    locked.save()
    return True


def refresh_kept(kept_id: str) -> None:
    """Store what Stripe says of a kept method: a bank that replaces a card gives it a new
    number or date, and what was removed there is forgotten. Stripe is asked about no
    other method."""
    known = Payer.objects.filter(kept_id=kept_id)
    if not known.exists():
        return
    kept = calls.kept(kept_id)
    if kept is None:
        known.update(**NOTHING, kept_at=timezone.now())
        return
    known.update(
        kept_as=kept.name,
        last4=kept.last4,
        expires=kept.expires,
        fingerprint=kept.fingerprint,
    )


def remove_kept(reader: User) -> None:
    """Forget what is kept, at Stripe first: what is still shown can be removed again."""
    known = payer(reader)
    if not known.kept_id or not known.stripe_id:
        return
    calls.forget_all_kept(known.stripe_id)
    Payer.objects.filter(reader=reader, kept_id=known.kept_id).update(
        **NOTHING, kept_at=timezone.now()
    )


def forget_debit(reader: User) -> str:
    """Keep no debit of the reader's any more, who had one taken back: what was kept, as
    pages name it, or nothing. In the caller's transaction, so that Stripe is not asked;
    what it still has is charged by nobody."""
    known = Payer.objects.select_for_update().filter(
        reader=reader, kind=Method.SEPA_DEBIT
    )
    kept = known.first()
    known.update(**NOTHING, kept_at=timezone.now())
    return kept.kept if kept else ""
