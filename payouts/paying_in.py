"""Paying in: a payment is started, the provider says that it arrived, and only that
word credits the reader, once.

Starting a payment is limited and counted in the database (T20): five a day for an
account, ten for an address of the network.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import attempts, budgets, clients, mail
from accounts.models import Attempt, User
from flattr import clock
from flattr.refusals import Refusal
from payouts import budgeting, chart, providers
from payouts.ledger import posting
from payouts.models import Payment

SMALLEST = 200
LARGEST = 100_000
A_DAY = timedelta(days=1)
PER_ACCOUNT = 5
PER_IP = 10


class NotAPayment(Refusal):
    """A payment is an amount between the smallest and the largest."""

    code = "validation"


class PaidTooOften(Refusal):
    """Too many payments were started today. Please try again tomorrow."""

    code = "too_many_requests"
    status = 429


class MailNotVerified(Refusal):
    """Please verify your mail address first."""

    code = "mail_not_verified"
    status = 403


def proposed(budget: int, free: int) -> int:
    """What to pay in so that the budget is covered by what is `free` in the account;
    when it is, for another month. All in minor units."""
    missing = budget - free
    return max(missing if missing > 0 else budget, SMALLEST)


def start(reader: User, amount: int, ip: str, raises_to: int | None = None) -> Payment:
    """Begin a payment of `amount` minor units, which `providers.chosen()` takes.

    `raises_to` is the budget that is to count once it arrived. Refused with
    `NotAPayment`, `MailNotVerified` or `PaidTooOften`, and then nothing is begun.
    """
    assert raises_to is None or raises_to <= settings.LARGEST_BUDGET, raises_to
    if not SMALLEST <= amount <= LARGEST:
        raise NotAPayment
    if not has_verified_mail(reader):
        raise MailNotVerified
    provider = providers.chosen()
    with transaction.atomic():
        _count(f"pay:account:{reader.pk}", PER_ACCOUNT)
        _count(attempts.key_of("pay:ip", clients.neighbourhood(ip)), PER_IP)
        return Payment.objects.create(
            reader=reader,
            provider=provider.name,
            key=f"{provider.name}-{secrets.token_hex(12)}",
            amount=amount,
            currency=settings.CURRENCY,
            raises_to=raises_to,
            started_at=clock.now(),
        )


def has_verified_mail(reader: User) -> bool:
    addresses = EmailAddress.objects.filter(
        user_id=reader.pk, email__iexact=reader.email, verified=True
    )
    return bool(addresses.exists())


def _count(key: str, limit: int) -> None:
    """Count one more try of `key`; refused from `limit` a day on. Two at once wait
    for each other, so that they cannot both be the last."""
    attempts.lock(key)
    since = timezone.now() - A_DAY
    if Attempt.objects.filter(key=key, at__gt=since).count() >= limit:
        raise PaidTooOften
    Attempt.objects.create(key=key)


@transaction.atomic
def arrived(
    key: str,
    sources: Mapping[posting.Place, int],
    occurred_at: datetime | None = None,
) -> Payment:
    """The money of a payment is there: credit it, exactly once.

    `sources` are what other accounts stand lower by, in all the payment's amount:
    Stripe's clearing and cost. Repeated, or said of a payment that seemed to have
    failed, it does no harm.
    """
    assert sources, key
    period, at = clock.moment()
    payment = (
        Payment.objects.select_for_update(of=["self"])
        .select_related("reader")
        .get(key=key)
    )
    if payment.paid_at is not None:
        return payment
    reader = payment.reader
    assert sum(sources.values()) == -payment.amount, sources
    posting.post(
        payment.reference,
        {**sources, chart.means(reader): payment.amount},
        occurred_at=occurred_at,
    )
    payment.paid_at, payment.failed_at = occurred_at or at, None
    payment.save(update_fields=["paid_at", "failed_at"])
    budgets.credit(reader, at)
    raised = payment.raises_to is not None and budgeting.raise_to(
        reader, payment.raises_to, period, at
    )
    budgeting.cover(reader, period)
    mail.write(
        f"paid_in:{payment.pk}",
        "paid_in",
        reader,
        amount=payment.amount,
        balance=posting.balance(chart.means(reader)),
        budget=budgets.amount_in(reader, period),
        raised=raised,
        period=period,
        simulated=settings.LOCAL,
    )
    return payment


def failed(key: str) -> None:
    """The provider's word that the money will not come."""
    Payment.objects.filter(key=key, paid_at=None, failed_at=None).update(
        failed_at=clock.now()
    )


def pay_simulated(reader: User, amount: int, at: datetime | None = None) -> Payment:
    """A simulated payment from start to end, without its pages and their limits: for
    demonstrations. `at` is when it is said to have happened."""
    assert settings.LOCAL, "simulated payments are for local mode only"
    payment = Payment.objects.create(
        reader=reader,
        provider="simulated",
        key=f"simulated-{secrets.token_hex(12)}",
        amount=amount,
        currency=settings.CURRENCY,
        started_at=at or clock.now(),
    )
    return arrived(payment.key, {chart.SIMULATED: -amount}, at)
