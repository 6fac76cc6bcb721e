"""Paying in: a payment is begun, Stripe says that it arrived, and only that credits the
reader, once.

Beginning a payment is limited and counted in the database (T20): five a day for an
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
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.models import Attempt, User
from accounts.people import budgets
from accounts.signing_in import attempts
from flattr import months
from flattr.database import clock
from flattr.web import clients
from flattr.web.refusals import NothingNew, Refusal
from payouts import chart
from payouts.ledger import posting
from payouts.models import INTERVALS, Gift, Method, Payment, Renewal
from payouts.payments import budgeting, methods, reserving, tries
from payouts.payments.pay_ways import Way

SMALLEST = 200
LARGEST = 120_000
A_DAY = timedelta(days=1)
PER_ACCOUNT = 5
PER_IP = 10


class NotAPayment(Refusal):
    says = _("A payment is an amount between the smallest and the largest.")

    code = "validation"


class PaidTooOften(Refusal):
    says = _("Too many payments were started today. Please try again tomorrow.")

    code = "too_many_requests"
    status = 429


class MailNotVerified(Refusal):
    says = _("Please confirm your e-mail address first.")

    code = "mail_not_verified"
    status = 403


def to_pay(budget: int, free: int, interval: int) -> int:
    """What `interval` months of `budget` cost now that `free` is in the account, at
    least the smallest payment; when the running month is covered, so many months
    more. All in minor units.

    >>> to_pay(1_000, 300, 1), to_pay(1_000, 300, 3), to_pay(1_000, 950, 1)
    (700, 2700, 200)
    >>> to_pay(1_000, 1_000, 1)
    1000
    """
    missing = budget * interval - (free if free < budget else 0)
    return max(missing, SMALLEST)


def ways(budget: int, free: int, period: int, following: int) -> list[Way]:
    """A month, a quarter or a year at once, from `period` on, in which `budget` is given,
    or from the first month after it that `free` does not cover. `following` is what is
    given in these; where it is nothing there is nothing to pay ahead.

    >>> [way.amount for way in ways(1_000, 400, 202611, 1_000)]
    [600, 2600, 11600]
    >>> [(way.amount, way.first) for way in ways(1_000, 2_400, 202611, 1_000)]
    [(600, 202701), (2600, 202701), (11600, 202701)]
    """
    first = period
    if free >= budget:
        if not following:
            return []
        covered, left = divmod(free - budget, following)
        first, budget, free = months.shifted(period, 1 + covered), following, left
    return [Way(many, to_pay(budget, free, many), first) for many in INTERVALS]


def begin(  # noqa: PLR0913 (who, how much, from where, for what, and by what)
    reader: User,
    amount: int,
    ip: str,
    raises_to: int | None = None,
    interval: int | None = None,
    *,
    method: Method = Method.CARD,
) -> Payment:
    """Begin a payment of `amount` minor units by that method; nobody is charged yet.

    `raises_to` is the budget that is to count once it arrived, `interval` for how
    many months at once the reader pays from then on. Refused with `NotAPayment`,
    `MailNotVerified`, `PaidTooOften`, `NothingNew`, `methods.MethodNotOffered` or
    `budgeting.AccountClosed`, and then nothing is begun.
    """
    assert raises_to is None or raises_to <= settings.LARGEST_BUDGET, raises_to
    if not SMALLEST <= amount <= LARGEST:
        raise NotAPayment
    methods.refuse_others(method)
    with transaction.atomic():
        count(reader, ip)
        return Payment.objects.create(
            reader=reader,
            provider="stripe",
            key=f"checkout:{secrets.token_hex(12)}",
            amount=amount,
            currency=settings.CURRENCY,
            raises_to=raises_to,
            months=interval,
            method=method,
            started_at=clock.now(),
        )


def count(reader: User, ip: str) -> None:
    """Count one more try to pay or to save a method; refused as `begin` is.
    The caller is in a transaction."""
    budgeting.refuse_leavers(reader)
    if budgeting.winds_down():
        raise NothingNew
    if not has_verified_mail(reader):
        raise MailNotVerified
    for key, limit in _limits(reader, ip):
        _count(key, limit)


def forgive(reader: User, ip: str) -> None:
    """The last try failed through no fault of the reader's: it does not count."""
    for key, _limit in _limits(reader, ip):
        last = Attempt.objects.filter(key=key).order_by("-id").first()
        attempts.forgive([last.pk] if last else [])


