"""A person on a Checkout page: gives a card or account, and what the session does."""

from __future__ import annotations

from local.stripe.incoming import charge_details, checkout, intents, setups
from local.stripe.instruments import ibans
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
    return give(world, known, methods.make(world, methods.named(card), billing))


def pay_by_debit(
    world: World, session: str, iban: str, *, name: str = "Alice"
) -> Resource:
    """Give a bank account and allow debits of it; the intent, which is processing."""
    known = opened(world, session)
    billing = {"name": name, "email": known["customer_email"]}
    return give(world, known, methods.make_debit(world, ibans.named(iban), billing))


def pay_by_other(
    world: World, session: str, kind: str, *, iban: str = "", name: str = "Alice"
) -> Resource:
    """Choose a bank or Link; the intent, which asks at the bank. `iban` is the account
    there of which debits are allowed for later."""
    known = opened(world, session)
    billing = {"name": name, "email": known["customer_email"]}
    method = methods.make_other(world, kind, billing)
    if iban:
        world.store.hide(method["id"], account=ibans.named(iban))
    return give(world, known, method)


def give(world: World, session: Resource, method: Resource) -> Resource:
    way_back = f"{world.home}/c/pay/{session['id']}/return"
    given: Resource = {"payment_method": method["id"], "return_url": way_back}
    if method["type"] == "sepa_debit":
        given["mandate_data"] = {"customer_acceptance": charge_details.HERE}
    if session["mode"] == "setup":
        intent = setups.confirm(world, given, session["setup_intent"])
    else:
        intent = intents.confirm(world, given, intent_of(world, session))
    checkout.follow(world, intent)
    return intent


def id_of(session: str) -> str:
    """The id in the address of a Checkout page.

    >>> id_of("http://127.0.0.1:8002/c/pay/cs_test_a1"), id_of("cs_test_a1")
    ('cs_test_a1', 'cs_test_a1')
    """
    return session.rsplit("/", 1)[-1].partition("#")[0]


def opened(world: World, session: str) -> Resource:
    """The session, named by its id or its page, if nobody paid yet."""
    known = world.get("checkout.session", id_of(session), "session")
    if known["status"] != "open":
        raise Refused(f"This Checkout Session is {known['status']}.")
    return known


def intent_of(world: World, session: Resource) -> str:
    """The payment that the page is for, made when somebody first chooses how to pay."""
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
        "allowed_payment_method_types": session["payment_method_types"],
        "payment_method_options": session["payment_method_options"],
    }
    intent = intents.create(world, data | wanted)
    world.change(session, payment_intent=intent["id"])
    return str(intent["id"])
