"""What many tests ask of Stripe."""

from __future__ import annotations

import stripe as sdk
from stripe import StripeClient

from tests.local.stripe.schema import fits
from tests.world.stripes import Simulator


def customer_with(api: StripeClient, card: str = "pm_card_visa") -> tuple[str, str]:
    """A customer and their saved card."""
    customer = fits(api.v1.customers.create({"email": "alice@example.org"}))
    method = fits(api.v1.payment_methods.attach(card, {"customer": customer.id}))
    return customer.id, method.id


def charge(
    api: StripeClient, customer: str, method: str, amount: int = 2_400
) -> sdk.PaymentIntent:
    return fits(
        api.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": "eur",
                "customer": customer,
                "payment_method": method,
                "allowed_payment_method_types": ["card"],
                "off_session": True,
                "confirm": True,
                "metadata": {"key": "payment:1"},
            }
        )
    )


def facts(answer: sdk.Customer | sdk.Account) -> object:
    """The metadata, which is no dict."""
    return (answer.metadata or sdk.StripeObject()).to_dict()


def onboarded(simulated: Simulator, api: sdk.StripeClient) -> str:
    account = api.v1.accounts.create(
        {"country": "DE", "capabilities": {"transfers": {"requested": True}}}
    )
    simulated.onboard(account.id)
    return account.id


def kinds(simulated: Simulator, since: int) -> list[str]:
    """The types of the events from there on; negative counts from the end."""
    return [event["type"] for event in simulated.events()[since:]]
