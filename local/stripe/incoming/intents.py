"""Payment intents: a sum to be paid, until it is or never will be."""

from __future__ import annotations

from local.stripe.incoming import attempts
from local.stripe.instruments import kinds
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
CARD_OPTIONS: Resource = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}


def create(world: World, given: Resource) -> Resource:
    check(world, given)
    intent = blank(world, given)
    method_id = given.get("payment_method")
    if method_id:
        method = methods.use(world, method_id, intent["customer"])
        if given.get("confirm"):
            attempts.check(world, intent, method, given)
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    world.add(intent)
    world.emit("payment_intent.created", intent)
    return attempts.proceed(world, intent, given) if given.get("confirm") else intent


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
    named = given.get("allowed_payment_method_types") or []
    kinds.check(named, given["currency"].lower(), "allowed_payment_method_types")


def no_method() -> Refused:
    return invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method.",
        param="payment_method",
        code="parameter_missing",
    )


def blank(world: World, given: Resource) -> Resource:
    intent_id = new_id("pi_3")
    currency = given["currency"].lower()
    named = given.get("allowed_payment_method_types")
    return {
        "id": intent_id,
        **NEVER,
        **ALWAYS,
        **AT_FIRST,
        "allowed_payment_method_types": named,
        "amount": given["amount"],
        "automatic_payment_methods": automatic_methods(given),
        "client_secret": f"{intent_id}_secret_{new_id('')}",
        "created": world.now(),
        "currency": currency,
        "customer": given.get("customer") or None,
        "description": given.get("description"),
        "metadata": merged({}, given.get("metadata")),
        "payment_method_options": options_of(given, named or ["card"]),
        "payment_method_types": named or kinds.working_in(currency),
        "receipt_email": given.get("receipt_email") or None,
        "setup_future_usage": given.get("setup_future_usage"),
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "transfer_group": given.get("transfer_group"),
    }


def options_of(given: Resource, names: list[str]) -> Resource:
    """What was said of single kinds, beside what Stripe says of each."""
    said = given.get("payment_method_options") or {}
    first: Resource = {
        "card": CARD_OPTIONS,
        "bancontact": {"preferred_language": "en"},
        "swish": {"reference": None},
    }
    return {
        name: first.get(name, {}) | (said.get(name) or {}) for name in sorted(names)
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
        raise attempts.unexpected(known, "confirm")
    method_id = given.get("payment_method") or known["payment_method"]
    if not method_id:
        raise no_method()
    method = methods.use(world, method_id, known["customer"])
    attempts.check(world, known, method, given)
    world.change(known, payment_method=method["id"])
    return attempts.proceed(world, known, given)


def cancel(world: World, given: Resource, intent: str) -> Resource:
    known = world.get("payment_intent", intent, "intent")
    if known["status"] not in OPEN:
        raise attempts.unexpected(known, "cancel")
    world.change(
        known,
        canceled_at=world.now(),
        cancellation_reason=given.get("cancellation_reason"),
        next_action=None,
        status="canceled",
    )
    world.emit("payment_intent.canceled", known)
    return known


def retrieve(world: World, _given: Resource, intent: str) -> Resource:
    return world.get("payment_intent", intent, "id")


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "customer")
    return lists.page(
        world, "payment_intent", given, "/v1/payment_intents", *conditions
    )
