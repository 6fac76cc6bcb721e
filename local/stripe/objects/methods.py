"""Payment methods: cards, and whom they are saved for."""

from __future__ import annotations

from typing import Any

from local.stripe.objects import cards, customers
from local.stripe.objects.cards import Card
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid, missing
from local.stripe.wire.world import World, fields_of, merged, new_id


def create(world: World, given: Resource) -> Resource:
    """From a test card's number, or `card[token]`: `tok_visa` and the like."""
    if given.get("type", "card") != "card":
        raise invalid("The simulator knows cards alone.", param="type")
    details = given.get("card") or {}
    card = named(details.get("token") or details.get("number") or "")
    method = make(world, card, given.get("billing_details") or {})
    method["metadata"] = merged({}, given.get("metadata"))
    world.store.update(method)
    return method


def named(words: str) -> Card:
    """The card of a number or a token."""
    card = cards.BY_TOKEN.get(words) or cards.find(words)
    if card:
        return card
    if cards.is_plausible(words):
        raise invalid(
            "The simulator knows the test cards alone, by their numbers.",
            param="card[number]",
        )
    raise Refused(
        "Your card number is incorrect.",
        status=402,
        kind="card_error",
        code="incorrect_number",
        param="number",
    )


def details_of(card: Card) -> Resource:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": card.fingerprint,
        "funding": "credit",
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def make(world: World, card: Card, billing: Resource) -> Resource:
    method: Resource = {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(billing),
        "card": details_of(card),
        "created": world.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return world.add(method, number=card.number)


def billing_details(given: Resource) -> Resource:
    address: dict[str, Any] = dict.fromkeys(
        ("city", "country", "line1", "line2", "postal_code", "state")
    )
    return {
        "address": address | (given.get("address") or {}),
        "email": given.get("email"),
        "name": given.get("name"),
        "phone": given.get("phone"),
        "tax_id": None,
    }


def use(world: World, stripe_id: str, customer: str | None) -> Resource:
    """The method that a payment names: a saved one, or a token of a test card."""
    if stripe_id in cards.BY_TOKEN:
        return make(world, cards.BY_TOKEN[stripe_id], {})
    method = world.get("payment_method", stripe_id, "payment_method")
    if method["customer"] and method["customer"] != customer:
        raise invalid(
            f"The payment method {stripe_id} belongs to another customer. Give that "
            "customer too.",
            param="payment_method",
        )
    if method["customer"] is None and world.store.hidden(stripe_id).get("spent"):
        raise invalid(
            "The provided PaymentMethod was previously used without a customer, or "
            "was detached from one, and may not be used again. To use a PaymentMethod "
            "multiple times, you must attach it to a customer first.",
            param="payment_method",
        )
    return method


def replace(world: World, method: Resource, card: Card) -> Resource:
    """The bank replaces a saved card, which keeps its id here."""
    world.store.hide(method["id"], number=card.number)
    details = details_of(card) | {"exp_year": method["card"]["exp_year"] + 3}
    return world.change(method, "payment_method.automatically_updated", card=details)


def card_of(world: World, method: Resource) -> Card:
    return cards.BY_NUMBER[world.store.hidden(method["id"])["number"]]


def attach(world: World, given: Resource, payment_method: str) -> Resource:
    """Save a card; one that its bank declines at once cannot be saved."""
    customer = customers.living(world, given["customer"])
    method = use(world, payment_method, None)
    card = card_of(world, method)
    if card.decline and not card.attaches:
        raise card_error(card.decline, param="")
    return save_for(world, method, customer["id"])


def save_for(world: World, method: Resource, customer: str) -> Resource:
    if method["customer"] == customer:
        return method
    return world.change(method, "payment_method.attached", customer=customer)


def card_error(decline: cards.Decline, **more: Any) -> Refused:
    return Refused(
        decline.message,
        status=402,
        kind="card_error",
        code=decline.code,
        decline_code=decline.decline_code,
        **more,
    )


def detach(world: World, _given: Resource, payment_method: str) -> Resource:
    method = world.get("payment_method", payment_method)
    if method["customer"] is None:
        raise Refused(
            "The payment method you provided is not attached to a customer so "
            "detachment is impossible.",
            param="payment_method",
        )
    customer = customers.living(world, method["customer"])
    settings = customer["invoice_settings"]
    if settings["default_payment_method"] == payment_method:
        world.change(
            customer,
            "customer.updated",
            invoice_settings=settings | {"default_payment_method": None},
        )
    world.store.hide(payment_method, spent=True)
    return world.change(method, "payment_method.detached", customer=None)


def retrieve(world: World, _given: Resource, payment_method: str) -> Resource:
    return world.get("payment_method", payment_method)


def update(world: World, given: Resource, payment_method: str) -> Resource:
    method = world.get("payment_method", payment_method)
    if method["customer"] is None:
        raise invalid("Only a saved payment method can be updated.", param="id")
    fields = fields_of(method, given, ("allow_redisplay",))
    if isinstance(given.get("billing_details"), dict):
        fields["billing_details"] = method["billing_details"] | given["billing_details"]
    return world.change(method, "payment_method.updated", **fields)


def index(world: World, given: Resource) -> Resource:
    if "customer" in given:
        customers.living(world, given["customer"])
    return lists.page(
        world,
        "payment_method",
        given,
        "/v1/payment_methods",
        *lists.equal(given, "customer", "type", "allow_redisplay"),
        ("$.customer", "IS NOT", None),
    )


def of_customer(world: World, given: Resource, customer: str) -> Resource:
    customers.living(world, customer, "id")
    return lists.page(
        world,
        "payment_method",
        given,
        f"/v1/customers/{customer}/payment_methods",
        ("$.customer", "=", customer),
        *lists.equal(given, "type", "allow_redisplay"),
    )


def of_customer_one(
    world: World, _given: Resource, customer: str, payment_method: str
) -> Resource:
    method = world.get("payment_method", payment_method, "payment_method")
    if method["customer"] != customer:
        raise missing("payment_method", payment_method)
    return method
