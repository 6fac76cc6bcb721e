"""A person on a Checkout page: gives a card, and what that does to the session."""

from __future__ import annotations

from local.stripe.incoming import checkout, intents, setups
from local.stripe.objects import customers, methods
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World


def pay(
    world: World, session: str, card: str, *, email: str = "", name: str = "Alice"
) -> Resource:
    """Give a card, by its number; the intent afterwards.

    It has succeeded, or it asks for authentication. A declined card raises the
    refusal, and the session stays open.
    """
    known = opened(world, session)
    billing = {"name": name, "email": email or known["customer_email"]}
    method = methods.make(world, methods.named(card), billing)
    way_back = f"{world.home}/c/pay/{session}/return"
    given: Resource = {"payment_method": method["id"], "return_url": way_back}
    if known["mode"] == "setup":
        intent = setups.confirm(world, given, known["setup_intent"])
    else:
        intent = intents.confirm(world, given, intent_of(world, known))
    finish(world, intent)
    return intent


def opened(world: World, session: str) -> Resource:
    known = world.get("checkout.session", session, "session")
    if known["status"] != "open":
        raise Refused(f"This Checkout Session is {known['status']}.")
    return known


def intent_of(world: World, session: Resource) -> str:
    """The payment that the page is for, made when somebody first gives a card."""
    if session["payment_intent"]:
        return str(session["payment_intent"])
    data = world.store.hidden(session["id"])["payment_intent_data"]
    if session["customer"] is None and session["customer_creation"] == "always":
        made = customers.create(world, {"email": session["customer_email"]})
        world.change(session, customer=made["id"])
    wanted = {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "allowed_payment_method_types": ["card"],
    }
    intent = intents.create(world, data | wanted)
    world.change(session, payment_intent=intent["id"])
    return str(intent["id"])


def finish(world: World, intent: Resource) -> Resource | None:
    """Complete the session whose intent has succeeded, if it belongs to one."""
    field = "payment_intent" if intent["object"] == "payment_intent" else "setup_intent"
    found = world.store.select(
        "checkout.session",
        world.account,
        [(f"$.{field}", "=", intent["id"]), ("$.status", "=", "open")],
    )
    if not found or intent["status"] != "succeeded":
        return None
    session = found[0]
    method = world.get("payment_method", intent["payment_method"])
    billing = method["billing_details"]
    email = (session["customer_details"] or {}).get("email") or billing["email"]
    paid = {"payment_status": "paid"} if session["mode"] == "payment" else {}
    world.change(
        session,
        status="complete",
        customer_details=checkout.details(email, billing["name"]),
        url=None,
        **paid,
    )
    world.emit("checkout.session.completed", session)
    return session
