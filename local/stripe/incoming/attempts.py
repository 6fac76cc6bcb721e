"""Attempts to pay: by card, by debit, by a person's bank, until one has succeeded."""

from __future__ import annotations

from local.stripe.incoming import charges
from local.stripe.instruments import ibans, kinds, sepa_mandates
from local.stripe.instruments.cards import AUTHENTICATE, NOT_AUTHENTICATED, Decline
from local.stripe.objects import methods
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World


def check(world: World, intent: Resource, method: Resource, given: Resource) -> None:
    """Refuse, before anything begins, what the intent or a mandate does not allow."""
    kinds.expect(intent, method)
    if method["type"] == "sepa_debit":
        sepa_mandates.find(world, method, given)


def proceed(world: World, intent: Resource, given: Resource) -> Resource:
    """Ask the bank: paid, declined, or a person has to confirm it first."""
    method = methods.use(world, intent["payment_method"], intent["customer"])
    if method["type"] == "sepa_debit":
        return debit(world, intent, method, given)
    card = methods.card_of(world, method)
    known = bool(world.store.hidden(method["id"]).get("set_up"))
    asks = card.authentication == "always" or (
        (card.authentication == "once" or kinds.of(method).asks) and not known
    )
    if asks and given.get("off_session"):
        raise decline(world, intent, method, AUTHENTICATE)
    if asks:
        return ask(world, intent, given.get("return_url"))
    if card.decline:
        raise decline(world, intent, method, card.decline)
    return succeed(world, intent, method)


def debit(
    world: World, intent: Resource, method: Resource, given: Resource
) -> Resource:
    """Ask for the money by a debit, of which the bank says days later what became."""
    kept = kinds.is_kept(intent, "sepa_debit")
    mandate = sepa_mandates.allowing(
        world, method, given, single=None if kept else intent
    )
    behaviour = ibans.behaviour_of(methods.iban_of(world, method))
    if behaviour.failure in ibans.LIMITS:
        words = ibans.LIMITS[behaviour.failure]
        raise decline(world, intent, method, Decline(behaviour.failure, None, words))
    save_or_use_up(world, intent, method)
    charge = charges.begin(world, intent, method, mandate["id"])
    world.change(
        intent,
        last_payment_error=None,
        latest_charge=charge["id"],
        payment_method=method["id"],
        status="processing",
    )
    world.emit("payment_intent.processing", intent)
    waits = world.debit_seconds * (2 if behaviour.slow else 1)
    world.later(waits, "end_debit", charge["id"])
    return intent


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


def save_or_use_up(world: World, intent: Resource, method: Resource) -> None:
    """Save the method for its customer, as the intent says, or use it up."""
    kind = kinds.of(method)
    if kind.later == "itself" and kinds.is_kept(intent, kind.name):
        methods.save_for(world, method, intent["customer"])
        world.store.hide(method["id"], set_up=True)
    elif method["customer"] is None:
        world.store.hide(method["id"], spent=True)


def succeed(world: World, intent: Resource, method: Resource) -> Resource:
    save_or_use_up(world, intent, method)
    charge = charges.make(world, intent, method, None)
    paid(world, intent, charge)
    charges.after(world, charge, methods.card_of(world, method))
    return world.get("payment_intent", intent["id"])


def paid(world: World, intent: Resource, charge: Resource) -> Resource:
    """The money has come."""
    world.change(
        intent,
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=charge["payment_method"],
        status="succeeded",
    )
    world.emit("payment_intent.succeeded", intent)
    return intent


def decline(world: World, intent: Resource, method: Resource, why: Decline) -> Refused:
    """Record the failure; the answer that tells of it, with the intent in it."""
    charge = None
    if why is not NOT_AUTHENTICATED:  # the bank was asked for the money
        charge = charges.make(world, intent, method, why)["id"]
    error = failed(world, intent, method, why, charge)
    more = {
        name: value for name, value in error.items() if name not in {"type", "message"}
    }
    return Refused(
        why.message,
        status=402 if error["type"] == "card_error" else 400,
        kind=error["type"],
        **more,
        payment_intent=dict(intent),
    )


def failed(
    world: World,
    intent: Resource,
    method: Resource,
    why: Decline,
    charge: str | None,
) -> Resource:
    """Let the intent wait for another payment method; the error that says why."""
    by_card = kinds.of(method).by_card
    error: Resource = {
        "charge": charge,
        "code": why.code,
        "decline_code": why.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{why.code.replace('_', '-')}",
        "message": why.message,
        "payment_method": method,
        "type": "card_error" if by_card else "invalid_request_error",
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
    return error


def unexpected(intent: Resource, verb: str) -> Refused:
    return Refused(
        f"You cannot {verb} this PaymentIntent because it has a status of "
        f"{intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )
