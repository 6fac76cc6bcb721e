"""Payment intents: a sum to be paid, until it is or never will be."""

from __future__ import annotations

from local.stripe.incoming import charges
from local.stripe.instruments.cards import AUTHENTICATE, NOT_AUTHENTICATED, Decline
from local.stripe.objects import customers, methods
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, merged, new_id

SMALLEST, LARGEST = 50, 99_999_999
# What a payment intent has at Stripe and none of ours ever says.
NEVER: Resource = dict.fromkeys(
    (
        *("application", "application_fee_amount", "on_behalf_of"),
        *("payment_method_configuration_details", "processing", "review", "shipping"),
        "transfer_data",
    )
)
# What is the same for every payment intent.
ALWAYS: Resource = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "livemode": False,
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "payment_method_types": ["card"],
}
# What a payment intent begins with.
AT_FIRST: Resource = {
    "amount_received": 0,
    "canceled_at": None,
    "cancellation_reason": None,
    "last_payment_error": None,
    "latest_charge": None,
    "next_action": None,
    "payment_method": None,
    "status": "requires_payment_method",
}
OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}


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
    return {
        "id": intent_id,
        **NEVER,
        **ALWAYS,
        **AT_FIRST,
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount": given["amount"],
        "automatic_payment_methods": automatic_methods(given),
        "client_secret": f"{intent_id}_secret_{new_id('')}",
        "created": world.now(),
        "currency": given["currency"].lower(),
        "customer": given.get("customer") or None,
        "description": given.get("description"),
        "metadata": merged({}, given.get("metadata")),
        "receipt_email": given.get("receipt_email") or None,
        "setup_future_usage": given.get("setup_future_usage"),
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "transfer_group": given.get("transfer_group"),
    }


def automatic_methods(given: Resource) -> Resource | None:
    """Whether Stripe chooses how to pay: unless refused, or the ways were named."""
    wanted = given.get("automatic_payment_methods") or {}
    named = "allowed_payment_method_types" in given
    if not wanted.get("enabled", not named):
        return None
    return {
        "enabled": True,
        "allow_redirects": wanted.get("allow_redirects") or "always",
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


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "customer")
    return lists.page(
        world, "payment_intent", given, "/v1/payment_intents", *conditions
    )
