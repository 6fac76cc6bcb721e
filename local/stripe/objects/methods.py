"""Payment methods: cards, bank accounts and others, and whom they are saved for."""

from __future__ import annotations

from typing import Any

from local.stripe.instruments import cards, ibans
from local.stripe.instruments.cards import Card
from local.stripe.objects import customers
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, new_id


def named(words: str) -> Card:
    """The card of a number."""
    card = cards.find(words)
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
    """A card."""
    return _make(world, "card", details_of(card), billing, number=card.number)


def make_debit(
    world: World, iban: str, billing: Resource, **generated_from: str
) -> Resource:
    """A bank account, from `charge` or from `setup_attempt` where its holder paid from
    it, or confirmed it, at their bank."""
    source: Resource | None = None
    if generated_from:
        source = {"charge": None, "setup_attempt": None} | generated_from
    shown = ibans.details(iban) | {"generated_from": source}
    return _make(world, "sepa_debit", shown, billing, iban=iban)


def make_other(world: World, kind: str, billing: Resource) -> Resource:
    """Of the kinds about which Stripe says little or nothing."""
    shown: Resource = {}
    if kind == "ideal":
        shown = {"bank": "rabobank", "bic": "RABONL2U"}
    elif kind == "link":
        shown = {"email": billing.get("email")}
    return _make(world, kind, shown, billing)


def _make(
    world: World, kind: str, shown: Resource, billing: Resource, **hidden: object
) -> Resource:
    method: Resource = {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(billing),
        kind: shown,
        "created": world.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }
    return world.add(method, **hidden)


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
    """The method that a payment names: a saved one, or a test card's or account's."""
    if stripe_id in cards.BY_TOKEN:
        return make(world, cards.BY_TOKEN[stripe_id], {})
    if stripe_id in ibans.BY_TOKEN:
        return make_debit(world, ibans.BY_TOKEN[stripe_id], {"name": "Jenny Rosen"})
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
    """Its card; whatever is none behaves as one that just pays."""
    number = world.store.hidden(method["id"]).get("number")
    return cards.BY_NUMBER[number] if number else cards.CARDS[0]


def iban_of(world: World, method: Resource) -> str:
    return str(world.store.hidden(method["id"])["iban"])


def attach(world: World, given: Resource, payment_method: str) -> Resource:
    """Save it; a card that its bank declines at once cannot be saved."""
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
    world.store.hide(payment_method, spent=True)
    return world.change(method, "payment_method.detached", customer=None)


def retrieve(world: World, _given: Resource, payment_method: str) -> Resource:
    return world.get("payment_method", payment_method)


def index(world: World, given: Resource) -> Resource:
    if "customer" in given:
        customers.living(world, given["customer"])
    return lists.page(
        world,
        "payment_method",
        given,
        "/v1/payment_methods",
        *lists.equal(given, "customer", "type"),
        ("$.customer", "IS NOT", None),
    )


def of_customer(world: World, given: Resource, customer: str) -> Resource:
    """A customer's own list."""
    listed = index(world, given | {"customer": customer})
    return listed | {"url": f"/v1/customers/{customer}/payment_methods"}