def _limits(reader: User, ip: str) -> list[tuple[str, int]]:
    return [
        (f"pay:account:{reader.pk}", PER_ACCOUNT),
        (attempts.key_of("pay:ip", clients.neighbourhood(ip)), PER_IP),
    ]


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
    Stripe's clearing and cost. Repeating it changes nothing, and a payment that seemed to
    have failed is credited all the same.
    """
    assert sources, key
    period, at = clock.moment()
    payments = Payment.objects.select_for_update(of=["self"])
    payment = payments.select_related("reader").get(key=key)
    if payment.paid_at is not None:
        return payment
    # The order in which everybody locks: payments, the reader's money, renewals, people,
    # accounts.
    budgeting.lock(payment.reader)
    list(Renewal.objects.select_for_update().filter(reader=payment.reader_id))
    reader = User.objects.select_for_update(no_key=True).get(pk=payment.reader_id)
    assert sum(sources.values()) == -payment.amount, sources
    posting.post(
        payment.reference,
        {**sources, chart.means(reader): payment.amount},
        occurred_at=occurred_at,
    )
    payment.paid_at, payment.credited_at = occurred_at or at, at
    payment.failed_at = None
    payment.needs_confirmation, payment.failure = False, ""
    payment.save(
        update_fields=[
            *("paid_at", "credited_at", "failed_at", "needs_confirmation", "failure")
        ]
    )
    is_for_gift = reserving.reserve_paid(payment, at)
    budgets.credit(reader, at)
    raised = payment.raises_to is not None and budgeting.raise_to(
        reader, payment.raises_to, period, at
    )
    covered = budgeting.cover(reader, period)
    if covered or not is_for_gift:
        tries.paid(payment, period, at, covered=covered)
    _notify(payment, reader, period, raised=raised)
    return payment


def _notify(payment: Payment, reader: User, period: int, *, raised: bool) -> None:
    """Write to the reader that the payment arrived, and what their budget is now."""
    outbox.write(
        f"paid_in:{payment.pk}",
        "paid_in",
        reader,
        amount=payment.amount,
        balance=posting.balance(chart.means(reader)),
        budget=_budget(reader, period),
        raised=raised,
        renewed=payment.renewal_id is not None,
        card=payment.paid_with,
        period=period,
        payment=payment.pk,
        gift=_gift_of(payment),
        simulated=is_simulated(payment),
    )


def _gift_of(payment: Payment) -> int:
    """The number of the gift that it is for; 0 for a payment of the budget, or for a gift
    that came to nothing before."""
    gifts = Gift.objects.open().filter(payment=payment)
    return gifts.values_list("pk", flat=True).first() or 0


def _budget(reader: User, period: int) -> int:
    """What is given this month, or from the next on by whoever begins with it."""
    now = budgets.amount_in(reader, period)
    return now or budgets.amount_in(reader, months.following(period))


def is_simulated(payment: Payment) -> bool:
    """No money moved: a demonstration pretended it, or Stripe is simulated."""
    return payment.provider == "demo" or bool(settings.STRIPE_API_BASE)


def failed(key: str, failure: str = "") -> None:
    """Store that the money will not come, with Stripe's code for why."""
    Payment.objects.filter(key=key, paid_at=None, failed_at=None).update(
        failed_at=clock.now(), failure=failure, needs_confirmation=False
    )


def pay_simulated(reader: User, amount: int, at: datetime | None = None) -> Payment:
    """A payment that a demonstration pretends, from start to end, without pages and
    limits. `at` is when it is said to have happened."""
    assert settings.LOCAL, "simulated payments are for local mode only"
    payment = Payment.objects.create(
        reader=reader,
        provider="demo",
        key=f"demo:{secrets.token_hex(12)}",
        amount=amount,
        currency=settings.CURRENCY,
        started_at=at or clock.now(),
    )
    return arrived(payment.key, {chart.SIMULATED: -amount}, at)
