"""Asking Stripe, and its refusals. No other module imports Stripe's library.

Nothing here is called inside a database transaction. `NoAnswer` means that Stripe's
answer did not come: the request may have been carried out, and is looked up before it is
sent again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import stripe
from django.conf import settings
from django.db import connection
from django.utils import timezone

from payouts.gateway import answers

VERSION = "2026-08-26.dahlia"
TIMEOUT_SECONDS = 20
TRIES_MORE = 2
# How far a signature's time may differ from ours (H1).
TOLERANCE_SECONDS = 300
# Stripe forgets idempotency keys after a day; after that only a look-up can say (W2).
KEYS_LIVE = timedelta(hours=23)
PAGE = 100


class NoAnswer(Exception):
    """Stripe's answer did not come, or Stripe was too busy. It may have happened."""


class StripeRefused(Exception):
    """Stripe will not do this; asking again changes nothing. `code` is Stripe's."""

    def __init__(self, told: str, code: str) -> None:
        super().__init__(told)
        self.code = code


class Declined(Exception):
    """The card was not charged. `code` is the bank's reason, `payment_id` the payment
    intent of the try."""

    def __init__(self, code: str, payment_id: str) -> None:
        super().__init__(code)
        self.code = code
        self.payment_id = payment_id

    @property
    def needs_confirmation(self) -> bool:
        """The bank wants the reader to confirm."""
        return self.code == "authentication_required"


# Stripe's codes for what does not exist, or is not ours.
UNKNOWN_TO_STRIPE = {"resource_missing", "account_invalid"}


@functools.cache
def client() -> stripe.StripeClient:
    """One for the process, so that connections stay open."""
    return stripe.StripeClient(
        settings.STRIPE_API_KEY,
        stripe_version=VERSION,
        max_network_retries=TRIES_MORE,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        base_addresses={"api": settings.STRIPE_API_BASE}
        if settings.STRIPE_API_BASE
        else None,
    )


def ask(call: Callable[..., Any], *arguments: Any, key: str = "") -> dict[str, Any]:
    """Stripe's answer as a dictionary; raises the exceptions above."""
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


def ask_all(
    call: Callable[..., Any], wanted: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    asked = {"limit": PAGE, **wanted}
    while True:
        page = ask(call, asked)
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        asked["starting_after"] = page["data"][-1]["id"]


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """The library refuses old signatures; those from the future are refused here."""
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
