"""Charges: one try to take money from a card or an account."""

from __future__ import annotations

from local.stripe.incoming import charge_details, disputes
from local.stripe.instruments import kinds
from local.stripe.instruments.cards import Card, Decline
from local.stripe.objects import balance, methods
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World, new_id

LATE_SECONDS = 5  # by the simulator's clock
# What a charge has at Stripe and none of ours ever says.
NEVER: Resource = dict.fromkeys(
    (
        *("application", "application_fee", "application_fee_amount"),
        *("failure_balance_transaction", "on_behalf_of", "receipt_number", "review"),
        *("shipping", "source_transfer", "statement_descriptor"),
        *("statement_descriptor_suffix", "transfer_data"),
    )
)
# What a charge begins with; one that is declined says otherwise.
AT_FIRST: Resource = {
    "amount_refunded": 0,
    "balance_transaction": None,
    "captured": True,
    "disputed": False,
    "failure_code": None,
    "failure_message": None,
    "paid": True,
    "refunded": False,
    "status": "succeeded",
}
APPROVED: Resource = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 12,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def make(
    world: World, intent: Resource, method: Resource, decline: Decline | None
) -> Resource:
    """A charge of the whole amount, paid or declined, and the events that tell of it."""
    charge = blank(world, intent, method)
    if decline:
        world.add(charge)
        return fail(world, charge, decline)
    kind = method["type"]
    if kinds.KINDS[kind].later == "debit" and kinds.is_kept(intent, kind):
        debit = charge_details.generate(
            world, method, intent["customer"], charge=charge["id"]
        )
        charge["payment_method_details"] = charge_details.of_charge(
            world, intent, method, generated=debit
        )
    world.add(charge)
    return succeed(world, charge)


def begin(world: World, intent: Resource, method: Resource, mandate: str) -> Resource:
    """One that waits for the bank for days."""
    charge = blank(world, intent, method)
    details = charge["payment_method_details"]
    details["sepa_debit"]["mandate"] = mandate
    charge |= {"status": "pending", "paid": False, "amount_captured": 0}
    world.add(charge)
    world.emit("charge.pending", charge)
    return charge


def succeed(world: World, charge: Resource) -> Resource:
    """It is paid: from now on it is in the balance, or a little later."""
    world.change(
        charge,
        status="succeeded",
        paid=True,
        amount_captured=charge["amount"],
        outcome=APPROVED,
    )
    if world.store.fact("books_late"):
        world.later(LATE_SECONDS, "book_charge", charge["id"])
    else:
        charge = book(world, charge["id"])
    world.emit("charge.succeeded", charge)
    return charge


def fail(world: World, charge: Resource, decline: Decline) -> Resource:
    world.change(
        charge,
        status="failed",
        paid=False,
        failure_code=decline.code,
        failure_message=decline.message,
        outcome=APPROVED
        | {
            "network_status": "declined_by_network",
            "reason": decline.decline_code or decline.code,
            "seller_message": "The bank did not return any further details.",
            "type": "issuer_declined",
        },
    )
    world.emit("charge.failed", charge)
    return charge


def book(world: World, charge: str) -> Resource:
    """Write what was paid, less the fee, into the balance."""
    known = world.get("charge", charge)
    method = world.get("payment_method", known["payment_method"])
    kind = kinds.of(known)
    pending = methods.card_of(world, method).pending
    booked = balance.book(
        world,
        "charge" if kind.by_card else "payment",
        known["amount"],
        known,
        fee=kind.fee(known["amount"]),
        pending_seconds=world.settlement_seconds if pending else 0,
    )
    return world.change(known, balance_transaction=booked)


def book_late(world: World, charge: str) -> Resource:
    """The same a while after it was paid, with an event that tells of it."""
    known = book(world, charge)
    world.emit("charge.updated", known, {"balance_transaction": None})
    return known


def after(world: World, charge: Resource, card: Card) -> None:
    """What this card does once it has paid."""
    if card.dispute:
        disputes.open_dispute(world, charge, reason=card.dispute, inquiry=card.inquiry)


def blank(world: World, intent: Resource, method: Resource) -> Resource:
    by_card = kinds.of(method).by_card
    charge_id = new_id("ch_3" if by_card else "py_3")
    return {
        "id": charge_id,
        "object": "charge",
        **NEVER,
        **AT_FIRST,
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "FLATTR",
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": APPROVED,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": charge_details.of_charge(world, intent, method),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{world.home}/receipts/{charge_id}",
        "transfer_group": intent["transfer_group"],
    }


def retrieve(world: World, _given: Resource, charge: str) -> Resource:
    return world.get("charge", charge)


def of_intent(world: World, intent: str) -> Resource | None:
    """The charge of a payment that was paid."""
    found = world.store.select(
        "charge", world.account, [("$.payment_intent", "=", intent), ("$.paid", "=", 1)]
    )
    return found[0] if found else None
