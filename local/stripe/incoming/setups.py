"""Setup intents: saving a card or an account without taking money."""

from __future__ import annotations

from local.stripe.incoming import charge_details
from local.stripe.instruments import kinds, sepa_mandates
from local.stripe.instruments.cards import NOT_AUTHENTICATED, Decline
from local.stripe.objects import customers, methods
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, merged, new_id

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}
CARD_OPTIONS: Resource = {
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}


def create(world: World, given: Resource) -> Resource:
    if given.get("customer"):
        customers.living(world, given["customer"])
    if given.get("confirm") and not given.get("payment_method"):
        raise invalid(
            "A SetupIntent needs a payment method to be confirmed.",
            param="payment_method",
            code="parameter_missing",
        )
    named = given.get("allowed_payment_method_types") or []
    kinds.check(named, "", "allowed_payment_method_types")
    setup = blank(world, given)
    if given.get("payment_method"):
        method = methods.use(world, given["payment_method"], setup["customer"])
        setup |= {"payment_method": method["id"], "status": "requires_confirmation"}
    world.add(setup)
    world.emit("setup_intent.created", setup)
    return proceed(world, setup, given) if given.get("confirm") else setup


def blank(world: World, given: Resource) -> Resource:
    setup_id = new_id("seti_1")
    named = given.get("allowed_payment_method_types") or ["card"]
    return {
        "id": setup_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{setup_id}_secret_{new_id('')}",
        "created": world.now(),
        "customer": given.get("customer") or None,
        "description": given.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged({}, given.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            name: CARD_OPTIONS if name == "card" else {} for name in sorted(named)
        },
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "payment_method_types": named,
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": given.get("usage") or "off_session",
    }


def confirm(world: World, given: Resource, intent: str) -> Resource:
    known = world.get("setup_intent", intent, "intent")
    if known["status"] not in OPEN:
        raise unexpected(known, "confirm")
    if given.get("payment_method"):
        method = methods.use(world, given["payment_method"], known["customer"])
        world.change(known, payment_method=method["id"])
    if not known["payment_method"]:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            param="payment_method",
        )
    return proceed(world, known, given)


def proceed(world: World, setup: Resource, given: Resource) -> Resource:
    method = methods.use(world, setup["payment_method"], setup["customer"])
    kinds.expect(setup, method)
    if method["type"] == "sepa_debit":
        mandate = sepa_mandates.allowing(world, method, given)
        return succeed(world, setup, method, mandate["id"])
    card = methods.card_of(world, method)
    if card.decline and not card.attaches:
        raise decline(world, setup, method, card.decline)
    if card.authentication == "never" and not kinds.of(method).asks:
        return succeed(world, setup, method)
    return_url = given.get("return_url")
    action: Resource = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    if return_url:
        page = {
            "return_url": return_url,
            "url": f"{world.home}/authenticate/{setup['id']}",
        }
        action = {"type": "redirect_to_url", "redirect_to_url": page}
    world.change(setup, status="requires_action", next_action=action)
    world.emit("setup_intent.requires_action", setup)
    return setup


def authenticate(world: World, intent: str, *, ok: bool = True) -> Resource:
    """The person confirms at their bank that the card may be saved, or refuses."""
    known = world.get("setup_intent", intent, "intent")
    if known["status"] != "requires_action":
        raise unexpected(known, "authenticate")
    method = world.get("payment_method", known["payment_method"])
    if ok:
        return succeed(world, known, method)
    why = Decline(
        "setup_intent_authentication_failure", None, NOT_AUTHENTICATED.message
    )
    decline(world, known, method, why)
    return known


def succeed(
    world: World, setup: Resource, method: Resource, mandate: str | None = None
) -> Resource:
    """What may be charged later is saved: the method, or a debit that it generates."""
    attempt = blank_attempt(world, setup, method)
    if kinds.of(method).later == "debit":
        debit = charge_details.generate(
            world, method, setup["customer"], setup_attempt=attempt["id"]
        )
        attempt["payment_method_details"] = {
            method["type"]: charge_details.of_bank(world, method, debit),
            "type": method["type"],
        }
        mandate = sepa_mandates.of_method(world, debit["id"])[0]["id"]
        world.store.hide(method["id"], spent=True)
    else:
        if setup["customer"]:
            methods.save_for(world, method, setup["customer"])
        world.store.hide(method["id"], set_up=True)
    world.add(attempt)
    world.change(
        setup,
        last_setup_error=None,
        latest_attempt=attempt["id"],
        mandate=mandate,
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    world.emit("setup_intent.succeeded", setup)
    return setup


def blank_attempt(world: World, setup: Resource, method: Resource) -> Resource:
    return {
        "id": new_id("setatt_1"),
        "object": "setup_attempt",
        "application": None,
        "created": world.now(),
        "customer": setup["customer"],
        "flow_directions": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_details": {method["type"]: {}, "type": method["type"]},
        "setup_error": None,
        "setup_intent": setup["id"],
        "status": "succeeded",
        "usage": setup["usage"],
    }


def decline(world: World, setup: Resource, method: Resource, why: Decline) -> Refused:
    """Record the failure; the answer that tells of it, with the intent in it."""
    error: Resource = {
        "code": why.code,
        "message": why.message,
        "payment_method": method,
        "type": "card_error" if kinds.of(method).by_card else "invalid_request_error",
    }
    if why.decline_code:
        error["decline_code"] = why.decline_code
    world.change(
        setup,
        last_setup_error=error,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    world.emit("setup_intent.setup_failed", setup)
    return methods.card_error(why, payment_method=method, setup_intent=dict(setup))


def unexpected(setup: Resource, verb: str) -> Refused:
    return Refused(
        f"You cannot {verb} this SetupIntent because it has a status of "
        f"{setup['status']}.",
        code="setup_intent_unexpected_state",
        setup_intent=setup,
    )


def retrieve(world: World, _given: Resource, intent: str) -> Resource:
    return world.get("setup_intent", intent, "id")
