"""Disputes: a reader's bank takes the money back, and may be convinced to return it."""

from __future__ import annotations

from local.stripe.instruments import kinds
from local.stripe.objects import balance
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import DAY, World, merged, new_id

# Of debits: the first three are the bank's own, two are the payer's. All are final.
DEBIT_REASONS = (
    *("insufficient_funds", "incorrect_account_details", "bank_cannot_process"),
    *("debit_not_authorized", "customer_initiated"),
)
ANSWER_DAYS = 7
EVIDENCE = (
    *("access_activity_log", "billing_address", "cancellation_policy"),
    *("cancellation_policy_disclosure", "cancellation_rebuttal"),
    *("customer_communication", "customer_email_address", "customer_name"),
    *("customer_purchase_ip", "customer_signature"),
    *("duplicate_charge_documentation", "duplicate_charge_explanation"),
    *("duplicate_charge_id", "product_description", "receipt", "refund_policy"),
    *("refund_policy_disclosure", "refund_refusal_explanation", "service_date"),
    *("service_documentation", "shipping_address", "shipping_carrier"),
    *("shipping_date", "shipping_documentation", "shipping_tracking_number"),
    *("uncategorized_file", "uncategorized_text"),
)
APPEAL = {"appeal_needs_response", "appeal_under_review"}
OPEN = {"needs_response", "under_review", *APPEAL}
DECIDED = {"won", "lost"}
INQUIRY = {"warning_needs_response", "warning_under_review"}


def open_dispute(
    world: World,
    charge: Resource,
    amount: int | None = None,
    reason: str = "fraudulent",
    *,
    inquiry: bool = False,
) -> Resource:
    """The bank withdraws the amount, and Stripe its fee; an inquiry only asks. The
    dispute of a debit is lost at once."""
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if not charge["paid"] or charge["disputed"] or not 0 < amount <= left:
        raise Refused(
            f"Charge {charge['id']} cannot be disputed for {amount}: {left} are left,"
            f" and disputed is {charge['disputed']}."
        )
    kind = kinds.of(charge)
    by_debit = kind.name == "sepa_debit"
    if not kind.dispute_fee or by_debit is not (reason in DEBIT_REASONS):
        raise Refused(f"Nobody disputes a payment by {kind.words} as {reason}.")
    dispute = blank(world, charge, amount, reason)
    if by_debit:
        dispute["status"] = "lost"
        dispute["evidence_details"]["due_by"] = None
    else:
        dispute["payment_method_details"] = details_of(charge, inquiry=inquiry)
    if inquiry:
        dispute |= {"status": "warning_needs_response", "is_charge_refundable": True}
    world.add(dispute)
    world.change(charge, "charge.updated", disputed=True)
    world.emit("charge.dispute.created", dispute)
    if inquiry:
        return dispute
    world.store.hide(charge["id"], charged_back=True)
    move(world, dispute, -amount, kind.dispute_fee)
    world.emit("charge.dispute.funds_withdrawn", dispute)
    if by_debit:
        world.emit("charge.dispute.closed", dispute)
    return dispute


def usual_reason(charge: Resource) -> str:
    by_debit = kinds.of(charge).name == "sepa_debit"
    return "customer_initiated" if by_debit else "fraudulent"


def details_of(charge: Resource, *, inquiry: bool) -> Resource:
    shown = charge["payment_method_details"].get("card") or {"brand": "visa"}
    return {
        "card": {
            "brand": shown["brand"],
            "case_type": "inquiry" if inquiry else "chargeback",
            "network": shown["brand"],
            "network_reason_code": "10.4",
        },
        "type": "card",
    }


def blank(world: World, charge: Resource, amount: int, reason: str) -> Resource:
    evidence: Resource = dict.fromkeys(EVIDENCE)
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": evidence | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now() + ANSWER_DAYS * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }


def move(world: World, dispute: Resource, amount: int, fee: int) -> None:
    """Book it, and show it among the dispute's transactions."""
    charge = world.get("charge", dispute["charge"])
    words = "withdrawal" if amount < 0 else "reversal"
    transaction = balance.book(
        world,
        "adjustment",
        amount,
        dispute,
        fee=fee,
        category="dispute" if amount < 0 else "dispute_reversal",
        pending_seconds=balance.waits_seconds(world, charge["balance_transaction"]),
        description=f"Chargeback {words} for {charge['id']}",
    )
    shown = [*dispute["balance_transactions"], world.store.find(transaction)]
    world.change(dispute, balance_transactions=shown)


