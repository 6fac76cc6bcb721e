"""A creator's account at Stripe: opened, completed on Stripe's pages, fetched anew.

Whose it is, our database alone says: what comes back in an address only has to be
signed by us and about whoever is signed in (T49).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from flattr.web.refusals import Refusal
from payouts.earnings import destinations, standing
from payouts.gateway import asking, requirements, transfers
from payouts.gateway.facts import AccountFact
from payouts.models import Destination, StripeAccount

log = structlog.get_logger(__name__)

SALT = "onboarding"
# How long a creator may take on Stripe's pages until they come back.
STATE_LIVES = timedelta(days=1)


class NotOpened(Refusal):
    says = gettext_lazy("Stripe does not open an account there.")

    code = "not_opened"


class NotReady(Refusal):
    says = gettext_lazy("Stripe does not know enough yet.")

    code = "not_ready"


class NotYours(Refusal):
    says = gettext_lazy(
        "This link back from Stripe is not complete, or not yours. Nothing was changed."
    )

    code = "not_yours"
    status = 403


# --- To Stripe and back -------------------------------------------------------------


def begin(by: audit.By, creator: User, country: str) -> StripeAccount:
    """The creator's account at Stripe, opened where there is none; in another country
    than before only while it is not complete.

    Refused with `NotOpened` where Stripe refuses; `gateway.NoAnswer` without one.
    """
    known = StripeAccount.objects.filter(creator=creator).first()
    if known and _is_kept(known, country):
        return known
    former = known.stripe_id if known else ""
    try:
        if former:
            transfers.forget_account(former)
        stripe_id = transfers.make_account(
            creator.pk, creator.email, country, after=former
        )
    except asking.StripeRefused as refusal:
        log.warning("account_not_opened", creator=creator.pk, why=str(refusal))
        raise NotOpened(
            _("Stripe does not open this account: %(why)s") % {"why": refusal}
        ) from refusal
    return _open(by, creator, country, former, stripe_id)


def _is_kept(known: StripeAccount, country: str) -> bool:
    is_gone = known.disabled_reason == requirements.GONE
    return not is_gone and (known.is_complete or known.country == country)


@transaction.atomic
def _open(
    by: audit.By, creator: User, country: str, former: str, stripe_id: str
) -> StripeAccount:
    User.objects.select_for_update(no_key=True).get(pk=creator.pk)
    account, is_new = StripeAccount.objects.get_or_create(
        creator=creator,
        defaults={
            "stripe_id": stripe_id,
            "country": country,
            "made_at": timezone.now(),
        },
    )
    if account.stripe_id == former:
        account.stripe_id, account.country = stripe_id, country
        account.is_complete, account.missing = False, []
        account.disabled_reason, account.fetched_at = "", None
        account.save()
    elif not is_new:
        return account
    audit.note(
        by,
        "stripe_account_opened",
        f"person:{creator.pk}",
        before={"account": former},
        after={"account": account.stripe_id, "country": country},
    )
    return account


def url_of(account: StripeAccount) -> str:
    """Stripe's page that asks what is missing. It works once, for a few minutes."""
    state = signing.dumps(account.creator_id, salt=SALT)
    back = settings.SITE_URL + reverse("payouts:stripe_return", args=[state])
    again = settings.SITE_URL + reverse("payouts:stripe_again")
    try:
        return transfers.onboarding_url(
            account.stripe_id, return_url=back, refresh_url=again
        )
    except asking.StripeRefused as refusal:
        raise NotOpened(
            _("Stripe does not open its page: %(why)s") % {"why": refusal}
        ) from refusal


def dashboard_of(creator: User) -> str:
    """Stripe's page where a creator changes the bank account. It works once."""
    account = StripeAccount.objects.filter(creator=creator).first()
    if account is None:
        raise NotReady(_("You have no account at Stripe yet."))
    try:
        return transfers.dashboard_url(account.stripe_id)
    except asking.StripeRefused as refusal:
        raise NotReady(
            _("Stripe does not open its page: %(why)s") % {"why": refusal}
        ) from refusal


