"""Top-ups: the operator's own money into the platform's balance."""

from __future__ import annotations

from local.stripe.objects import balance
from local.stripe.wire.errors import Resource, invalid
from local.stripe.wire.world import DAY, World, merged, new_id

ARRIVES_SECONDS = DAY


def create(world: World, given: Resource) -> Resource:
    """Pending until the operator's bank has sent it."""
    if given["amount"] < 1:
        raise invalid("Invalid positive integer", param="amount")
    topup: Resource = {
        "id": new_id("tu_1"),
        "object": "topup",
        "amount": given["amount"],
        "balance_transaction": None,
        "created": world.now(),
        "currency": given["currency"].lower(),
        "description": given.get("description"),
        "expected_availability_date": world.now() + ARRIVES_SECONDS,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata")),
        "source": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "status": "pending",
        "transfer_group": given.get("transfer_group"),
    }
    world.add(topup)
    world.emit("topup.created", topup)
    world.later(ARRIVES_SECONDS, "topup_arrives", topup["id"])
    return topup


def arrive(world: World, topup: str) -> Resource:
    """The money is there and available."""
    known = world.get("topup", topup)
    if known["status"] == "pending":
        booked = balance.book(
            world, "topup", known["amount"], known, description="Topup"
        )
        world.change(known, status="succeeded", balance_transaction=booked)
        world.emit("topup.succeeded", known)
    return known


def retrieve(world: World, _given: Resource, topup: str) -> Resource:
    return world.get("topup", topup)