def is_final(dispute: Resource) -> bool:
    """Whether there is nothing to answer: a debit's, which banks just take back."""
    return dispute["reason"] in DEBIT_REASONS


def close_dispute(
    world: World,
    dispute: str,
    outcome: str,
    *,
    return_fee: bool = False,
    amount: int | None = None,
) -> Resource:
    """The bank decides: "won" returns what it took, or `amount` of it; "lost" leaves it
    with the reader. A decision may be followed by the other one.

    An inquiry just ends, whatever the outcome: no money was taken.
    """
    known = world.get("dispute", dispute)
    if known["status"] in INQUIRY:
        world.change(known, status="warning_closed")
        world.emit("charge.dispute.closed", known)
        return known
    may_be = set() if is_final(known) else OPEN | DECIDED - {outcome}
    if known["status"] not in may_be or outcome not in DECIDED:
        raise Refused(
            f"Dispute {dispute} is {known['status']} and cannot be {outcome}."
        )
    charge = world.get("charge", known["charge"])
    taken = -sum(one["amount"] for one in known["balance_transactions"])
    if outcome == "won":
        back = taken if amount is None else amount
        if back > 0:
            fee = kinds.of(charge).dispute_fee
            move(world, known, back, -fee if return_fee else 0)
    elif taken <= 0:
        move(world, known, -known["amount"], 0)
    world.store.hide(charge["id"], charged_back=outcome == "lost")
    world.change(known, status=outcome, is_charge_refundable=outcome == "won")
    if outcome == "won":
        world.emit("charge.dispute.funds_reinstated", known)
    world.emit("charge.dispute.closed", known)
    return known


def move_dispute(world: World, dispute: str, amount: int, fee: int = 0) -> Resource:
    """Stripe takes `amount` (below 0) or brings it, and its fee, whatever was decided:
    a rate that changed, another fee, a part of it."""
    known = world.get("dispute", dispute)
    if known["status"] in INQUIRY or not (amount or fee):
        raise Refused(f"Dispute {dispute} is {known['status']} and moves no money.")
    move(world, known, amount, fee)
    way = "funds_reinstated" if amount > 0 else "funds_withdrawn"
    world.emit(f"charge.dispute.{way}", known)
    return known


def appeal_dispute(world: World, dispute: str) -> Resource:
    """A decision is looked at again; whoever decides then decides it anew."""
    known = world.get("dispute", dispute)
    if known["status"] not in DECIDED or is_final(known):
        raise Refused(f"Dispute {dispute} is {known['status']}: there is no appeal.")
    return world.change(known, "charge.dispute.updated", status="appeal_under_review")


def escalate_dispute(world: World, dispute: str) -> Resource:
    """The bank that only asked takes the money after all."""
    known = world.get("dispute", dispute)
    if known["status"] not in INQUIRY:
        raise Refused(f"Dispute {dispute} is {known['status']} and no inquiry.")
    details = known["payment_method_details"]
    card = details["card"] | {"case_type": "chargeback"}
    world.change(
        known,
        "charge.dispute.updated",
        status="needs_response",
        is_charge_refundable=False,
        payment_method_details=details | {"card": card},
    )
    world.store.hide(known["charge"], charged_back=True)
    fee = kinds.of(world.get("charge", known["charge"])).dispute_fee
    move(world, known, -known["amount"], fee)
    world.emit("charge.dispute.funds_withdrawn", known)
    return known


def retrieve(world: World, _given: Resource, dispute: str) -> Resource:
    return world.get("dispute", dispute)


def update(world: World, given: Resource, dispute: str) -> Resource:
    """Add evidence; with `submit` (the default) the bank looks at it."""
    known = world.get("dispute", dispute)
    fields: Resource = {}
    if "metadata" in given:
        fields["metadata"] = merged(known["metadata"], given["metadata"])
    if given.get("evidence"):
        details = known["evidence_details"]
        submitted = given.get("submit", True)
        fields["evidence"] = known["evidence"] | given["evidence"]
        fields["evidence_details"] = details | {
            "has_evidence": True,
            "submission_count": details["submission_count"] + bool(submitted),
        }
        if submitted and known["status"].endswith("needs_response"):
            status = known["status"].replace("needs_response", "under_review")
            fields["status"] = status
    return world.change(known, "charge.dispute.updated", **fields)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "payment_intent")
    return lists.page(world, "dispute", given, "/v1/disputes", *conditions)