def came_back(by: audit.By, creator: User, state: str) -> StripeAccount:
    """What Stripe knows now of whoever comes back from its pages; refused with
    `NotYours` unless we sent this very person there within the day."""
    try:
        sent = signing.loads(state, salt=SALT, max_age=STATE_LIVES)
    except signing.BadSignature as refusal:
        raise NotYours from refusal
    account = StripeAccount.objects.filter(creator=creator).first()
    if sent != creator.pk or account is None:
        raise NotYours
    return refresh(account.stripe_id, by) or account


def choose(by: audit.By, account: StripeAccount) -> Destination | None:
    """Pay through Stripe from now on, to the bank account that Stripe has: for a creator
    who had chosen otherwise, or had cancelled a change.

    None where they go there already. Refused with `NotReady`.
    """
    asked_at = timezone.now()
    fact = _fetch(account.stripe_id)
    if fact is None or not fact.is_complete or fact.bank is None:
        raise NotReady(_("Stripe needs to know more before it can pay you."))
    _store(account.stripe_id, fact, asked_at, by)
    return destinations.follow(
        by, account.creator, account.stripe_id, fact.bank, chosen=True
    )


# --- What Stripe says ---------------------------------------------------------------


def refresh(stripe_id: str, by: audit.By = None) -> StripeAccount | None:
    """Fetch an account and store what Stripe says; None if it is nobody's here.

    Another bank account behind it is a change of where payouts go: it waits seven
    days and is mailed. `gateway.NoAnswer` keeps what was known.
    """
    if not StripeAccount.objects.filter(stripe_id=stripe_id).exists():
        return None
    asked_at = timezone.now()
    return _store(stripe_id, _fetch(stripe_id), asked_at, by)


def _fetch(stripe_id: str) -> AccountFact | None:
    """None where Stripe does not know it any more, or not for us."""
    try:
        return transfers.account(stripe_id)
    except asking.StripeRefused as refusal:
        log.warning("account_not_there", account=stripe_id, why=str(refusal))
        return None


@transaction.atomic
def _store(
    stripe_id: str, fact: AccountFact | None, asked_at: datetime, by: audit.By
) -> StripeAccount | None:
    """Store what was fetched, unless something that was fetched later is stored."""
    found = StripeAccount.objects.select_related("creator")
    account = found.filter(stripe_id=stripe_id).first()
    if account is None:
        return None
    User.objects.select_for_update(no_key=True).get(pk=account.creator_id)
    account = found.get(pk=account.pk)
    if account.stripe_id != stripe_id or (
        account.fetched_at and account.fetched_at > asked_at
    ):
        return account
    could = standing.can_be_paid(account)
    _write(account, fact, asked_at)
    if fact and fact.bank and fact.is_complete:
        destinations.follow(by, account.creator, stripe_id, fact.bank)
    if could and not standing.can_be_paid(account):
        standing.ask_for_more(account)
    return account


def _write(
    account: StripeAccount, fact: AccountFact | None, asked_at: datetime
) -> None:
    account.transfers_enabled = fact is not None and fact.transfers_enabled
    account.payouts_enabled = fact is not None and fact.payouts_enabled
    account.missing = list(fact.missing) if fact else []
    account.disabled_reason = fact.disabled_reason if fact else requirements.GONE
    account.is_complete = fact is not None and fact.is_complete
    account.fetched_at = asked_at
    if fact and fact.country:
        account.country = fact.country
    account.save()


def bank_refused(stripe_id: str, bank_payout_id: str) -> StripeAccount | None:
    """The bank took nothing: fetch the account and notify the creator. The money stays
    in their account at Stripe, which tries again with another bank."""
    account = refresh(stripe_id)
    if account:
        outbox.write(
            f"bank_payout:{bank_payout_id}",
            "bank_refused",
            account.creator,
            told=standing.in_words(account),
        )
    return account
