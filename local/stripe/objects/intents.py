"""Payment intents: a sum to be paid, until it is or never will be."""

from __future__ import annotations

from local.stripe.objects import charges, customers, methods
from local.stripe.objects.cards import AUTHENTICATE, NOT_AUTHENTICATED, Decline
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, fields_of, merged, new_id

SMALLEST, LARGEST = 50, 99_999_999
OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}
FIELDS = ("description", "receipt_email", "setup_future_usage", "transfer_group")


def create(world: World, given: Resource) -> Resource:
    check(world, given)
    intent = blank(world, given)
    method_id = given.get("payment_method")
    if method_id:
        method = methods.use(world, method_id, intent["customer"])
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    world.add(intent)
    world.emit("payment_intent.created", intent)
    return proceed(world, intent, given) if given.get("confirm") else intent


def check(world: World, given: Resource) -> None:
    if given["amount"] < SMALLEST:
        raise invalid(
            "Amount must be at least 0.50.", param="amount", code="amount_too_small"
        )
    if given["amount"] > LARGEST:
        raise invalid(
            "Amount must be no more than 999,999.99.",
            param="amount",
            code="amount_too_large",
        )
    if given.get("capture_method", "automatic") == "manual":
        raise invalid("The simulator captures at once.", param="capture_method")
    if given.get("off_session") and not given.get("confirm"):
        raise invalid("off_session needs confirm=true.", param="off_session")
    if given.get("off_session") and given.get("return_url"):
        raise invalid("return_url makes no sense off-session.", param="return_url")
    if given.get("confirm") and not given.get("payment_method"):
        raise no_method()
    if given.get("customer"):
        customers.living(world, given["customer"])


def no_method() -> Refused:
    return invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method.",
        param="payment_method",
        code="parameter_missing",
    )


def blank(world: World, given: Resource) -> Resource:
    intent_id = new_id("pi_3")
    automatic = (given.get("automatic_payment_methods") or {}).get("enabled")
    automatic = (
        "allowed_payment_method_types" not in given if automatic is None else automatic
    )
    redirects = (given.get("automatic_payment_methods") or {}).get("allow_redirects")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": given["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": (
            {"enabled": True, "allow_redirects": redirects or "always"}
            if automatic
            else None
        ),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": given["currency"].lower(),
        "customer": given.get("customer") or None,
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": given.get("receipt_email") or None,
        "review": None,
        "setup_future_usage": given.get("setup_future_usage"),
        "shipping": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": given.get("transfer_group"),
    }


def confirm(world: World, given: Resource, intent: str) -> Resource:
    known = world.get("payment_intent", intent, "intent")
    if known["status"] not in OPEN:
        raise unexpected(known, "confirm")
    if given.get("payment_method"):
        method = methods.use(world, given["payment_method"], known["customer"])
        world.change(known, payment_method=method["id"])
    if not known["payment_method"]:
        raise no_method()
    if given.get("setup_future_usage"):
        world.change(known, setup_future_usage=given["setup_future_usage"])
    return proceed(world, known, given)


def proceed(world: World, intent: Resource, given: Resource) -> Resource:
    """Ask the bank: paid, declined, or a person has to confirm it first."""
    method = methods.use(world, intent["payment_method"], intent["customer"])
    card = methods.card_of(world, method)
    known = bool(world.store.hidden(method["id"]).get("set_up"))
    asks = card.authentication == "always" or (
        card.authentication == "once" and not known
    )
    if asks and given.get("off_session"):
        raise decline(world, intent, method, AUTHENTICATE)
    if asks and given.get("error_on_requires_action"):
        raise decline(world, intent, method, AUTHENTICATE)
    if asks:
        return ask(world, intent, given.get("return_url"))
    if card.decline:
        raise decline(world, intent, method, card.decline)
    return succeed(world, intent, method)


def ask(world: World, intent: Resource, return_url: str | None) -> Resource:
    """Wait for the person, on a page of their bank if there is a way back."""
    action: Resource = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    if return_url:
        action = {
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": return_url,
                "url": f"{world.home}/authenticate/{intent['id']}",
            },
        }
    world.change(
        intent, status="requires_action", next_action=action, last_payment_error=None
    )
    world.emit("payment_intent.requires_action", intent)
    return intent


def authenticate(world: World, intent: str, *, ok: bool = True) -> Resource:
    """The person confirms it at their bank, or refuses; the intent afterwards.

    A decline is in its `last_payment_error`, as nobody waits for an answer.
    """
    known = world.get("payment_intent", intent, "intent")
    if known["status"] != "requires_action":
        raise unexpected(known, "authenticate")
    method = world.get("payment_method", known["payment_method"])
    refusal = methods.card_of(world, method).decline if ok else NOT_AUTHENTICATED
    if refusal is None:
        return succeed(world, known, method)
    decline(world, known, method, refusal)
    return known


def succeed(world: World, intent: Resource, method: Resource) -> Resource:
    keep = intent["setup_future_usage"] and intent["customer"]
    if keep:
        methods.save_for(world, method, intent["customer"])
        world.store.hide(method["id"], set_up=True)
    elif method["customer"] is None:
        world.store.hide(method["id"], spent=True)
    charge = charges.make(world, intent, method, None)
    world.change(
        intent,
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    world.emit("payment_intent.succeeded", intent)
    charges.after(world, charge, methods.card_of(world, method))
    return world.get("payment_intent", intent["id"])


def decline(world: World, intent: Resource, method: Resource, why: Decline) -> Refused:
    """Record the failure; the answer that tells of it, with the intent in it."""
    charge = None
    if why is not NOT_AUTHENTICATED:  # the bank was asked for the money
        charge = charges.make(world, intent, method, why)["id"]
    error: Resource = {
        "charge": charge,
        "code": why.code,
        "decline_code": why.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{why.code.replace('_', '-')}",
        "message": why.message,
        "payment_method": method,
        "type": "card_error",
    }
    error = {name: value for name, value in error.items() if value is not None}
    world.change(
        intent,
        last_payment_error=error,
        latest_charge=charge or intent["latest_charge"],
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    world.emit("payment_intent.payment_failed", intent)
    more = {
        name: value for name, value in error.items() if name not in {"type", "message"}
    }
    return Refused(
        why.message,
        status=402,
        kind="card_error",
        **more,
        payment_intent=dict(intent),
    )


def cancel(world: World, given: Resource, intent: str) -> Resource:
    known = world.get("payment_intent", intent, "intent")
    if known["status"] not in OPEN:
        raise unexpected(known, "cancel")
    world.change(
        known,
        canceled_at=world.now(),
        cancellation_reason=given.get("cancellation_reason"),
        next_action=None,
        status="canceled",
    )
    world.emit("payment_intent.canceled", known)
    return known


def unexpected(intent: Resource, verb: str) -> Refused:
    return Refused(
        f"You cannot {verb} this PaymentIntent because it has a status of "
        f"{intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )


def retrieve(world: World, _given: Resource, intent: str) -> Resource:
    return world.get("payment_intent", intent, "id")


def update(world: World, given: Resource, intent: str) -> Resource:
    known = world.get("payment_intent", intent, "id")
    fields = fields_of(known, given, FIELDS)
    if known["status"] not in OPEN and set(given) - {
        "metadata",
        "description",
        "expand",
    }:
        raise unexpected(known, "update")
    for name in ("amount", "customer", "currency"):
        if name in given:
            fields[name] = given[name]
    return world.change(known, **fields)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "customer")
    return lists.page(
        world, "payment_intent", given, "/v1/payment_intents", *conditions
    )
