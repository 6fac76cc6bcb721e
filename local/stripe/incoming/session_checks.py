"""What a Checkout session may not be asked to be."""

from __future__ import annotations

from local.stripe.instruments import kinds
from local.stripe.objects import customers
from local.stripe.wire.errors import Resource, invalid
from local.stripe.wire.world import DAY, World

SHORTEST_SECONDS = 30 * 60


def check(world: World, given: Resource) -> None:
    mode = given.get("mode", "payment" if given.get("line_items") else "")
    if mode not in {"payment", "setup"}:
        raise invalid("mode must be payment or setup here.", param="mode")
    if given.get("ui_mode", "hosted_page") not in {"hosted", "hosted_page"}:
        raise invalid("The simulator has hosted pages alone.", param="ui_mode")
    _check_what(given, mode)
    if given.get("customer") and given.get("customer_email"):
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer_email",
        )
    if given.get("customer"):
        customers.living(world, given["customer"])
    named = given.get("payment_method_types") or []
    kinds.check(named, given.get("currency", "").lower(), "payment_method_types")
    unsaved = [name for name in named if not kinds.KINDS[name].later]
    if mode == "setup" and unsaved:
        raise invalid(
            f"The payment method `{unsaved[0]}` cannot be used in `setup` mode.",
            param="payment_method_types",
        )
    check_kept(named, given.get("payment_intent_data") or {})
    ends = given.get("expires_at")
    if ends and not SHORTEST_SECONDS - 60 <= ends - world.now() <= DAY + 60:
        raise invalid(
            "The `expires_at` timestamp must be from 30 minutes to 24 hours from "
            "Checkout Session creation.",
            param="expires_at",
        )


def _check_what(given: Resource, mode: str) -> None:
    """What is paid, or saved, and where its reader comes back to."""
    if not given.get("success_url"):
        raise invalid(
            "Missing required param: success_url.",
            param="success_url",
            code="parameter_missing",
        )
    if mode == "payment" and not given.get("line_items"):
        raise invalid(
            "Missing required param: line_items.",
            param="line_items",
            code="parameter_missing",
        )
    if mode == "setup" and (
        given.get("line_items") or given.get("payment_intent_data")
    ):
        raise invalid("Not with mode=setup.", param="line_items")
    if mode == "setup" and not (
        given.get("currency") or given.get("payment_method_types")
    ):
        raise invalid(
            "You must specify either `payment_method_types` or `currency` in "
            "`setup` mode.",
            param="currency",
        )


def check_kept(named: list[str], data: Resource) -> None:
    """Refuse to keep all kinds where Checkout does not keep one of them."""
    wanted = data.get("setup_future_usage") or "none"
    single = [name for name in named if not kinds.KINDS[name].is_kept_in_checkout]
    if wanted != "none" and single:
        raise invalid(
            "You cannot set `payment_intent_data.setup_future_usage` with the following "
            f"payment methods: {', '.join(single)}. Say it for the others by "
            "`payment_method_options`.",
            param="payment_intent_data[setup_future_usage]",
        )
