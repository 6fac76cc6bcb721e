"""Checkout sessions: a hosted page on which a person pays or saves a card."""

from __future__ import annotations

from local.stripe.incoming import intents, setups
from local.stripe.objects import customers
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid, missing
from local.stripe.wire.world import DAY, World, merged, new_id

SHORTEST_SECONDS = 30 * 60
# What a session has at Stripe and none of ours ever says.
NEVER: Resource = dict.fromkeys(
    (
        *("after_expiration", "allow_promotion_codes", "billing_address_collection"),
        *("client_secret", "collected_information", "consent", "consent_collection"),
        *("currency_conversion", "discounts", "invoice", "invoice_creation"),
        *("origin_context", "payment_link", "payment_method_configuration_details"),
        *("permissions", "recovered_from", "saved_payment_method_options"),
        *("shipping_address_collection", "shipping_cost", "subscription"),
        "wallet_options",
    )
)
# What is the same for every session.
ALWAYS: Resource = {
    "object": "checkout.session",
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {
        "enabled": False,
        "liability": None,
        "provider": None,
        "status": None,
    },
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "excluded_payment_method_types": [],
    "livemode": False,
    "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "phone_number_collection": {"enabled": False},
    "shipping_options": [],
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
}
# What a session begins with.
AT_FIRST: Resource = {
    "amount_subtotal": None,
    "amount_total": None,
    "currency": None,
    "payment_intent": None,
    "payment_status": "unpaid",
    "setup_intent": None,
    "status": "open",
}


def create(world: World, given: Resource) -> Resource:
    check(world, given)
    session = blank(world, given)
    items = [line(item) for item in given.get("line_items", [])]
    if session["mode"] == "payment":
        total = sum(item["amount_total"] for item in items)
        session |= {
            "amount_subtotal": total,
            "amount_total": total,
            "currency": items[0]["currency"],
        }
        if total < intents.SMALLEST:
            raise invalid(
                "The Checkout Session's total amount due must add up to at least 0.50.",
                code="amount_too_small",
            )
    else:
        facts = given.get("setup_intent_data") or {}
        wanted = {"customer": session["customer"]} | {
            name: facts[name] for name in ("metadata", "description") if name in facts
        }
        session["setup_intent"] = setups.create(world, wanted)["id"]
        session |= {
            "currency": given.get("currency"),
            "payment_status": "no_payment_required",
        }
    data = given.get("payment_intent_data") or {}
    world.add(session, items=items, payment_intent_data=data)
    world.later(session["expires_at"] - world.now(), "expire_session", session["id"])
    return session


def check(world: World, given: Resource) -> None:
    mode = given.get("mode", "payment" if given.get("line_items") else "")
    if mode not in {"payment", "setup"}:
        raise invalid("mode must be payment or setup here.", param="mode")
    if given.get("ui_mode", "hosted_page") not in {"hosted", "hosted_page"}:
        raise invalid("The simulator has hosted pages alone.", param="ui_mode")
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
    if given.get("customer") and given.get("customer_email"):
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer_email",
        )
    if given.get("customer"):
        customers.living(world, given["customer"])
    ends = given.get("expires_at")
    if ends and not SHORTEST_SECONDS - 60 <= ends - world.now() <= DAY + 60:
        raise invalid(
            "The `expires_at` timestamp must be from 30 minutes to 24 hours from "
            "Checkout Session creation.",
            param="expires_at",
        )


def line(item: Resource) -> Resource:
    """An item with a price of its own; the simulator keeps no catalogue."""
    if "price" in item:
        raise missing("price", item["price"], "line_items[0][price]")
    price = item.get("price_data") or {}
    quantity = item.get("quantity", 1)
    if price.get("unit_amount") is None:
        raise invalid(
            "Give price_data[unit_amount].", param="line_items[0][price_data]"
        )
    total = price["unit_amount"] * quantity
    return {
        "id": new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"].lower(),
        "description": (price.get("product_data") or {}).get("name"),
        "metadata": {},
        "price": None,
        "quantity": quantity,
    }


def blank(world: World, given: Resource) -> Resource:
    session_id = new_id("cs_test_a1", 56)
    email = given.get("customer_email")
    customer = given.get("customer")
    if customer:
        email = customers.living(world, customer)["email"]
    return {
        "id": session_id,
        **NEVER,
        **ALWAYS,
        **AT_FIRST,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": world.now(),
        "customer": customer,
        "customer_creation": None
        if customer
        else given.get("customer_creation", "if_required"),
        "customer_details": details(email, None) if email else None,
        "customer_email": given.get("customer_email"),
        "expires_at": given.get("expires_at") or world.now() + DAY,
        "locale": given.get("locale"),
        "metadata": merged({}, given.get("metadata")),
        "mode": given.get("mode", "payment"),
        "submit_type": given.get("submit_type"),
        "success_url": given.get("success_url"),
        "url": f"{world.home}/c/pay/{session_id}",
    }


def details(email: str | None, name: str | None) -> Resource:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def expire(world: World, _given: Resource, session: str) -> Resource:
    known = world.get("checkout.session", session)
    if known["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This '
            f"Checkout Session has a status of {known['status']}."
        )
    return close(world, session)


def close(world: World, session: str) -> Resource:
    """Let nobody pay on the page any more."""
    known = world.get("checkout.session", session)
    if known["status"] == "open":
        if known["payment_intent"]:
            intents.cancel(world, {}, known["payment_intent"])
        world.change(known, status="expired", url=None)
        world.emit("checkout.session.expired", known)
    return known


def retrieve(world: World, _given: Resource, session: str) -> Resource:
    return world.get("checkout.session", session)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "customer")
    url = "/v1/checkout/sessions"
    return lists.page(world, "checkout.session", given, url, *conditions)


def line_items(world: World, _given: Resource, session: str) -> Resource:
    return items_of(world, world.get("checkout.session", session))


def items_of(world: World, session: Resource) -> Resource:
    found = world.store.hidden(session["id"])["items"]
    return lists.listing(found, f"/v1/checkout/sessions/{session['id']}/line_items")
