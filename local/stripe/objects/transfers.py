"""Transfers: from the platform's balance to a connected account's, and back."""

from __future__ import annotations

from local.stripe.objects import accounts, balance
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, merged, new_id


def create(world: World, given: Resource) -> Resource:
    amount = given.get("amount") or 0
    if amount < 1:
        raise invalid(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    account = accounts.find_account(world, given["destination"], "destination")
    if account["capabilities"].get("transfers") != "active":
        raise Refused(
            "Your destination account needs to have at least one of the following "
            "capabilities enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    currency = given["currency"].lower()
    balance.require(world, amount, currency)
    transfer = blank(world, given, amount, currency)
    world.add(transfer)
    transfer["balance_transaction"] = balance.book(world, "transfer", -amount, transfer)
    transfer["destination_payment"] = arrive(world.on(account["id"]), transfer)
    world.store.update(transfer)
    world.emit("transfer.created", transfer)
    return transfer


def blank(world: World, given: Resource, amount: int, currency: str) -> Resource:
    transfer_id = new_id("tr_1")
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": given.get("description"),
        "destination": given["destination"],
        "destination_payment": "",
        "livemode": False,
        "metadata": merged({}, given.get("metadata")),
        "reversals": lists.listing([], f"/v1/transfers/{transfer_id}/reversals"),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": given.get("transfer_group"),
    }


def arrive(theirs: World, transfer: Resource) -> str:
    """The payment that the connected account sees, available to it at once."""
    payment_id = new_id("py_1")
    payment: Resource = {
        "id": payment_id,
        "object": "charge",
        "amount": transfer["amount"],
        "amount_captured": transfer["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "captured": True,
        "created": theirs.now(),
        "currency": transfer["currency"],
        "customer": None,
        "description": transfer["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "outcome": None,
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "refunded": False,
        "source_transfer": transfer["id"],
        "status": "succeeded",
        "transfer_group": transfer["transfer_group"],
    }
    theirs.add(payment)
    payment["balance_transaction"] = balance.book(
        theirs, "payment", transfer["amount"], payment
    )
    theirs.store.update(payment)
    theirs.emit("payment.created", payment)
    theirs.later(theirs.settlement_seconds, "send_to_bank", payment_id)
    return payment_id


def retrieve(world: World, _given: Resource, transfer: str) -> Resource:
    return world.get("transfer", transfer)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "transfer_group")
    return lists.page(world, "transfer", given, "/v1/transfers", *conditions)


# --- Reversals


def reverse(world: World, given: Resource, id: str) -> Resource:
    """Take back what is still in the connected account, whole or in part."""
    transfer = world.get("transfer", id)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = given.get("amount", left)
    if left == 0:
        raise Refused(
            f"Transfer {transfer['id']} is already fully reversed.",
            code="transfer_already_reversed",
        )
    if not 0 < amount <= left:
        raise Refused(
            f"Transfer reversal amount ({amount}) is greater than unreversed amount"
            f" ({left}).",
            param="amount",
        )
    theirs = world.on(transfer["destination"])
    balance.require(theirs, amount, transfer["currency"])
    reversal: Resource = {
        "id": new_id("trr_1"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": world.now(),
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": merged({}, given.get("metadata")),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    world.add(reversal)
    reversal["balance_transaction"] = balance.book(
        world, "transfer_refund", amount, reversal
    )
    payment = theirs.get("charge", transfer["destination_payment"])
    balance.book(theirs, "payment_refund", -amount, payment)
    world.store.update(reversal)
    show(world, transfer, reversal)
    return reversal


def show(world: World, transfer: Resource, reversal: Resource) -> None:
    """Put the reversal into its transfer, and tell of it."""
    reversals = transfer["reversals"]
    taken = transfer["amount_reversed"] + reversal["amount"]
    world.change(
        transfer,
        amount_reversed=taken,
        reversals=reversals | {"data": [reversal, *reversals["data"]][:10]},
        reversed=taken == transfer["amount"],
    )
    world.emit("transfer.reversed", transfer)
