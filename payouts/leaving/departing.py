"""Leaving: an account is closed, its money is paid out, and then its owner's data is
erased.

Closing stops everything at once and sends back what was not spent. For seven days it
can be undone. After that, as soon as no money of theirs is here and no more can come,
all that says who it was is dropped (T47); the ledger, which knows numbers only, stays.
`finish` works on each closed account once an hour; every part of it may be repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import audit, erasing
from accounts.mail import composing, outbox, staff
from accounts.models import Session, User
from accounts.oauth import tokens
from accounts.signing_in import sessions
from buttons import erasing as things
from buttons.models import Promise
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts.earnings import requesting
from payouts.gateway import asking, calls, claims, transfers
from payouts.gifts import taking_back
from payouts.leaving import by_hand, leftovers
from payouts.models import Ending, Payer, Payment, Renewal, StripeAccount
from payouts.payments import budgeting, charging, off_session, payers, tries

log = structlog.get_logger(__name__)

WAIT = timedelta(days=7)
LOOK_AGAIN = timedelta(hours=1)
BATCH = 50
SALT = "leaving"
KEEP = "payouts:keep_account"


class NotClosed(Refusal):
    says = _("This account cannot be closed now.")

    code = "not_closed"
    status = 403


class NotKept(Refusal):
    says = _("This account was not closed, or it is too late to keep it.")

    code = "not_kept"
    status = 403


# --- Closing, and undoing it --------------------------------------------------------


def close(person: User, by: audit.By) -> None:
    """Close the account: the budget and renewals stop, other sessions end (A4), what was
    not spent goes back, and matured revenue is asked for. Again is a no-op.

    Refused with `NotClosed` while staff have suspended the person.
    """
    if _close(person, by):
        leftovers.send_back(person, by)
        _ask_for_revenue(person, by)


@transaction.atomic
def _close(person: User, by: audit.By) -> bool:
    period, at = clock.moment()
    list(Payment.objects.select_for_update().filter(reader=person).order_by("pk"))
    gifts = taking_back.lock_all(person)
    Renewal.objects.filter(reader=person, done_at=None).update(
        due_at=None, done_at=at, outcome="left", **tries.NO_NOTICE
    )
    budgeting.stop_for_good(person, period, at)
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.suspended_at is not None:
        raise NotClosed(
            _("Your account is suspended. You can close it when we have decided.")
        )
    if locked.closing_at is not None:
        return False
    taking_back.end_all(gifts, Ending.READER_LEFT, period, at)
    Promise.objects.filter(reader=person).delete()
    User.objects.filter(pk=person.pk).update(closing_at=at, leaving_due_at=at)
    person.refresh_from_db(fields=["closing_at", "leaving_due_at"])
    row = audit.note(by, "account_closed", f"person:{person.pk}")
    _end_sessions(person, by)
    _notify(person, row.pk)
    return True


def _end_sessions(person: User, by: audit.By) -> None:
    tokens.revoke_all(person)
    if isinstance(by, HttpRequest):
        sessions.end_others(by, person)
    else:
        Session.objects.filter(user=person).delete()


def _notify(person: User, number: int) -> None:
    """Write to the person, and to the address they had until lately."""
    facts = {
        "until": f"{keepable_until(person):%-d %B %Y}",
        "links": {"keep_url": composing.link(KEEP, _stay(person), SALT)},
    }
    key = f"leaving:{person.pk}:{number}"
    outbox.write(key, "leaving", person, **facts)
    for n, former in enumerate(audit.former_addresses(person)):
        outbox.write(f"{key}:former:{n}", "leaving", person, **facts, to=former)


def _ask_for_revenue(creator: User, by: audit.By) -> None:
    try:
        requesting.request_payout(creator, by)
    except (requesting.NoPayout, asking.NoAnswer) as refusal:
        log.info("no_payout", creator=creator.pk, why=str(refusal))


def keepable_until(person: User) -> datetime:
    assert person.closing_at is not None, person.pk
    return person.closing_at + WAIT


def keep_url(person: User) -> str:
    """Where the account is kept after all, signed in or not."""
    return composing.signed(KEEP, _stay(person), SALT)


def _stay(person: User) -> list[float]:
    """What the link says; an account that is closed again gets another."""
    assert person.closing_at is not None, person.pk
    return [person.pk, person.closing_at.timestamp()]


def by_token(token: str) -> User:
    """Whose account such a link keeps; else `NotKept`."""
    try:
        pk, closing_at = signing.loads(token, salt=SALT)
        person = User.objects.get(pk=pk, erased_at=None, closing_at__isnull=False)
    except (signing.BadSignature, User.DoesNotExist) as refusal:
        raise NotKept() from refusal
    if person.closing_at is None or person.closing_at.timestamp() != closing_at:
        raise NotKept()
    return person


@transaction.atomic
def cancel_closing(person: User, by: audit.By) -> None:
    """Undo the closing, as long as nothing is erased. Money that went back stays there,
    and a budget has to be chosen again. Refused with `NotKept`."""
    kept = User.objects.filter(
        pk=person.pk, closing_at__isnull=False, erased_at=None
    ).update(closing_at=None, leaving_due_at=None)
    if not kept:
        raise NotKept()
    audit.note(by, "account_kept", f"person:{person.pk}")


# --- Finishing ------------------------------------------------------------------------


def finish() -> int:
    """Work on every closed account that is due; how many were erased."""
    return sum(claims.each(_due(clock.now()), _go_on))


def _due(now: datetime) -> list[User]:
    """Claim those who are due: each is due again in an hour."""
    due = User.objects.filter(
        leaving_due_at__lte=now, closing_at__isnull=False, erased_at=None
    ).order_by("leaving_due_at", "pk")
    return [
        person
        for person in due[:BATCH]
        if User.objects.filter(
            pk=person.pk, leaving_due_at=person.leaving_due_at
        ).update(leaving_due_at=now + LOOK_AGAIN)
    ]


def _go_on(person: User) -> bool:
    """Send back what came in since, and erase the person if all is done. Nothing moves
    while staff have them suspended."""
    if person.suspended_at is not None:
        return False
    payers.remove_kept(person)
    _end_payments(person)
    leftovers.send_back(person)
    now = clock.now()
    if now < keepable_until(person) or leftovers.under_way(person, now):
        return False
    if amount := by_hand.leftover(person, now):
        _notify_staff(person, amount)
        return False
    if not _forget_at_stripe(person):
        return False
    return erase(person)


def _end_payments(person: User) -> None:
    """End the payments that were begun and not paid; what was paid meanwhile is credited,
    and goes back."""
    begun = Payment.objects.select_related("reader").filter(
        reader=person, provider="stripe", paid_at=None, failed_at=None
    )
    for payment in begun:
        if payment.renewal_id is not None:
            off_session.give_up(payment)
        elif payment.session_id:
            calls.expire_checkout(payment.session_id)
            charging.fetch(payment)


def _forget_at_stripe(person: User) -> bool:
    """Delete what Stripe keeps of a person for us; False while it has their money."""
    payer = Payer.objects.filter(reader=person).first()
    if payer is not None and payer.stripe_id:
        calls.forget_customer(payer.stripe_id)
    account = StripeAccount.objects.filter(creator=person).first()
    if account is not None:
        try:
            transfers.forget_account(account.stripe_id)
        except asking.StripeRefused as refusal:
            log.info("account_not_forgotten", person=person.pk, why=str(refusal))
            return False
    return True


def _notify_staff(person: User, amount: int) -> None:
    """Notify staff, once for each amount, that what is left has to be paid by hand."""
    with transaction.atomic():
        staff.notify_members(
            f"leftover:{person.pk}:{amount}",
            "leftover",
            but=person,
            leaver=person.pk,
            amount=amount,
        )


@transaction.atomic
def erase(person: User) -> bool:
    """Drop all that says who a person was. Their number stays, in statements and the
    ledger. False if they kept their account in the meantime."""
    clock.moment()
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.closing_at is None or locked.erased_at is not None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    audit.note(None, "person_erased", f"person:{person.pk}")
    outbox.forget_unsent()
    # The database looks up what is theirs by these before they go.
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_erase_person(%s)", [person.pk])
    things.forget(locked)
    erasing.forget(locked)
    Payer.objects.filter(reader=person).delete()
    StripeAccount.objects.filter(creator=person).delete()
    return True
