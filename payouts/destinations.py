"""Where a creator's payouts go: a bank account, and the week that a change waits.

The IBAN is stored encrypted and shown by its last four digits. Every change is
mailed with a link that cancels it, and usable after seven days; until then nothing
is paid (A5). The days are the platform's clock's.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from stdnum import iban as ibans
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from accounts import audit, mail
from accounts.models import User
from flattr import clock
from flattr.refusals import Refusal
from payouts.models import Destination

WAIT = timedelta(days=7)
SALT = "destination"


class BadIban(Refusal):
    """This is not an IBAN."""

    code = "bad_iban"


class NotCancelled(Refusal):
    """This change cannot be cancelled any more."""

    code = "not_cancelled"


def read_iban(typed: str) -> str:
    """The IBAN without blanks, in capitals; refused with `BadIban`, saying why.

    >>> read_iban("de89 3704 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    try:
        return str(ibans.validate(typed))
    except InvalidLength as refusal:
        raise BadIban(
            "This IBAN is too long or too short for its country."
        ) from refusal
    except InvalidChecksum as refusal:
        raise BadIban(
            "The check digits do not fit. Please compare it with your bank's papers."
        ) from refusal
    except ValidationError as refusal:
        raise BadIban(
            "An IBAN begins with two letters for the country, like DE89 3704 …"
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
    if before and before.holder == holder and reveal(before) == iban:
        return before
    now = clock.now()
    destination = Destination.objects.create(
        creator=creator,
        holder=holder,
        iban=_box().encrypt(iban.encode()),
        country=iban[:2],
        last4=iban[-4:],
        fingerprint=fingerprint(iban),
        made_at=now,
        usable_at=now + WAIT,
    )
    audit.note(
        by,
        "destination_changed",
        f"person:{creator.pk}",
        before={"destination": str(before) if before else ""},
        after={"destination": str(destination)},
    )
    _tell(destination)
    return destination


def _tell(destination: Destination) -> None:
    """Write to the creator, and to the address they had until lately."""
    creator = destination.creator
    facts = {
        "account": str(destination),
        "holder": destination.holder,
        "usable_on": f"{destination.usable_at:%-d %B %Y}",
        "cancel_url": cancel_url(destination),
    }
    key = f"destination:{destination.pk}"
    mail.write(key, "destination", creator, **facts)
    for n, former in enumerate(audit.former_addresses(creator)):
        mail.write(f"{key}:former:{n}", "destination", creator, **facts, to=former)


def cancel_url(destination: Destination) -> str:
    token = signing.dumps(destination.pk, salt=SALT)
    return settings.SITE_URL + reverse("payouts:cancel_destination", args=[token])


def by_token(token: str) -> Destination:
    """The destination that a cancel link is about; else `NotCancelled`."""
    try:
        return Destination.objects.select_related("creator").get(
            pk=signing.loads(token, salt=SALT)
        )
    except (signing.BadSignature, Destination.DoesNotExist) as refusal:
        raise NotCancelled(
            "This link is not complete. Please copy the whole of it."
        ) from refusal


@transaction.atomic
def cancel(by: audit.By, destination: Destination) -> None:
    """Take a change back while it waits; the account before it counts again.

    Refused with `NotCancelled` when it is in use or was cancelled before.
    """
    now = clock.now()
    cancelled = Destination.objects.filter(
        pk=destination.pk, cancelled_at=None, usable_at__gt=now
    ).update(cancelled_at=now)
    if not cancelled:
        raise NotCancelled(NotCancelled.__doc__ or "")
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
    """Keyed, so that nobody finds an IBAN by trying them all without the key."""
    # Of the oldest key: it stays the same when a newer one is put in front.
    key = settings.ENCRYPTION_KEYS[-1].encode()
    return hmac.new(key, iban.encode(), hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
