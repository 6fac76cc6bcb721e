"""Refunds: money back to the card or account, whole or in parts."""

from __future__ import annotations

from local.stripe.incoming import charges
from local.stripe.instruments import kinds
from local.stripe.objects import balance, methods
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, merged, new_id

PENDING_SECONDS = 5  # by the simulator's clock


def create(world: World, given: Resource) -> Resource:
    charge = charge_of(world, given)
    amount = allowed(world, charge, given.get("amount"))
    method = world.get("payment_method", charge["payment_method"])
    kind = kinds.of(charge)
    behaviour = methods.card_of(world, method).refund
    refund = blank(world, given, charge, amount)
    pending = kind.slow_refund or behaviour == "pending"
    refund["status"] = "pending" if pending else "succeeded"
    world.add(refund)
    refund["balance_transaction"] = balance.book(
        world,
        "refund" if kind.by_card else "payment_refund",
        -amount,
        refund,
        pending_seconds=balance.waits_seconds(world, charge["balance_transaction"]),
        description="REFUND FOR CHARGE",
    )
    world.store.update(refund)
    world.emit("refund.created", refund)
    give_back(world, charge, amount)
    if pending or behaviour:
        waits = world.settlement_seconds if kind.slow_refund else PENDING_SECONDS
        world.later(waits, "finish_refund" if pending else "fail_refund", refund["id"])
    return refund


def charge_of(world: World, given: Resource) -> Resource:
    if "payment_intent" in given:
        intent = world.get("payment_intent", given["payment_intent"], "payment_intent")
        charge = charges.of_intent(world, intent["id"])
        if charge is None:
            raise Refused(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge"
                " to refund.",
                param="payment_intent",
            )
        return charge
    if "charge" in given:
        return world.get("charge", given["charge"], "charge")
    raise invalid(
        "One of the following params should be provided for this request: "
        "payment_intent or charge.",
        code="parameter_missing",
    )


def allowed(world: World, charge: Resource, amount: int | None) -> int:
    """The amount to refund, unless there is nothing left or a bank has taken it."""
    left = charge["amount"] - charge["amount_refunded"]
    if world.store.hidden(charge["id"]).get("charged_back"):
        raise Refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if not charge["paid"]:
        raise Refused(f"Charge {charge['id']} was not paid.", param="charge")
    if left == 0:
        raise Refused(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    wanted = left if amount is None else amount
    if wanted < 1:
        raise invalid(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    if wanted > left:
        raise Refused(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge"
            f" ({left})",
            param="amount",
        )
    return wanted


def blank(world: World, given: Resource, charge: Resource, amount: int) -> Resource:
    return {
        "id": new_id("re_3" if kinds.of(charge).by_card else "pyr_1"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": destination(kinds.of(charge).name),
        "metadata": merged({}, given.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def destination(kind: str) -> Resource:
    details: Resource = {}
    if kind == "card":
        details = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
    return {kind: details, "type": kind}


def give_back(world: World, charge: Resource, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    world.change(
        charge,
        "charge.refunded",
        amount_refunded=refunded,
        refunded=refunded == charge["amount"],
    )


def finish_refund(world: World, refund: str) -> Resource:
    """The bank has taken it: a pending refund has succeeded."""
    known = world.get("refund", refund)
    if known["status"] == "pending":
        world.change(known, "refund.updated", status="succeeded")
        world.emit("charge.refund.updated", known)
    return known


def fail_refund(world: World, refund: str) -> Resource:
    """The bank has sent it back: the money returns to the balance."""
    known = world.get("refund", refund)
    if known["status"] == "failed":
        return known
    charge = world.get("charge", known["charge"])
    by_card = kinds.of(charge).by_card
    returned = balance.book(
        world,
        "refund_failure" if by_card else "payment_failure_refund",
        known["amount"],
        known,
        description="REFUND FAILURE",
    )
    left = charge["amount_refunded"] - known["amount"]
    world.change(charge, "charge.updated", amount_refunded=left, refunded=False)
    world.change(
        known,
        "refund.updated",
        failure_balance_transaction=returned,
        failure_reason="lost_or_stolen_card" if by_card else "unknown",
        status="failed",
    )
    world.emit("charge.refund.updated", known)
    world.emit("refund.failed", known)
    return known


def retrieve(world: World, _given: Resource, refund: str) -> Resource:
    return world.get("refund", refund)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "payment_intent")
    return lists.page(world, "refund", given, "/v1/refunds", *conditions)
