"""What Stripe says of a payment, written down: who paid by what, why not, and, when the
money is there, the credit.

A payment is credited from an object that we fetched, and only when it is ours: our
key, our amount and currency, our mode (P1).
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.mail import outbox
from accounts.models import Budget, User
from flattr.database import clock
from payouts import chart
from payouts.gateway import asking, calls, declines
from payouts.gateway.facts import PaymentFact
from payouts.models import Gift, Method, Payer, Payment, Renewal
from payouts.payments import methods, payers, paying_in, tries

log = structlog.get_logger(__name__)

# What says by what a payment was made.
PAID_BY = ("method", "paid_with", "fingerprint")
TITLE = "Budget for {site}"


class NotOurPayment(Exception):
    """Stripe's payment differs from ours in its key, amount, currency or mode."""


def title() -> str:
    """What the reader's bank and Stripe's page call it; the same at every try."""
    return TITLE.format(site=settings.OPERATOR_NAME)


def open_checkout(payment: Payment, *, called: str = "", back: str = "") -> str:
    """The address at Stripe where the reader pays a payment that was begun. It is
    `called` so there, and leads to `back`, paid or not; else it is for the budget.

    Refused with `gateway.NoAnswer` or `gateway.StripeRefused`; then nobody can have
    paid, since nobody was told the address.
    """
    customer = payers.customer(payment.reader)
    here = settings.SITE_URL + reverse("payouts:payment", args=[payment.pk])
    session = calls.open_checkout(
        customer,
        key=payment.key,
        amount=payment.amount,
        title=called or title(),
        method=payment.method,
        is_kept=payment.method in methods.KEPT and not is_for_gift(payment),
        success_url=back or here,
        cancel_url=back or settings.SITE_URL + reverse("payouts:pay"),
    )
    Payment.objects.filter(pk=payment.pk).update(
        session_id=session.stripe_id, asked_at=session.made_at
    )
    return session.url


def is_for_gift(payment: Payment) -> bool:
    """Something is given once: nothing is kept of how it was paid."""
    return Gift.objects.filter(payment=payment).exists()


def fetch(payment: Payment) -> Payment:
    """Fetch what became of a payment that is neither paid nor failed, so that its
    reader need not wait for Stripe's event. Refused with `gateway.NoAnswer`."""
    if payment.paid_at or payment.failed_at:
        return payment
    stripe_id = payment.stripe_id
    if not stripe_id and payment.session_id:
        session = calls.session(payment.session_id)
        stripe_id = session.payment_id
        if not stripe_id and session.status == "expired":
            paying_in.failed(payment.key, "expired")
    if stripe_id:
        return record(payment, calls.payment(stripe_id))
    return Payment.objects.get(pk=payment.pk)


def confirm(payment: Payment) -> str:
    """Where the reader confirms a payment at their bank; empty when there is nothing
    to confirm any more. Refused with `gateway.NoAnswer`."""
    if not payment.needs_confirmation or not payment.stripe_id:
        return ""
    here = settings.SITE_URL + reverse("payouts:payment", args=[payment.pk])
    try:
        fact = calls.confirm(payment.stripe_id, payment.kept_id, here)
    except (asking.Declined, asking.StripeRefused):
        fact = calls.payment(payment.stripe_id)
    record(payment, fact)
    return fact.confirm_url


def record(payment: Payment, fact: PaymentFact) -> Payment:
    """Store what Stripe says of a payment, and credit it when its money is there.

    Repeating it, or calling it late, changes nothing: what was paid stays paid. A charge whose
    balance transaction is not there yet is not credited yet. Refused with
    `NotOurPayment`.
    """
    with transaction.atomic():
        _period, at = clock.moment()
        locked = Payment.objects.select_for_update().get(pk=payment.pk)
        if wrong := what_differs(locked, fact):
            log.error("payment_differs", payment=payment.pk, wrong=wrong)
            raise NotOurPayment(locked.key, wrong)
        if locked.stripe_id is None:
            locked.stripe_id = fact.stripe_id
            locked.save(update_fields=["stripe_id"])
        if locked.paid_at is not None:
            return locked
        if fact.is_paid:
            _credit(locked, fact)
        elif locked.failed_at is None or _is_begun_again(locked, fact):
            _write_state(locked, fact, at)
    return Payment.objects.get(pk=payment.pk)


def _is_begun_again(payment: Payment, fact: PaymentFact) -> bool:
    """After a debit had failed at once the reader typed another account, on the same
    page."""
    return payment.renewal_id is None and fact.status == "processing"


def what_differs(payment: Payment, fact: PaymentFact) -> str:
    """How Stripe's payment is not what we asked for; empty when it is (P1)."""
    asked, booked = (payment.amount, payment.currency), fact.movement
    reasons = {
        "It carries another key.": (payment.provider, payment.key)
        != ("stripe", fact.key),
        "It is a second one for the same payment.": payment.stripe_id
        not in {None, fact.stripe_id},
        "Its amount is another.": (fact.amount, fact.currency) != asked,
        "It is of another mode.": fact.livemode is not settings.STRIPE_LIVEMODE,
        "Stripe booked another amount.": booked is not None
        and (booked.amount, booked.currency) != asked,
    }
    return next((reason for reason, is_so in reasons.items() if is_so), "")


