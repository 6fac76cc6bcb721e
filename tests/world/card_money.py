"""Money that came by card or debit and goes back: what Stripe would say of it, made by
hand.

A payment by card costs 1.5 % and 0.25, a dispute 20.00; a debit 0.35, and 15.00 when it
is taken back. Everything is said at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from accounts.people import budgets
from flattr.database import clock
from payouts import chart
from payouts.gateway.facts import DisputeFact, Movement, RefundFact
from payouts.gifts import offering
from payouts.models import Dispute, Method, Payment, Refund, Renewal
from payouts.payments import paying_in
from payouts.returns import returning

DISPUTE_FEE = 2_000
DEBIT_FEE = 1_500
HERE = "192.0.2.1"
numbers = count(1)


def pay_by_card(reader: User, amount: int, budget: int = 0) -> Payment:
    """`amount` arrives; with a `budget`, that is what the reader gives from now on."""
    return _pay(reader, amount, budget, amount * 15 // 1_000 + 25)


def pay_by_debit(
    reader: User, amount: int, budget: int = 0, renewal: Renewal | None = None
) -> Payment:
    """A debit that has succeeded, which the reader made, or a renewal."""
    how = {"method": Method.SEPA_DEBIT, "renewal": renewal, "paid_with": "DE …3000"}
    return _pay(reader, amount, budget, 35, **how)


def _pay(reader: User, amount: int, budget: int, cost: int, **how: object) -> Payment:
    now = clock.now()
    if budget:
        budgets.write_amount(reader, clock.period(), budget, now)
    number = next(numbers)
    payment = Payment.objects.create(
        reader=reader,
        provider="stripe",
        key=f"checkout:{number}",
        stripe_id=f"pi_{number}",
        amount=amount,
        currency="EUR",
        started_at=now,
        fingerprint=f"card of {reader}",
        **{"paid_with": "Visa …4242", **how},
    )
    arrived = paying_in.arrived(
        payment.key,
        {chart.STRIPE_CLEARING: cost - amount, chart.STRIPE_COST: -cost},
        now,
    )
    assert isinstance(arrived, Payment)
    return arrived


def begin_gift(reader: User, creator: User, amount: int) -> Payment:
    """A payment is begun for a gift of `amount`, which waits for it."""
    EmailAddress.objects.get_or_create(
        user=reader, email=reader.email, defaults={"verified": True, "primary": True}
    )
    payment = offering.begin_with_payment(reader, creator, amount, ip=HERE)
    paying_in.forgive(reader, HERE)
    Payment.objects.filter(pk=payment.pk).update(stripe_id=f"pi_{next(numbers)}")
    return payment


def arrive(payment: Payment) -> Payment:
    """All of it, and Stripe keeps nothing."""
    paid = payment.amount
    return paying_in.arrived(
        payment.key, {chart.STRIPE_CLEARING: -paid, chart.STRIPE_COST: 0}, clock.now()
    )


def pay_for_gift(reader: User, creator: User, amount: int) -> Payment:
    """A payment arrives that is begun for a gift of `amount`."""
    return arrive(begin_gift(reader, creator, amount))


def movement(kind: str, amount: int, fee: int = 0) -> Movement:
    now = clock.now()
    return Movement(
        stripe_id=f"txn_{next(numbers)}",
        kind=kind,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency="EUR",
        source="",
        happened_at=now,
        available_at=now + timedelta(days=2),
    )


# --- Disputes


def dispute_payment(payment: Payment, amount: int = 0) -> DisputeFact:
    """The bank takes the payment back, or part of it."""
    amount = amount or payment.amount
    moved = movement("adjustment", -amount, DISPUTE_FEE)
    return _is_opened(payment, "needs_response", amount, moved)


def inquire(payment: Payment) -> DisputeFact:
    """An inquiry: the bank asks, and takes nothing yet."""
    return _is_opened(payment, "warning_needs_response")


def dispute_without_money(payment: Payment) -> DisputeFact:
    """The bank takes the payment back, and Stripe has not moved the money yet."""
    return _is_opened(payment, "needs_response")


def take_back_debit(
    payment: Payment, reason: str = "insufficient_funds", *, moved: bool = True
) -> DisputeFact:
    """A debit is taken back after it had succeeded: final at once, nothing to answer."""
    amount = payment.amount
    movements = (movement("adjustment", -amount, DEBIT_FEE),) if moved else ()
    fact = DisputeFact(
        stripe_id=f"dp_{next(numbers)}",
        payment_id=payment.stripe_id or "",
        amount=amount,
        currency="EUR",
        reason=reason,
        status="lost",
        opened_at=clock.now(),
        due_at=None,
        movements=movements,
    )
    returning.disputed(payment, fact)
    return fact


def _is_opened(
    payment: Payment, status: str, amount: int = 0, *moved: Movement
) -> DisputeFact:
    fact = DisputeFact(
        stripe_id=f"dp_{next(numbers)}",
        payment_id=payment.stripe_id or "",
        amount=amount or payment.amount,
        currency="EUR",
        reason="fraudulent" if moved else "general",
        status=status,
        opened_at=clock.now(),
        due_at=timezone.now() + timedelta(days=7),
        movements=moved,
    )
    returning.disputed(payment, fact)
    return fact


def decide(fact: DisputeFact, status: str, returned: int = 0) -> DisputeFact:
    """Lost, or won with all of it (or `returned`) and Stripe's fee."""
    if status == "won":
        return moves(fact, returned or fact.amount, -DISPUTE_FEE, status)
    return moves(fact, status=status)


def moves(
    fact: DisputeFact, amount: int = 0, fee: int = 0, status: str = ""
) -> DisputeFact:
    """Whatever Stripe says next: how it stands, and what moved for it (below 0: what
    was taken)."""
    more = (movement("adjustment", amount, fee),) if amount or fee else ()
    later = replace(
        fact, status=status or fact.status, movements=(*fact.movements, *more)
    )
    returning.disputed(Dispute.objects.get(pk=fact.stripe_id).payment, later)
    return later


# --- Refunds


def make_refund(refund: Refund) -> RefundFact:
    """Stripe did what we asked for."""
    fact = refund_fact(refund.payment, refund.amount, refund.key)
    returning.refunded(refund.payment, fact)
    return fact


def refund_at_stripe(payment: Payment, amount: int) -> RefundFact:
    """Somebody refunded it in Stripe's own pages."""
    fact = refund_fact(payment, amount)
    returning.refunded(payment, fact)
    return fact


def fail_refund(payment: Payment, fact: RefundFact) -> RefundFact:
    """The card could not take the refund."""
    failed = replace(
        fact,
        status="failed",
        failure="lost_or_stolen_card",
        failure_movement=movement("refund_failure", fact.amount),
    )
    returning.refunded(payment, failed)
    return failed


def refund_fact(payment: Payment, amount: int, key: str = "") -> RefundFact:
    return RefundFact(
        stripe_id=f"re_{next(numbers)}",
        payment_id=payment.stripe_id or "",
        amount=amount,
        status="succeeded",
        key=key,
        made_at=clock.now(),
        movement=movement("refund", -amount),
        failure_movement=None,
        failure="",
    )
