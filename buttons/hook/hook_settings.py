"""What a creator decides about their webhook: its address and secret, what it is told,
on and off, a test, and sending something again."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from accounts.models.webhook import TEST, Hook, HookEvent, WhyOff, new_uid
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.hook import signatures
from buttons.things.addresses import PORTS, BadAddress, host_of, normalise
from flattr.database import clock, waking
from flattr.web.refusals import Refusal

# Tests and what is sent again by hand; the second counts all people together: nobody
# makes us a burden for somebody else's host.
OF_PERSON = Limit(burst=10, every=60)
OF_HOST = Limit(burst=30, every=30)


class SentTooOften(Refusal):
    says = _("You have sent many just now. Please try again in a minute.")

    code = "sent_too_often"
    status = 429


class IsOff(Refusal):
    says = _("The webhook is switched off. Switch it on first.")

    code = "hook_is_off"
    status = 403


def address(text: str) -> str:
    """The address as it is stored; refused with `BadAddress`. A host that local mode
    may reach needs no https."""
    url = urldefrag(normalise(text)).url
    if host_of(url) in settings.PROOF_HOSTS:
        return url
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise BadAddress(_("The address of a webhook begins with https://."))
    if parts.port not in {None, PORTS["https"]}:
        raise BadAddress(_("The address of a webhook has the usual port, 443."))
    return url


def hook_of(person: User) -> Hook | None:
    return Hook.objects.filter(person=person).first()


@transaction.atomic
def save(by: audit.By, person: User, url: str, types: Iterable[str]) -> str:
    """Store where a creator's programs are told, and of what. Returns the secret of a
    new one; empty where there was one, which is on again if it was off for what its
    former address did."""
    hook = _locked(person)
    told = sorted(types)
    if hook is None:
        secret, now = signatures.new_secret(), timezone.now()
        made, is_new = Hook.objects.get_or_create(
            person=person,
            defaults={
                "url": url,
                "types": told,
                "secret": signatures.sealed(secret),
                "made_at": now,
                "rests_until": now,
            },
        )
        if is_new:
            audit.note(
                by, "webhook_made", f"person:{person.pk}", after={"host": host_of(url)}
            )
            return secret
        hook = made
    if hook.url != url:
        audit.note(
            by,
            "webhook_changed",
            f"person:{person.pk}",
            before={"host": host_of(hook.url)},
            after={"host": host_of(url)},
        )
        hook.failing_since, hook.rests_until = None, timezone.now()
        if hook.why_off != WhyOff.CREATOR:
            hook.off_at, hook.why_off = None, ""
    hook.url, hook.types = url, told
    hook.save()
    return ""


@transaction.atomic
def renew_secret(by: audit.By, person: User) -> str:
    """A new secret; what is sent from now on is signed with it alone. Empty where there
    is no webhook."""
    hook = _locked(person)
    if hook is None:
        return ""
    secret = signatures.new_secret()
    hook.secret = signatures.sealed(secret)
    hook.save(update_fields=["secret"])
    audit.note(by, "webhook_secret_renewed", f"person:{person.pk}")
    return secret


@transaction.atomic
def switch(person: User, *, on: bool) -> None:
    """On or off, as the creator wants it; again is a no-op. What waits is sent once it
    is on."""
    hook = _locked(person)
    if hook is None or hook.is_on == on:
        return
    now = timezone.now()
    hook.off_at, hook.why_off = (None, "") if on else (now, WhyOff.CREATOR)
    hook.failing_since, hook.rests_until = None, now
    hook.save()
    if on:
        transaction.on_commit(wake)


@transaction.atomic
def remove(by: audit.By, person: User) -> None:
    """Delete the webhook and what it was told."""
    if forget(person):
        audit.note(by, "webhook_removed", f"person:{person.pk}")


def forget(person: User) -> bool:
    """Delete somebody's webhook; whether there was one. Call it in a transaction."""
    hook = _locked(person)
    if hook is not None:
        hook.delete()
    return hook is not None


@transaction.atomic
def send_test(person: User) -> None:
    """Have something sent that says nothing; refused with `SentTooOften`, `IsOff`."""
    hook = _to_send(person)
    if hook is None:
        return
    now, uid = timezone.now(), new_uid()
    HookEvent.objects.create(
        hook=hook,
        key=f"test:{uid}",
        uid=uid,
        type=TEST,
        data={"hello": "world"},
        happened_at=clock.now(),
        due_at=now,
    )
    transaction.on_commit(wake)


@transaction.atomic
def send_again(person: User, pk: int) -> None:
    """Send an event once more, with its id: it is due now, and retried as at first.
    Somebody else's is left alone. Refused with `SentTooOften`, `IsOff`."""
    hook = _to_send(person)
    HookEvent.objects.filter(pk=pk, hook=hook, hook__isnull=False).update(
        due_at=timezone.now(), tries=0, delivered_at=None
    )
    transaction.on_commit(wake)


def _to_send(person: User) -> Hook | None:
    """The person's webhook, which something is to be sent to at once."""
    hook = _locked(person)
    if hook is None:
        return None
    if not hook.is_on:
        raise IsOff
    host = attempts.key_of("hook:host", host_of(hook.url))
    try:
        attempts.count({f"hook:{person.pk}": OF_PERSON, host: OF_HOST})
    except attempts.TooMany as many:
        raise SentTooOften from many
    hook.rests_until = min(hook.rests_until, timezone.now())
    hook.save(update_fields=["rests_until"])
    return hook


def _locked(person: User) -> Hook | None:
    found = Hook.objects.select_for_update(no_key=True).filter(person=person)
    return found.first()


def wake() -> None:
    """Have it sent now."""
    waking.wake("buttons.deliver_events")
