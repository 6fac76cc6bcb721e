"""Calls to Stripe when readers pay: customers, checkouts, payments, cards, refunds.

Every call that moves money carries an idempotency key of ours (`payouts.gateway.asking`
says what is raised).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from payouts.gateway import answers, asking
from payouts.gateway.facts import (
    Card,
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
    success_url: str,
    cancel_url: str,
) -> SessionFact:
    """Open a page where a reader pays `amount` by card; the card is saved for renewals.
    `key` identifies the payment: it is on the session and on the payment intent."""
    wanted = {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": key,
        "payment_method_types": ["card"],
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
        "payment_intent_data": {
            "setup_future_usage": "off_session",
            "description": title,
            "metadata": {"key": key},
        },
        "metadata": {"key": key},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    return answers.session(
        asking.ask(asking.client().v1.checkout.sessions.create, wanted, key=key)
    )


def open_card_change(
    customer: str, *, key: str, success_url: str, cancel_url: str
) -> SessionFact:
    """Open a page where a reader saves another card, without paying."""
    wanted = {
        "mode": "setup",
        "customer": customer,
        "client_reference_id": key,
        "payment_method_types": ["card"],
        "metadata": {"key": key},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    return answers.session(
        asking.ask(asking.client().v1.checkout.sessions.create, wanted, key=key)
    )


def session(session_id: str) -> SessionFact:
    wanted = {"expand": ["setup_intent.payment_method"]}
    return answers.session(
        asking.ask(asking.client().v1.checkout.sessions.retrieve, session_id, wanted)
    )


def expire_checkout(session_id: str) -> None:
    """Close the page, so that nobody can pay there. Does nothing if it is done or
    expired."""
    try:
        asking.ask(asking.client().v1.checkout.sessions.expire, session_id)
    except asking.StripeRefused:
        return


def charge(
    customer: str, card_id: str, amount: int, *, key: str, title: str
) -> PaymentFact:
    """Charge a saved card while its reader is away; refused with `Declined`."""
    wanted = {
        "amount": amount,
        "currency": settings.CURRENCY.lower(),
        "customer": customer,
        "payment_method": card_id,
        "allowed_payment_method_types": ["card"],
        "off_session": True,
        "confirm": True,
        "description": title,
        "metadata": {"key": key},
        "expand": ["latest_charge.balance_transaction"],
    }
    return answers.payment(
        asking.ask(asking.client().v1.payment_intents.create, wanted, key=key)
    )


def confirm(stripe_id: str, card_id: str, return_url: str) -> PaymentFact:
    """Let the reader confirm a payment; `confirm_url` is where their bank asks."""
    wanted = {
        "payment_method": card_id,
        "return_url": return_url,
        "expand": ["latest_charge.balance_transaction"],
    }
    return answers.payment(
        asking.ask(asking.client().v1.payment_intents.confirm, stripe_id, wanted)
    )


def cancel(stripe_id: str) -> None:
    """Cancel a payment, so that nobody can pay it. Refused with `StripeRefused` once it
    is paid."""
    asking.ask(asking.client().v1.payment_intents.cancel, stripe_id)


def payment(stripe_id: str) -> PaymentFact:
    """A payment intent as it is now, with its refunds and disputes: what the ledger
    converges to. Three calls if it was paid, one before."""
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
        found, [*map(answers.refund, refunds)], [*map(answers.dispute, disputes)]
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


def card(card_id: str) -> Card | None:
    return answers.saved_card(
        asking.ask(asking.client().v1.payment_methods.retrieve, card_id)
    )


def forget_card(card_id: str) -> None:
    """Remove a card from its customer. Does nothing if it is gone."""
    try:
        asking.ask(asking.client().v1.payment_methods.detach, card_id)
    except asking.StripeRefused:
        return


def forget_cards(customer: str, but: str = "") -> None:
    """Remove a customer's cards, all `but` one. Does nothing if they are gone."""
    wanted = {"customer": customer, "type": "card"}
    kept = [
        one["id"]
        for one in asking.ask_all(asking.client().v1.payment_methods.list, wanted)
    ]
    for card_id in kept:
        if card_id != but:
            forget_card(card_id)


def refund(payment_id: str, amount: int, *, key: str) -> RefundFact:
    """Give part of a payment back to its card."""
    wanted = {
        "payment_intent": payment_id,
        "amount": amount,
        "metadata": {"key": key},
        "expand": ["balance_transaction", "failure_balance_transaction"],
    }
    return answers.refund(
        asking.ask(asking.client().v1.refunds.create, wanted, key=key)
    )
