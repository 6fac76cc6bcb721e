"""Where a creator's payouts go: a bank account, and the week that a change waits.

Either one that the creator told Stripe, or one that we pay by hand; of that the IBAN
is stored encrypted and shown by its last four digits. Every change is mailed with a
link that cancels it, and usable after seven days; until then nothing is paid (A5).
The days are the platform's clock's.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum import iban as ibans
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from accounts import audit
from accounts.mail import composing, outbox
from accounts.models import User
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts.gateway.facts import Bank
from payouts.models import Destination

WAIT = timedelta(days=7)
SALT = "destination"
CANCEL = "payouts:cancel_destination"


class BadIban(Refusal):
    says = _("This is not an IBAN.")

    code = "bad_iban"


class NotCancelled(Refusal):
    says = _("It is too late to undo this change, or it is undone already.")

    code = "not_cancelled"


def read_iban(typed: str) -> str:
    """The IBAN without spaces, in capitals; refused with `BadIban`, saying why.

    >>> read_iban("de89 3704 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    try:
        return str(ibans.validate(typed))
    except InvalidLength as refusal:
        raise BadIban(
            _("This IBAN is too long or too short for its country.")
        ) from refusal
    except InvalidChecksum as refusal:
        raise BadIban(
            _("The check digits are wrong. Please compare it with your bank statement.")
        ) from refusal
    except ValidationError as refusal:
        raise BadIban(
            _("An IBAN begins with two letters for the country, like DE89 3704 …")
        ) from refusal


def current(creator: User) -> Destination | None:
    """The latest destination that was not cancelled, usable or still waiting."""
    return (
        Destination.objects.filter(creator=creator, cancelled_at=None)
        .order_by("-id")
        .first()
    )


@transaction.atomic
def change(by: audit.By, creator: User, holder: str, typed_iban: str) -> Destination:
    """Let payouts go to another bank account, seven days from now.

    Mails the creator, with the link that cancels it. The same account and holder
    again changes nothing. Refused with `BadIban`.
    """
    iban = read_iban(typed_iban)
    User.objects.select_for_update(no_key=True).get(pk=creator.pk)
    before = current(creator)
    if before and before.holder == holder and _is(before, iban):
        return before
    named = Destination(
        creator=creator,
        holder=holder,
        iban=_box().encrypt(iban.encode()),
        country=iban[:2],
        last4=iban[-4:],
        fingerprint=fingerprint(iban),
    )
    return _store(by, before, named)


@transaction.atomic
def follow(
    by: audit.By, creator: User, account_id: str, bank: Bank, *, chosen: bool = False
) -> Destination | None:
    """Let payouts go to the bank account behind an account at Stripe, seven days from
    now; None where nothing changes.

    The first bank account that Stripe reports is used, and each later one while payouts
    go through that account. Where its change was cancelled, or the creator has named an
    account that is paid by hand since, it is used when the creator has `chosen` it.
    """
    User.objects.select_for_update(no_key=True).get(pk=creator.pk)
    known, before = latest_of(account_id), current(creator)
    goes_there = before is not None and before.stripe_id == account_id
    is_known = known is not None and known.bank_id == bank.stripe_id
    if is_known and known == before:
        return None
    if not chosen and known is not None and (is_known or not goes_there):
        return None
    named = Destination(
        creator=creator,
        holder=bank.holder or creator.name,
        stripe_id=account_id,
        bank_id=bank.stripe_id,
        country=bank.country,
        last4=bank.last4,
        fingerprint=bank.fingerprint,
    )
    return _store(by, before, named)


def latest_of(account_id: str) -> Destination | None:
    """The bank account behind an account at Stripe, as last fetched, even where its
    change was cancelled."""
    named = Destination.objects.filter(stripe_id=account_id)
    return named.order_by("-id").first()


def is_followed(destination: Destination) -> bool:
    """Whether what is sent there arrives there: always where we pay by hand, else while
    it is the bank account that Stripe has."""
    if not destination.stripe_id:
        return True
    return latest_of(destination.stripe_id) == destination


def _is(destination: Destination, iban: str) -> bool:
    return not destination.stripe_id and reveal(destination) == iban


def _store(
    by: audit.By, before: Destination | None, destination: Destination
) -> Destination:
    """Store it, usable in seven days, and notify the creator at once."""
    destination.made_at = clock.now()
    destination.usable_at = destination.made_at + WAIT
    destination.save(force_insert=True)
    audit.note(
        by,
        "destination_changed",
        f"person:{destination.creator_id}",
        before={"destination": str(before) if before else ""},
        after={"destination": str(destination)},
    )
    _notify(destination)
    return destination


def _notify(destination: Destination) -> None:
    """Write to the creator, also to the addresses that they had until lately."""
    creator = destination.creator
    facts = {
        "account": str(destination),
        "holder": destination.holder,
        "usable_on": f"{destination.usable_at:%-d %B %Y}",
        "by_stripe": bool(destination.stripe_id),
        "links": {"cancel_url": composing.link(CANCEL, destination.pk, SALT)},
    }
    key = f"destination:{destination.pk}"
    outbox.write(key, "destination", creator, **facts)
    for n, former in enumerate(audit.former_addresses(creator)):
        outbox.write(f"{key}:former:{n}", "destination", creator, **facts, to=former)


def cancel_url(destination: Destination) -> str:
    return composing.signed(CANCEL, destination.pk, SALT)


def by_token(token: str) -> Destination:
    """The destination that a cancel link is about; else `NotCancelled`."""
    try:
        return Destination.objects.select_related("creator").get(
            pk=signing.loads(token, salt=SALT)
        )
    except (signing.BadSignature, Destination.DoesNotExist) as refusal:
        raise NotCancelled(
            _("This link is not complete. Please copy all of it.")
        ) from refusal


@transaction.atomic
def cancel(by: audit.By, destination: Destination) -> None:
    """Cancel a change while it waits; the account before it counts again. A bank account
    at Stripe stays behind the account there, so nothing is paid through that account
    until Stripe has another or the creator chooses this one again.

    Refused with `NotCancelled` when it is in use or was cancelled before.
    """
    now = clock.now()
    cancelled = Destination.objects.filter(
        pk=destination.pk, cancelled_at=None, usable_at__gt=now
    ).update(cancelled_at=now)
    if not cancelled:
        raise NotCancelled()
    audit.note(
        by,
        "destination_cancelled",
        f"person:{destination.creator_id}",
        before={"destination": str(destination)},
    )


def waits_until(destination: Destination, now: datetime) -> datetime | None:
    """When the change may be used, while it waits."""
    return destination.usable_at if destination.usable_at > now else None


def shared_with(destination: Destination) -> list[User]:
    """Other people whose payouts go, or went, to the same bank account (T17)."""
    if not destination.fingerprint:
        return []
    return list(
        User.objects.filter(
            destinations__fingerprint=destination.fingerprint,
            destinations__cancelled_at=None,
        )
        .exclude(pk=destination.creator_id)
        .distinct()
        .order_by("pk")[:10]
    )


def reveal(destination: Destination) -> str:
    """The IBAN in full, for the provider that pays and for nobody else."""
    return _box().decrypt(bytes(destination.iban)).decode()


def fingerprint(iban: str) -> str:
    """Keyed, so that nobody without the key finds an IBAN by trying them all."""
    # Of the oldest key: it stays the same when a newer one is put in front.
    key = settings.ENCRYPTION_KEYS[-1].encode()
    return hmac.new(key, iban.encode(), hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
