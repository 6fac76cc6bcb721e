"""Calls to Stripe when readers pay: customers, checkouts, payments, what is kept, refunds.

Every call that moves money carries an idempotency key of ours (`payouts.gateway.asking`
says what is raised).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from payouts.gateway import answers, asking, instruments
from payouts.gateway.facts import (
    Kept,
    MandateFact,
    PaymentFact,
    RefundFact,
    SessionFact,
)


def make_customer(reader_id: int, email: str) -> str:
    """The id of a new customer; asked again within a day, the same."""
    wanted = {"email": email, "metadata": {"reader": str(reader_id)}}
    answer = asking.ask(
        asking.client().v1.customers.create, wanted, key=f"customer:{reader_id}:{email}"
    )
    return str(answer["id"])


def forget_customer(customer: str) -> None:
    """Delete a customer and all that Stripe stores about them for us. Does nothing if
    they are gone."""
    try:
        asking.ask(asking.client().v1.customers.delete, customer)
    except asking.StripeRefused as refusal:
        if refusal.code != "resource_missing":
            raise


def open_checkout(  # noqa: PLR0913 (who, what, how much, and the ways back)
    customer: str,
    *,
    key: str,
    amount: int,
    title: str,
    method: str,
    is_kept: bool,
    success_url: str,
    cancel_url: str,
) -> SessionFact:
    """Open a page where a reader pays `amount` by that method, which is kept for renewals
    or not. `key` identifies the payment: it is on the session and on the payment intent.

    What is kept is said for the method alone: said for the whole payment, Stripe refuses
    it where the method cannot be kept.
    """
    wanted = {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": key,
        "payment_method_types": [method],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": settings.CURRENCY.lower(),
                    "unit_amount": amount,
                    "product_data": {"name": title},
                },
            }
        ],
        "payment_intent_data": {"description": title, "metadata": {"key": key}},
        "metadata": {"key": key},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    if is_kept:
        options = {method: {"setup_future_usage": "off_session"}}
        wanted["payment_method_options"] = options
    return answers.session(
        asking.ask(asking.client().v1.checkout.sessions.create, wanted, key=key)
    )


def open_setup(
    customer: str,
    *,
    key: str,
    methods: Sequence[str],
    success_url: str,
    cancel_url: str,
) -> SessionFact:
    """Open a page where a reader saves another card, or an account, without paying."""
    wanted = {
        "mode": "setup",
        "customer": customer,
        "client_reference_id": key,
        "payment_method_types": list(methods),
        "metadata": {"key": key},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    return answers.session(
        asking.ask(asking.client().v1.checkout.sessions.create, wanted, key=key)
    )


def session(session_id: str) -> SessionFact:
    wanted = {"expand": ["setup_intent.payment_method", "setup_intent.latest_attempt"]}
    found = asking.ask(
        asking.client().v1.checkout.sessions.retrieve, session_id, wanted
    )
    setup = found.get("setup_intent") or {}
    done = setup.get("status") == "succeeded"
    return answers.session(
        found, _generated_by(setup.get("latest_attempt")) if done else None
    )


def _generated_by(charge_or_attempt: object) -> dict[str, Any] | None:
    """The debit that paying, or confirming, at a bank has left behind."""
    made = instruments.generated_by(charge_or_attempt)
    if not made:
        return None
    return asking.ask(asking.client().v1.payment_methods.retrieve, made)


def expire_checkout(session_id: str) -> None:
    """Close the page, so that nobody can pay there. Does nothing if it is done or
    expired."""
    try:
        asking.ask(asking.client().v1.checkout.sessions.expire, session_id)
    except asking.StripeRefused:
        return


def charge(  # noqa: PLR0913 (who, by what, how much, and what it is called)
    customer: str, method: str, kept_id: str, amount: int, *, key: str, title: str
) -> PaymentFact:
    """Charge what is kept, a method of that kind, while its reader is away; refused with
    `Declined`, or a debit with `StripeRefused`."""
    wanted = {
        "amount": amount,
        "currency": settings.CURRENCY.lower(),
        "customer": customer,
        "payment_method": kept_id,
        "allowed_payment_method_types": [method],
        "off_session": True,
        "confirm": True,
        "description": title,
        "metadata": {"key": key},
        "expand": ["latest_charge.balance_transaction"],
    }
    return answers.payment(
        asking.ask(asking.client().v1.payment_intents.create, wanted, key=key)
    )


def confirm(stripe_id: str, kept_id: str, return_url: str) -> PaymentFact:
    """Let the reader confirm a payment; `confirm_url` is where their bank asks."""
    wanted = {
        "payment_method": kept_id,
        "return_url": return_url,
        "expand": ["latest_charge.balance_transaction"],
    }
    return answers.payment(
        asking.ask(asking.client().v1.payment_intents.confirm, stripe_id, wanted)
    )


def cancel(stripe_id: str) -> None:
    """Cancel a payment, so that nobody can pay it. Refused with `StripeRefused` once it
    is paid, or while a bank works on it."""
    asking.ask(asking.client().v1.payment_intents.cancel, stripe_id)


def payment(stripe_id: str) -> PaymentFact:
    """A payment intent as it is now, with its refunds and disputes: what the ledger
    converges to. Three calls if it was paid (four if it left a debit behind), one before."""
    v1 = asking.client().v1
    expand = {"expand": ["latest_charge.balance_transaction"]}
    found = asking.ask(v1.payment_intents.retrieve, stripe_id, expand)
    if found["status"] != "succeeded":
        return answers.payment(found)
    refunds = asking.ask_all(
        v1.refunds.list,
        {
            "payment_intent": stripe_id,
            "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
        },
    )
    disputes = asking.ask_all(v1.disputes.list, {"payment_intent": stripe_id})
    return answers.payment(
        found,
        [*map(answers.refund, refunds)],
        [*map(answers.dispute, disputes)],
        _generated_by(found["latest_charge"]),
    )


def payments_of(customer: str, since: datetime) -> Iterator[PaymentFact]:
    """A customer's payments since then, without refunds and disputes: to find, by its
    key, a payment whose answer was lost."""
    wanted = {
        "customer": customer,
        "created": {"gte": int(since.timestamp())},
        "expand": ["data.latest_charge.balance_transaction"],
    }
    yield from map(
        answers.payment, asking.ask_all(asking.client().v1.payment_intents.list, wanted)
    )


def kept(kept_id: str) -> Kept | None:
    """A kept method as it is now; none if it was removed from its customer."""
    found = asking.ask(asking.client().v1.payment_methods.retrieve, kept_id)
    return instruments.of_method(found) if found.get("customer") else None


def mandate(mandate_id: str) -> MandateFact:
    return answers.mandate(asking.ask(asking.client().v1.mandates.retrieve, mandate_id))


def forget_kept(kept_id: str) -> None:
    """Remove a method from its customer. Does nothing if it is gone."""
    try:
        asking.ask(asking.client().v1.payment_methods.detach, kept_id)
    except asking.StripeRefused:
        return


def forget_all_kept(customer: str, but: str = "") -> None:
    """Remove a customer's methods, all `but` one. Does nothing if they are gone."""
    v1 = asking.client().v1
    kept_ids = [
        one["id"]
        for one in asking.ask_all(v1.payment_methods.list, {"customer": customer})
    ]
    for kept_id in kept_ids:
        if kept_id != but:
            forget_kept(kept_id)


def refund(payment_id: str, amount: int, *, key: str) -> RefundFact:
    """Give part of a payment back to where it came from."""
    wanted = {
        "payment_intent": payment_id,
        "amount": amount,
        "metadata": {"key": key},
        "expand": ["balance_transaction", "failure_balance_transaction"],
    }
    return answers.refund(
        asking.ask(asking.client().v1.refunds.create, wanted, key=key)
    )
