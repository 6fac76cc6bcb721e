"""Debits on their way: what banks and payers make of them, days or weeks later."""

from __future__ import annotations

from local.stripe.incoming import attempts, charges, disputes
from local.stripe.instruments import ibans, sepa_mandates
from local.stripe.instruments.cards import Decline
from local.stripe.objects import methods
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World

NOT_ALLOWED = "debit_not_authorized"


def settle(world: World, payment_intent: str) -> Resource:
    """The bank has sent the money; the intent afterwards."""
    intent = processing(world, payment_intent)
    charge = charges.succeed(world, world.get("charge", intent["latest_charge"]))
    return attempts.paid(world, intent, charge)


def fail(world: World, payment_intent: str, code: str) -> Resource:
    """The bank does not send it. Where it was not allowed, no further debit is."""
    if code not in ibans.FAILURES:
        raise Refused(f"No debit fails by {code!r}; {', '.join(ibans.FAILURES)} do.")
    intent = processing(world, payment_intent)
    charge = world.get("charge", intent["latest_charge"])
    method = world.get("payment_method", charge["payment_method"])
    why = Decline(code, None, ibans.FAILURES[code])
    charges.fail(world, charge, why)
    attempts.failed(world, intent, method, why, charge["id"])
    if code == NOT_ALLOWED:
        sepa_mandates.revoke(world, method["id"])
    return intent


def end(world: World, charge: str) -> Resource | None:
    """Its time has come: what this account does, unless something happened before."""
    known = world.get("charge", charge)
    if known["status"] != "pending":
        return None
    payment_intent = known["payment_intent"]
    method = world.get("payment_method", known["payment_method"])
    behaviour = ibans.behaviour_of(methods.iban_of(world, method))
    mandate = known["payment_method_details"]["sepa_debit"]["mandate"]
    if world.get("mandate", mandate)["status"] != "active":
        return fail(world, payment_intent, NOT_ALLOWED)
    if behaviour.failure in ibans.FAILURES:
        return fail(world, payment_intent, behaviour.failure)
    settled = settle(world, payment_intent)
    if behaviour.disputed:
        give_back(world, payment_intent, "customer_initiated")
    return settled


def give_back(world: World, payment_intent: str, reason: str) -> Resource:
    """After it was paid the bank, or the payer by the bank, takes it back: a dispute
    that is lost at once. Where it was not allowed, no further debit is."""
    charge = charges.of_intent(world, payment_intent)
    if charge is None or charge["payment_method_details"]["type"] != "sepa_debit":
        raise Refused(f"{payment_intent} was not paid by a debit.")
    made = disputes.open_dispute(world, charge, reason=reason)
    if reason == NOT_ALLOWED:
        sepa_mandates.revoke(world, charge["payment_method"])
    return made


def processing(world: World, payment_intent: str) -> Resource:
    intent = world.get("payment_intent", payment_intent, "payment_intent")
    if intent["status"] != "processing":
        raise Refused(f"{payment_intent} is {intent['status']}, not processing.")
    return intent
