"""The one door to Stripe: what is asked of it, and its answers as facts.

Nothing here is called inside a database transaction. Whatever moves money carries an
idempotency key of ours; an answer that did not come is `NoAnswer`: what was asked may
have happened, and is looked up before it is asked again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.db import connection
from django.utils import timezone

from payouts.gateway import answers
from payouts.gateway.facts import (
    AccountFact,
    BalanceFact,
    Card,
    EventFact,
    Movement,
    PaymentFact,
    RefundFact,
    SessionFact,
    TransferFact,
)

VERSION = "2026-08-26.dahlia"
TIMEOUT_SECONDS = 20
TRIES_MORE = 2
# How far a signature's time may be from ours (H1).
TOLERANCE_SECONDS = 300
# Stripe forgets idempotency keys after a day; from then on only a look-up tells (W2).
KEYS_LIVE = timedelta(hours=23)
PAGE = 100


class NoAnswer(Exception):
    """Stripe's answer did not come, or Stripe was too busy. It may have happened."""


class StripeRefused(Exception):
    """Stripe will not do this; asking again changes nothing. `code` is its word."""

    def __init__(self, told: str, code: str) -> None:
        super().__init__(told)
        self.code = code


class Declined(Exception):
    """The card was not charged. `code` is the bank's reason, `payment_id` the payment
    intent that stands for the try."""

    def __init__(self, code: str, payment_id: str) -> None:
        super().__init__(code)
        self.code = code
        self.payment_id = payment_id

    @property
    def needs_confirmation(self) -> bool:
        """The bank wants the reader to confirm."""
        return self.code == "authentication_required"


# What a body that is no event of Stripe's fails with: cut short, another shape, a moment
# after the year 9999, nested deeper than anything that Stripe says.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(OverflowError, OSError, RecursionError),
)
# Stripe's words for what is not there, or not ours.
UNKNOWN_TO_STRIPE = {"resource_missing", "account_invalid"}


class ForgedEvent(Exception):
    """Not signed by Stripe with one of our secrets, too old, or of the wrong mode."""


@functools.cache
def client() -> stripe.StripeClient:
    """Kept for the process, for its open connections."""
    return stripe.StripeClient(
        settings.STRIPE_API_KEY,
        stripe_version=VERSION,
        max_network_retries=TRIES_MORE,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        base_addresses={"api": settings.STRIPE_API_BASE}
        if settings.STRIPE_API_BASE
        else None,
    )


def _ask(call: Callable[..., Any], *arguments: Any, key: str = "") -> dict[str, Any]:
    """Stripe's answer as a dictionary; refused as the classes above say."""
    assert not connection.in_atomic_block, "Stripe is never asked in a transaction."
    options = {"options": {"idempotency_key": key}} if key else {}
    try:
        answer: dict[str, Any] = call(*arguments, **options).to_dict()
    except stripe.CardError as refusal:
        raise _declined(refusal) from refusal
    except (stripe.InvalidRequestError, stripe.PermissionError) as refusal:
        raise _refused(refusal) from refusal
    except stripe.IdempotencyError as refusal:
        if refusal.http_status == 409:
            raise NoAnswer(str(refusal)) from refusal
        raise StripeRefused(str(refusal), "idempotency") from refusal
    except stripe.StripeError as failure:
        raise NoAnswer(str(failure)) from failure
    return answer


def _refused(refusal: stripe.StripeError) -> StripeRefused:
    body: Any = refusal.json_body or {}
    code = refusal.code or body.get("error", {}).get("code") or ""
    return StripeRefused(refusal.user_message or str(refusal), code)


def _declined(refusal: stripe.CardError) -> Declined:
    body: Any = refusal.json_body or {}
    said = body.get("error", {})
    code = said.get("decline_code") or refusal.code or "card_declined"
    if refusal.code == "authentication_required":
        code = refusal.code
    return Declined(code, answers.id_of(said.get("payment_intent")))