def _credit(payment: Payment, fact: PaymentFact) -> None:
    moved = fact.movement
    if moved is None:
        return
    payment.cost = moved.fee
    _set_method(payment, fact)
    payment.save(update_fields=["cost", *PAID_BY])
    paying_in.arrived(
        payment.key,
        {chart.STRIPE_CLEARING: -moved.net, chart.STRIPE_COST: -moved.fee},
        fact.paid_at,
    )
    if payment.renewal_id is None:
        _store_choices(payment.reader, payment, fact)


def _store_choices(reader: User, payment: Payment, fact: PaymentFact) -> None:
    """A payment that the reader made says how the next ones are made."""
    known, _ = Payer.objects.get_or_create(reader=reader)
    if fact.customer and known.stripe_id is None:
        known.stripe_id = fact.customer
        known.save(update_fields=["stripe_id"])
    if payment.months:
        payers.choose_interval(reader, payment.months)
    if fact.kept and fact.charged_at and not is_for_gift(payment):
        payers.store_kept(known, fact.kept, fact.charged_at)


def _write_state(payment: Payment, fact: PaymentFact, at: datetime) -> None:
    """Stripe has not charged it, or not yet."""
    if fact.status != "processing":
        _write_failure(payment, fact, at)
    elif not payment.is_processing:
        payment.processing_at, payment.failed_at = at, None
        payment.failure, payment.needs_confirmation = "", False
        _set_method(payment, fact)
        payment.save(
            update_fields=[
                *("processing_at", "failed_at", "failure", "needs_confirmation"),
                *PAID_BY,
            ]
        )
        if payment.renewal_id is None:
            _notify_begun(payment)


def _notify_begun(payment: Payment) -> None:
    """Of a renewal the reader was told two days before."""
    budget = Budget.objects.filter(reader=payment.reader_id).first()
    outbox.write(
        f"debit_begun:{payment.pk}",
        "debit_begun",
        payment.reader,
        amount=payment.amount,
        account=payment.paid_with,
        payment=payment.pk,
        is_first=budget is None or budget.credited_at is None,
    )


def _set_method(payment: Payment, fact: PaymentFact) -> None:
    """By what it is paid; the caller saves it."""
    if fact.method in Method.values:
        payment.method = fact.method
    if fact.paid_with:
        payment.paid_with, payment.fingerprint = fact.paid_with, fact.fingerprint


def _write_failure(payment: Payment, fact: PaymentFact, at: datetime) -> None:
    """On Stripe's page a reader may try again, so that only a renewal has failed, a
    cancelled payment, and one that a bank has worked on."""
    renewal = _locked_renewal(payment)
    waited = payment.needs_confirmation
    canceled = fact.status == "canceled"
    confirm = not canceled and (
        fact.status == "requires_action" or fact.failure == declines.CONFIRM
    )
    declined = fact.status == "requires_payment_method" and not confirm
    payment.failure = fact.status if canceled else fact.failure
    returned = fact.is_returned or bool(payment.processing_at and fact.failure)
    if canceled or (declined and (renewal or returned)):
        payment.failed_at = at
    payment.needs_confirmation = bool(renewal and confirm)
    _set_method(payment, fact)
    payment.save(update_fields=["failed_at", "needs_confirmation", "failure", *PAID_BY])
    if renewal and renewal.done_at is None:
        if (confirm or declined) and not waited:
            tries.failed(renewal, at, payment.failure or declines.CONFIRM, payment)
    elif payment.failed_at and returned:
        _notify_not_paid(payment)


def _notify_not_paid(payment: Payment) -> None:
    """Of a debit after which nothing else is tried."""
    outbox.write(
        f"debit_not_paid:{payment.pk}",
        "debit_not_paid",
        payment.reader,
        amount=payment.amount,
        account=payment.paid_with,
        why=declines.of_debit(payment.failure),
        payment=payment.pk,
    )


@transaction.atomic
def refused(payment: Payment, failure: str) -> None:
    """A payment that never got as far as a payment intent at Stripe, and why."""
    _period, at = clock.moment()
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if locked.paid_at or locked.failed_at:
        return
    renewal = _locked_renewal(locked)
    locked.failed_at, locked.failure = at, failure
    locked.save(update_fields=["failed_at", "failure"])
    if renewal:
        tries.failed(renewal, at, failure, locked)


def _locked_renewal(payment: Payment) -> Renewal | None:
    if payment.renewal_id is None:
        return None
    return (
        Renewal.objects.select_for_update(of=["self"])
        .select_related("reader")
        .get(pk=payment.renewal_id)
    )
