"""Checkout pages that offer every way to pay, and what they leave behind."""

from __future__ import annotations

from typing import Any

import stripe as sdk
from stripe import StripeClient

from tests.local.stripe.schema import fits

EUROPE = ["card", "link", "sepa_debit", "ideal", "bancontact"]
KEPT: dict[str, Any] = {
    kind: {"setup_future_usage": "off_session"}
    for kind in ("card", "sepa_debit", "bancontact")
}


def customer(api: StripeClient) -> str:
    return api.v1.customers.create({"email": "alice@example.org"}).id


def to_pay(
    api: StripeClient,
    whose: str,
    kinds: list[str] | None = None,
    kept: dict[str, Any] | None = None,
    currency: str = "eur",
    amount: int = 2_400,
    site: str = "https://site.example",
) -> sdk.checkout.Session:
    kinds = EUROPE if kinds is None else kinds
    options = {kind: said for kind, said in (kept or {}).items() if kind in kinds}
    wanted: Any = {
        "mode": "payment",
        "customer": whose,
        "payment_method_types": kinds,
        "payment_method_options": options,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency,
                    "unit_amount": amount,
                    "product_data": {"name": "Flattr for a year"},
                },
            }
        ],
        "payment_intent_data": {"metadata": {"key": "payment:1"}},
        "success_url": f"{site}/paid?id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{site}/budget",
    }
    return fits(api.v1.checkout.sessions.create(wanted))


def to_save(
    api: StripeClient, whose: str, kinds: list[str], site: str = "https://site.example"
) -> sdk.checkout.Session:
    wanted: Any = {
        "mode": "setup",
        "customer": whose,
        "payment_method_types": kinds,
        "success_url": f"{site}/saved",
        "cancel_url": f"{site}/budget",
    }
    return fits(api.v1.checkout.sessions.create(wanted))


def debit(
    api: StripeClient, whose: str, method: str, amount: int = 1_000, **more: Any
) -> sdk.PaymentIntent:
    """While its person is away."""
    wanted: Any = {
        "amount": amount,
        "currency": "eur",
        "customer": whose,
        "payment_method": method,
        "allowed_payment_method_types": ["sepa_debit"],
        "off_session": True,
        "confirm": True,
        "metadata": {"key": "payment:2"},
    }
    return fits(api.v1.payment_intents.create(wanted | more))


def accounts_of(api: StripeClient, whose: str) -> list[sdk.PaymentMethod]:
    listed = api.v1.customers.payment_methods.list(whose, {"type": "sepa_debit"})
    return fits(listed).data
