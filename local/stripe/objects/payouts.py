"""Payouts: from a balance at Stripe to a bank account, the platform's or a creator's."""

from __future__ import annotations

from local.stripe.objects import balance
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, new_id


def create(world: World, amount: int, currency: str) -> Resource:
    """Send so much to the account's bank, and note what it is made of."""
    if amount < 1:
        raise invalid(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    destination = bank(world)
    balance.require(world, amount, currency)
    payout: Resource = {
        "id": new_id("po_1"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.now() + world.settlement_seconds,
        "automatic": True,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": destination,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }
    world.add(payout)
    payout["balance_transaction"] = balance.book(
        world, "payout", -amount, payout, description="STRIPE PAYOUT"
    )
    world.store.update(payout)
    include(world, payout)
    world.emit("payout.created", payout)
    world.later(world.settlement_seconds, "payout_paid", payout["id"])
    return payout


def include(world: World, payout: Resource) -> None:
    """Note which transactions an automatic payout sends to the bank."""
    sent = world.store.select(
        "balance_transaction",
        world.account,
        [
            ("$.currency", "=", payout["currency"]),
            ("$.status", "=", "available"),
            ("hidden.payout", "IS", None),
        ],
    )
    for transaction in sent:
        world.store.hide(transaction["id"], payout=payout["id"])


def send_all(world: World, _reason: str = "") -> None:
    """What a connected account's bank is sent by itself: everything available."""
    for currency, amount in balance.sums(world)["available"].items():
        if amount > 0 and world.store.select("bank_account", world.account, limit=1):
            create(world, amount, currency)


def bank(world: World) -> str | None:
    """Where it goes; the platform's own bank account is nothing that the API shows."""
    if not world.account:
        return "ba_1platform"
    found = world.store.select("bank_account", world.account, limit=1)
    if not found:
        raise Refused(
            "Sorry, you don't have any external accounts in that currency.",
            code="payouts_not_allowed",
        )
    return str(found[0]["id"])


def paid(world: World, payout: str) -> Resource:
    """It has arrived."""
    known = world.get("payout", payout)
    if known["status"] in {"pending", "in_transit"}:
        world.change(known, "payout.updated", status="paid", arrival_date=world.now())
        world.emit("payout.paid", known)
    return known


def fail(world: World, payout: str, code: str = "account_closed") -> Resource:
    """The bank sent it back, which also happens to one that was paid."""
    known = world.get("payout", payout)
    if known["status"] == "failed":
        return known
    returned = balance.book(world, "payout_failure", known["amount"], known)
    world.change(
        known,
        "payout.updated",
        status="failed",
        failure_balance_transaction=returned,
        failure_code=code,
        failure_message="The bank account has been closed.",
    )
    world.emit("payout.failed", known)
    return known


def retrieve(world: World, _given: Resource, payout: str) -> Resource:
    return world.get("payout", payout)


def index(world: World, given: Resource) -> Resource:
    return lists.page(world, "payout", given, "/v1/payouts", *lists.equal(given))
