"""Checkout sessions: a hosted page on which a person pays, or saves how to."""

from __future__ import annotations

from local.stripe.incoming import intents, session_checks, setups
from local.stripe.instruments import kinds
from local.stripe.objects import customers
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid, missing
from local.stripe.wire.world import DAY, World, merged, new_id

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
    session_checks.check(world, given)
    session = blank(world, given)
    items = [line(item) for item in given.get("line_items", [])]
    if session["mode"] == "payment":
        total = sum(item["amount_total"] for item in items)
        session |= {
            "amount_subtotal": total,
            "amount_total": total,
            "currency": items[0]["currency"],
        }
        named = session["payment_method_types"]
        kinds.check(named, session["currency"], "payment_method_types")
        if total < intents.SMALLEST:
            raise invalid(
                "The Checkout Session's total amount due must add up to at least 0.50.",
                code="amount_too_small",
            )
    else:
        facts = given.get("setup_intent_data") or {}
        wanted = {
            "customer": session["customer"],
            "allowed_payment_method_types": session["payment_method_types"],
        } | {name: facts[name] for name in ("metadata", "description") if name in facts}
        session["setup_intent"] = setups.create(world, wanted)["id"]
        session |= {
            "currency": given.get("currency"),
            "payment_status": "no_payment_required",
        }
    data = given.get("payment_intent_data") or {}
    world.add(session, items=items, payment_intent_data=data)
    world.later(session["expires_at"] - world.now(), "expire_session", session["id"])
    return session


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
    named = given.get("payment_method_types") or ["card"]
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
        "payment_method_options": options_of(given, named),
        "payment_method_types": named,
        "submit_type": given.get("submit_type"),
        "success_url": given.get("success_url"),
        "url": f"{world.home}/c/pay/{session_id}",
    }


def options_of(given: Resource, named: list[str]) -> Resource:
    said = given.get("payment_method_options") or {}
    card = {"request_three_d_secure": "automatic"} if "card" in named else {}
    return {
        name: (card if name == "card" else {}) | said.get(name, {})
        for name in sorted({*said, *(["card"] if card else [])})
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


def follow(world: World, intent: Resource) -> None:
    """Let the session, if the intent belongs to one, go on as the intent did: it is
    complete once it is paid or a debit is on its way; what became of that comes later."""
    field = intent["object"]
    found = world.store.select(
        "checkout.session", world.account, [(f"$.{field}", "=", intent["id"])]
    )
    session = found[0] if found else {"status": "expired"}
    waited = session["status"] == "complete" and session["payment_status"] == "unpaid"
    if session["status"] == "open" and intent["status"] in {"succeeded", "processing"}:
        complete(world, session, intent)
    elif waited and intent["status"] == "succeeded":
        world.change(session, payment_status="paid")
        world.emit("checkout.session.async_payment_succeeded", session)
    elif waited and intent["status"] == "requires_payment_method":
        world.emit("checkout.session.async_payment_failed", session)


def complete(world: World, session: Resource, intent: Resource) -> None:
    method = world.get("payment_method", intent["payment_method"])
    billing = method["billing_details"]
    email = (session["customer_details"] or {}).get("email") or billing["email"]
    is_paid = session["mode"] == "payment" and intent["status"] == "succeeded"
    world.change(
        session,
        status="complete",
        customer_details=details(email, billing["name"]),
        url=None,
        **({"payment_status": "paid"} if is_paid else {}),
    )
    world.emit("checkout.session.completed", session)


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