def _all(call: Callable[..., Any], wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    asked = {"limit": PAGE, **wanted}
    while True:
        page = _ask(call, asked)
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        asked["starting_after"] = page["data"][-1]["id"]


# --- Paying in ----------------------------------------------------------------------


def make_customer(reader_id: int, email: str) -> str:
    """The id of a new customer; asked again within a day, the same."""
    wanted = {"email": email, "metadata": {"reader": str(reader_id)}}
    answer = _ask(
        client().v1.customers.create, wanted, key=f"customer:{reader_id}:{email}"
    )
    return str(answer["id"])


def forget_customer(customer: str) -> None:
    """Delete a customer and all that Stripe keeps of them for us; gone is fine."""
    try:
        _ask(client().v1.customers.delete, customer)
    except StripeRefused as refusal:
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
    """Where a reader pays `amount` by card, which is kept for renewals. `key` finds
    the payment again: it is on the session and on the payment intent."""
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
    return answers.session(_ask(client().v1.checkout.sessions.create, wanted, key=key))


def open_card_change(
    customer: str, *, key: str, success_url: str, cancel_url: str
) -> SessionFact:
    """Where a reader leaves another card, without paying."""
    wanted = {
        "mode": "setup",
        "customer": customer,
        "client_reference_id": key,
        "payment_method_types": ["card"],
        "metadata": {"key": key},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    return answers.session(_ask(client().v1.checkout.sessions.create, wanted, key=key))


def session(session_id: str) -> SessionFact:
    wanted = {"expand": ["setup_intent.payment_method"]}
    return answers.session(
        _ask(client().v1.checkout.sessions.retrieve, session_id, wanted)
    )


def expire_checkout(session_id: str) -> None:
    """Nobody can pay there any more; done or expired before is fine."""
    try:
        _ask(client().v1.checkout.sessions.expire, session_id)
    except StripeRefused:
        return


def charge(
    customer: str, card_id: str, amount: int, *, key: str, title: str
) -> PaymentFact:
    """Charge a kept card while its reader is away; refused with `Declined`."""
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
    return answers.payment(_ask(client().v1.payment_intents.create, wanted, key=key))


def confirm(stripe_id: str, card_id: str, return_url: str) -> PaymentFact:
    """Let the reader confirm a payment; `confirm_url` is where their bank asks."""
    wanted = {
        "payment_method": card_id,
        "return_url": return_url,
        "expand": ["latest_charge.balance_transaction"],
    }
    return answers.payment(_ask(client().v1.payment_intents.confirm, stripe_id, wanted))


def cancel(stripe_id: str) -> None:
    """Nobody can pay this any more. Refused with `StripeRefused` once it is paid."""
    _ask(client().v1.payment_intents.cancel, stripe_id)


def payment(stripe_id: str) -> PaymentFact:
    """A payment intent as it stands now, with its refunds and disputes: what the
    ledger converges to. Three questions once it was paid, one before."""
    v1 = client().v1
    expand = {"expand": ["latest_charge.balance_transaction"]}
    found = _ask(v1.payment_intents.retrieve, stripe_id, expand)
    if found["status"] != "succeeded":
        return answers.payment(found)
    refunds = _all(
        v1.refunds.list,
        {
            "payment_intent": stripe_id,
            "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
        },
    )
    disputes = _all(v1.disputes.list, {"payment_intent": stripe_id})
    return answers.payment(
        found, [*map(answers.refund, refunds)], [*map(answers.dispute, disputes)]
    )


def payments_of(customer: str, since: datetime) -> Iterator[PaymentFact]:
    """A customer's payments made since then, without refunds and disputes: to find
    one whose answer was lost by its key."""
    wanted = {
        "customer": customer,
        "created": {"gte": int(since.timestamp())},
        "expand": ["data.latest_charge.balance_transaction"],
    }
    yield from map(answers.payment, _all(client().v1.payment_intents.list, wanted))


def card(card_id: str) -> Card | None:
    return answers.saved_card(_ask(client().v1.payment_methods.retrieve, card_id))


def forget_card(card_id: str) -> None:
    """Take a card from its customer; gone is fine."""
    try:
        _ask(client().v1.payment_methods.detach, card_id)
    except StripeRefused:
        return


def forget_cards(customer: str, but: str = "") -> None:
    """Take a customer's cards from them, all `but` one; gone is fine."""
    wanted = {"customer": customer, "type": "card"}
    kept = [one["id"] for one in _all(client().v1.payment_methods.list, wanted)]
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
    return answers.refund(_ask(client().v1.refunds.create, wanted, key=key))


# --- Paying out ---------------------------------------------------------------------


def make_account(creator_id: int, email: str, country: str, *, after: str = "") -> str:
    """The id of a new account for a creator, to be completed on Stripe's pages; asked
    again within a day, the same. `after` is the one that it takes the place of."""
    wanted = {
        "country": country,
        "email": email,
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"creator": str(creator_id)},
    }
    key = f"account:{creator_id}:{country}:{after}:{email}"[:255]
    answer = _ask(client().v1.accounts.create, wanted, key=key)
    return str(answer["id"])


def onboarding_url(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """Where a creator tells Stripe who they are. It works once, for a few minutes."""
    wanted = {
        "account": account_id,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return str(_ask(client().v1.account_links.create, wanted)["url"])


def dashboard_url(account_id: str) -> str:
    """Where a creator changes their bank account and sees bank payouts. Works once."""
    return str(_ask(client().v1.accounts.login_links.create, account_id)["url"])


def account(account_id: str) -> AccountFact:
    """A creator's account and its bank account, fetched now (W3)."""
    v1 = client().v1
    found = _ask(v1.accounts.retrieve, account_id)
    banks = _ask(
        v1.accounts.external_accounts.list,
        account_id,
        {"object": "bank_account", "limit": PAGE},
    )
    return answers.account(found, banks["data"])


def forget_account(account_id: str) -> None:
    """Delete a creator's account. Refused with `StripeRefused` while money is in it."""
    try:
        _ask(client().v1.accounts.delete, account_id)
    except StripeRefused as refusal:
        if refusal.code not in UNKNOWN_TO_STRIPE:
            raise


def transfer(
    account_id: str, amount: int, *, key: str, group: str, about: str = ""
) -> TransferFact:
    """Move money from our balance to a creator's account; `about` is what it is for,
    where `key` alone does not say it."""
    wanted = {
        "amount": amount,
        "currency": settings.CURRENCY.lower(),
        "destination": account_id,
        "transfer_group": group,
        "metadata": {"key": about or key},
        "expand": ["reversals"],
    }
    return answers.transfer(_ask(client().v1.transfers.create, wanted, key=key))


def transfers(group: str) -> list[TransferFact]:
    """All of one payout's: one, or none while it did not happen."""
    wanted = {"transfer_group": group, "expand": ["data.reversals"]}
    return [*map(answers.transfer, _all(client().v1.transfers.list, wanted))]


def transfer_now(stripe_id: str) -> TransferFact:
    wanted = {"expand": ["reversals"]}
    return answers.transfer(_ask(client().v1.transfers.retrieve, stripe_id, wanted))


# --- The balance, and what happened ---------------------------------------------------


def balance() -> BalanceFact:
    """What is ours at Stripe, in our currency."""
    found = _ask(client().v1.balance.retrieve)
    return BalanceFact(_sum(found["available"]), _sum(found["pending"]))


def _sum(parts: Sequence[dict[str, Any]]) -> int:
    ours = settings.CURRENCY.lower()
    return sum(part["amount"] for part in parts if part["currency"] == ours)


def movements(since: datetime | None = None) -> Iterator[Movement]:
    """Balance transactions, newest first, made since then or all; each says what it
    belongs to."""
    yield from _movements({"created": {"gte": int(since.timestamp())}} if since else {})


def movements_of(source: str) -> Iterator[Movement]:
    """What one top-up, bank payout or other object moved, newest first."""
    yield from _movements({"source": source})


def _movements(wanted: dict[str, Any]) -> Iterator[Movement]:
    rows = _all(
        client().v1.balance_transactions.list, {**wanted, "expand": ["data.source"]}
    )
    yield from map(answers.movement, rows)


def events(since: datetime) -> Iterator[EventFact]:
    """What happened since then, newest first; Stripe keeps thirty days (H5)."""
    wanted = {"created": {"gte": int(since.timestamp())}}
    yield from map(answers.event, _all(client().v1.events.list, wanted))


def read_event(
    body: bytes, signature: str, secrets: Sequence[str], *, connected: bool
) -> EventFact:
    """An event that Stripe signed with one of `secrets` within the last five minutes,
    of our mode, about a connected account or else our own; anything else is refused
    with `ForgedEvent` (H1)."""
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise ForgedEvent("signature")
    try:
        event = answers.event(json.loads(body, object_pairs_hook=_said_once))
    except UNREADABLE as failure:
        raise ForgedEvent("body") from failure
    if event.livemode is not settings.STRIPE_LIVEMODE:
        raise ForgedEvent("mode")
    if bool(event.account) != connected:
        raise ForgedEvent("account")
    return event


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    """The library refuses what is too old; what is of the future is refused here."""
    try:
        stripe.WebhookSignature.verify_header(
            body.decode(), signature, secret, TOLERANCE_SECONDS
        )
        (signed_at,) = (
            int(part[2:]) for part in signature.split(",") if part.startswith("t=")
        )
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
    return signed_at - timezone.now().timestamp() <= TOLERANCE_SECONDS


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says one thing twice may be read in two ways: refused."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("said twice")
    return said
