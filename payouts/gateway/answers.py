"""Stripe's answers, parsed from dictionaries into facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from payouts.gateway import instruments
from payouts.gateway.facts import (
    AccountFact,
    Bank,
    DisputeFact,
    EventFact,
    MandateFact,
    Movement,
    PaymentFact,
    RefundFact,
    ReversalFact,
    SessionFact,
    TransferFact,
)

Answer = Mapping[str, Any]

WORD = re.compile(r"[!-~]*")


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def id_of(value: Any) -> str:
    """The id, from an id, a whole object, or nothing."""
    if isinstance(value, Mapping):
        return str(value["id"])
    return str(value or "")


def word(value: Any, longest: int = 100) -> str:
    """An id or a kind as Stripe writes them, in a few visible ASCII letters; anything
    else is a `ValueError`."""
    if not isinstance(value, str) or not WORD.fullmatch(value) or len(value) > longest:
        raise ValueError("This is no word of Stripe's.")
    return value


def _whole(value: Any) -> Answer | None:
    """The object, if it was expanded."""
    return value if isinstance(value, Mapping) else None


def key_of(answer: Answer) -> str:
    return str((answer.get("metadata") or {}).get("key", ""))


def movement(answer: Answer) -> Movement:
    return Movement(
        stripe_id=answer["id"],
        kind=answer["type"],
        amount=answer["amount"],
        fee=answer["fee"],
        net=answer["net"],
        currency=answer["currency"].upper(),
        source=id_of(answer.get("source")),
        happened_at=moment(answer["created"]),
        available_at=moment(answer["available_on"]),
        belongs_to=_owner_of(_whole(answer.get("source")) or {}),
    )


def _owner_of(source: Answer) -> str:
    """`Movement.belongs_to`, from a source that was expanded."""
    if source.get("object") == "transfer":
        return source.get("transfer_group") or ""
    if source.get("object") == "transfer_reversal":
        return id_of(source.get("transfer"))
    return id_of(source.get("payment_intent"))


def _movement(value: Any) -> Movement | None:
    found = _whole(value)
    return movement(found) if found else None


def refund(answer: Answer) -> RefundFact:
    return RefundFact(
        stripe_id=answer["id"],
        payment_id=id_of(answer.get("payment_intent")),
        amount=answer["amount"],
        status=answer.get("status") or "pending",
        key=key_of(answer),
        made_at=moment(answer["created"]),
        movement=_movement(answer.get("balance_transaction")),
        failure_movement=_movement(answer.get("failure_balance_transaction")),
        failure=answer.get("failure_reason") or "",
    )


def dispute(answer: Answer) -> DisputeFact:
    due = (answer.get("evidence_details") or {}).get("due_by")
    return DisputeFact(
        stripe_id=answer["id"],
        payment_id=id_of(answer.get("payment_intent")),
        amount=answer["amount"],
        currency=answer["currency"].upper(),
        reason=answer["reason"],
        status=answer["status"],
        opened_at=moment(answer["created"]),
        due_at=moment(due) if due else None,
        movements=tuple(map(movement, answer.get("balance_transactions") or ())),
    )


def payment(
    answer: Answer,
    refunds: Sequence[RefundFact] = (),
    disputes: Sequence[DisputeFact] = (),
    generated: Answer | None = None,
) -> PaymentFact:
    """A payment intent, with `latest_charge` expanded if there was a charge. `generated` is
    the method that paying at a bank left behind."""
    charge = _whole(answer.get("latest_charge")) or {}
    paid = bool(charge.get("paid")) and answer["status"] == "succeeded"
    redirect = (answer.get("next_action") or {}).get("redirect_to_url") or {}
    moved = _movement(charge.get("balance_transaction")) if paid else None
    returned = is_debit(charge) and charge.get("status") == "failed"
    begun = paid or returned or answer["status"] == "processing"
    shown = instruments.of_charge(charge if begun else {}, generated)
    return PaymentFact(
        stripe_id=answer["id"],
        key=key_of(answer),
        customer=id_of(answer.get("customer")),
        amount=answer["amount"],
        currency=answer["currency"].upper(),
        status=answer["status"],
        livemode=answer["livemode"],
        made_at=moment(answer["created"]),
        confirm_url=redirect.get("url") or "",
        failure=_failure(answer, charge),
        is_returned=returned,
        charge_id=charge["id"] if paid else "",
        paid_at=_paid_at(charge, moved) if paid else None,
        charged_at=moment(charge["created"]) if paid else None,
        method=shown.method,
        paid_with=shown.name,
        fingerprint=shown.fingerprint,
        kept=shown.kept,
        movement=moved,
        refunds=tuple(sorted(refunds, key=lambda r: (r.made_at, r.stripe_id))),
        disputes=tuple(sorted(disputes, key=lambda d: (d.opened_at, d.stripe_id))),
    )


def _failure(intent: Answer, charge: Answer) -> str:
    """Of a debit the charge says why the bank did not pay, of a card the intent."""
    failure = intent.get("last_payment_error") or {}
    if failure and is_debit(charge) and charge.get("failure_code"):
        return str(charge["failure_code"])
    return failure.get("decline_code") or failure.get("code") or ""


def _paid_at(charge: Answer, moved: Movement | None) -> datetime:
    """A debit is begun days before its money is there."""
    begun = moment(charge["created"])
    return max(begun, moved.happened_at) if moved and is_debit(charge) else begun


def is_debit(charge: Answer) -> bool:
    details = charge.get("payment_method_details") or {}
    return bool(details.get("type") == "sepa_debit")


def session(answer: Answer, generated: Answer | None = None) -> SessionFact:
    """A Checkout session, with `setup_intent.payment_method` and its `latest_attempt`
    expanded. `generated` is the method that confirming at a bank left behind."""
    setup = _whole(answer.get("setup_intent")) or {}
    return SessionFact(
        stripe_id=answer["id"],
        url=answer.get("url") or "",
        mode=answer["mode"],
        status=answer.get("status") or "open",
        key=key_of(answer),
        customer=id_of(answer.get("customer")),
        payment_id=id_of(answer.get("payment_intent")),
        kept=instruments.of_setup(setup, generated),
        made_at=moment(answer["created"]),
    )


def mandate(answer: Answer) -> MandateFact:
    details = (answer.get("payment_method_details") or {}).get("sepa_debit") or {}
    return MandateFact(
        stripe_id=answer["id"],
        status=answer["status"],
        reference=details.get("reference") or "",
        url=details.get("url") or "",
        kept_id=id_of(answer.get("payment_method")),
    )


def account(answer: Answer, banks: Sequence[Answer]) -> AccountFact:
    asked = answer.get("requirements") or {}
    missing = [*(asked.get("past_due") or ()), *(asked.get("currently_due") or ())]
    capabilities = answer.get("capabilities") or {}
    return AccountFact(
        stripe_id=answer["id"],
        country=answer.get("country") or "",
        transfers_enabled=capabilities.get("transfers") == "active",
        payouts_enabled=bool(answer.get("payouts_enabled")),
        is_complete=bool(answer.get("details_submitted")),
        missing=tuple(dict.fromkeys(missing)),
        disabled_reason=asked.get("disabled_reason") or "",
        bank=_bank(banks),
    )


def _bank(banks: Sequence[Answer]) -> Bank | None:
    ours = [one for one in banks if one.get("object") == "bank_account"]
    ours.sort(key=lambda one: not one.get("default_for_currency"))
    if not ours:
        return None
    return Bank(
        stripe_id=ours[0]["id"],
        country=ours[0]["country"],
        last4=ours[0]["last4"],
        fingerprint=ours[0].get("fingerprint") or "",
        holder=ours[0].get("account_holder_name") or "",
    )


def transfer(answer: Answer) -> TransferFact:
    reversals = (answer.get("reversals") or {}).get("data") or ()
    return TransferFact(
        stripe_id=answer["id"],
        amount=answer["amount"],
        currency=answer["currency"].upper(),
        destination=id_of(answer.get("destination")),
        group=answer.get("transfer_group") or "",
        key=key_of(answer),
        made_at=moment(answer["created"]),
        reversals=tuple(
            ReversalFact(one["id"], one["amount"], moment(one["created"]))
            for one in sorted(reversals, key=lambda one: (one["created"], one["id"]))
        ),
    )


def event(answer: Answer) -> EventFact:
    """An event; `KeyError`, `ValueError` and the like if it is not one of Stripe's."""
    about = answer["data"]["object"]
    kind = about.get("object") or ""
    own = about.get("id") or ""
    payment_id = own if kind == "payment_intent" else id_of(about.get("payment_intent"))
    return EventFact(
        stripe_id=word(answer["id"]),
        kind=word(answer["type"]),
        account=word(answer.get("account") or ""),
        livemode=answer["livemode"],
        object_kind=word(kind, 60),
        object_id=word(own),
        payment_id=word(payment_id),
        happened_at=moment(answer["created"]),
    )
