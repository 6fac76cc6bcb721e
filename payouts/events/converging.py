"""Bringing the ledger to what Stripe says now.

Nothing is booked from an event itself. We fetch what it is about and post what the
ledger lacks, in the order in which it happened. Doing it again changes nothing, so
events in any order and number lead to the same ledger (H2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

import structlog
from django.db import connection, transaction

from accounts import audit
from accounts.models import Audit
from flattr.database import clock
from payouts.earnings import onboarding, transferring
from payouts.events import booking
from payouts.gateway import calls, history, transfers
from payouts.gateway.facts import DisputeFact, Movement, PaymentFact, RefundFact
from payouts.ledger.models import Transaction
from payouts.models import Movement as MovementRow
from payouts.models import Payer, Payment, Payout
from payouts.models.payout_states import State
from payouts.payments import charging, payers, paying_in
from payouts.payments.debits import mandates
from payouts.returns import returning

log = structlog.get_logger(__name__)


class Deed(Protocol):
    """Brings one part of a payment up to date; doing it again changes nothing."""

    def __call__(self, payment: Payment, /) -> object: ...


class Step(NamedTuple):
    """A deed, its place in the order, and the posting that makes it superfluous."""

    movement: Movement | None
    deed: Deed
    reference: str = ""
    # Its place among the steps of one dispute.
    place: int = 0

    @property
    def turn(self) -> tuple[bool, datetime | None, int, str]:
        """The order in which it happened at Stripe; what moved no money comes last."""
        if self.movement is None:
            return True, None, 0, ""
        moved = self.movement
        return False, moved.happened_at, self.place, moved.stripe_id


# --- Payments


def converge_payment(stripe_id: str) -> bool:
    """Bring the ledger to a payment intent as it stands now, with its refunds and
    disputes. False while Stripe has not booked the charge itself yet.

    A payment that is not ours, or not what we asked for (P1), is not booked.
    """
    asked_at = _moment()
    fact = _with_kept(calls.payment(stripe_id))
    payment = _find(fact)
    if payment is None:
        log.info("payment_not_ours", payment=stripe_id)
        return True
    if wrong := _wrong(payment, fact):
        _refuse(payment, fact, wrong)
        return True
    for step in _unbooked([_charge_step(fact), *_in_order(fact)]):
        if not _do(step.deed, payment, asked_at):
            break
    return fact.movement is not None or not fact.is_paid


def _moment() -> datetime:
    """Real time, by the database's clock, which all workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _with_kept(fact: PaymentFact) -> PaymentFact:
    """Adds movements of its disputes that Stripe shows only in our balance."""
    return replace(fact, disputes=tuple(map(_complete, fact.disputes)))


def _complete(dispute: DisputeFact) -> DisputeFact:
    told = {one.stripe_id for one in dispute.movements}
    more = [
        one
        for one in booking.of_dispute(dispute.stripe_id)
        if one.stripe_id not in told
    ]
    return replace(dispute, movements=(*dispute.movements, *more))


def _find(fact: PaymentFact) -> Payment | None:
    found = Payment.objects.filter(stripe_id=fact.stripe_id).first()
    if found is None and fact.key:
        found = Payment.objects.filter(key=fact.key).first()
    return found


def _wrong(payment: Payment, fact: PaymentFact) -> str:
    """Why it is not booked; empty when it is what we asked for, and of the reader."""
    if differs := charging.what_differs(payment, fact):
        return differs
    # Whoever has left since has no customer any more.
    if payment.paid_at is None and not _is_customer(payment, fact.customer):
        return "Another customer paid it."
    return ""


def _is_customer(payment: Payment, customer: str) -> bool:
    known = Payer.objects.filter(reader=payment.reader_id, stripe_id=customer)
    return bool(known.exists())


def _refuse(payment: Payment, fact: PaymentFact, wrong: str) -> None:
    """Log that it is not booked, and notify staff once where money was paid."""
    log.error("payment_wrong", payment=fact.stripe_id, wrong=wrong)
    subject = f"payment:{payment.pk}"
    told = {"stripe_id": fact.stripe_id, "amount": fact.amount, "key": fact.key}
    known = Audit.objects.filter(
        action="payment_not_booked", subject=subject, after=told
    )
    if fact.is_paid and not known.exists():
        audit.note(None, "payment_not_booked", subject, after=told, reason=wrong)


def _do(deed: Deed, payment: Payment, asked_at: datetime) -> bool:
    """Do one deed, unless a later fetch was applied already."""
    with transaction.atomic():
        clock.moment()
        known = Payment.objects.select_for_update().get(pk=payment.pk)
        if known.fetched_at and known.fetched_at > asked_at:
            return False
        Payment.objects.filter(pk=payment.pk).update(fetched_at=asked_at)
        deed(known)
    return True


def _record(payment: Payment, fact: PaymentFact) -> None:
    charging.record(payment, fact)


def _refunded(payment: Payment, fact: RefundFact) -> None:
    returning.refunded(payment, fact)


def _disputed(payment: Payment, fact: DisputeFact) -> None:
    returning.disputed(payment, fact)


def _unbooked(steps: list[Step]) -> list[Step]:
    """The steps whose posting is not in the ledger yet."""
    references = [step.reference for step in steps if step.reference]
    booked = set(
        Transaction.objects.filter(book=0, reference__in=references).values_list(
            "reference", flat=True
        )
    )
    return [step for step in steps if step.reference not in booked]


def _charge_step(fact: PaymentFact) -> Step:
    """The first step. Without a movement it only stores how the payment stands."""
    reference = f"charge:{fact.stripe_id}" if fact.movement else ""
    return Step(fact.movement, partial(_record, fact=fact), reference)


def _in_order(fact: PaymentFact) -> list[Step]:
    """Refunds and disputes of a payment in the order in which they happened; none
    before the charge is booked."""
    if fact.movement is None:
        return []
    return sorted(
        [
            *(step for refund in fact.refunds for step in _refund_steps(refund)),
            *(step for dispute in fact.disputes for step in _dispute_steps(dispute)),
        ],
        key=lambda step: step.turn,
    )


def _refund_steps(fact: RefundFact) -> Iterator[Step]:
    """A refund that failed succeeded first; other things may have happened in
    between."""
    reference = f"refund:{fact.stripe_id}"
    if fact.movement and fact.failure_movement:
        before = replace(fact, status="succeeded", failure_movement=None, failure="")
        yield Step(fact.movement, partial(_refunded, fact=before), reference)
    whole = partial(_refunded, fact=fact)
    if fact.failure_movement:
        yield Step(fact.failure_movement, whole, f"{reference}:failed")
    else:
        yield Step(fact.movement, whole, reference if fact.movement else "")


def _dispute_steps(fact: DisputeFact) -> Iterator[Step]:
    """A step for each movement; the last one also records the dispute's state, which
    may change without money."""
    bookings = fact.bookings
    for n, (reference, movement) in enumerate(bookings[:-1], 1):
        known = tuple(one for _, one in bookings[:n])
        before = replace(fact, status="under_review", movements=known, is_past=True)
        yield Step(movement, partial(_disputed, fact=before), reference, n)
    last = bookings[-1][1] if bookings else None
    yield Step(last, partial(_disputed, fact=fact), place=len(bookings))


# --- The rest


def converge_session(stripe_id: str) -> bool:
    """Store the payment, or the saved method, of a visit to Stripe's page from which nobody came
    back."""
    session = calls.session(stripe_id)
    if session.payment_id:
        return converge_payment(session.payment_id)
    if session.status == "expired":
        paying_in.failed(session.key, "expired")
    else:
        payers.store_kept_of_session(session)
    return True


def converge_kept(stripe_id: str) -> bool:
    """Fetch a kept method, which its bank may have replaced."""
    payers.refresh_kept(stripe_id)
    return True


def converge_mandate(stripe_id: str) -> bool:
    """Fetch what allows debits of an account, which its owner may have revoked."""
    mandates.follow(stripe_id)
    return True


def converge_account(stripe_id: str, bank_refused: Sequence[str] = ()) -> bool:
    """Fetch a creator's account and store what pages say of it; notify the creator of bank
    payouts that their bank refused."""
    for bank_payout in bank_refused:
        onboarding.bank_refused(stripe_id, bank_payout)
    if not bank_refused:
        onboarding.refresh(stripe_id)
    return True


def converge_transfer(stripe_id: str) -> bool:
    """Book what came back of a payout, and settle one whose answer was lost. A transfer
    that is not ours is ignored."""
    fact = transfers.transfer_now(stripe_id)
    payout = Payout.of_group(fact.group)
    if payout is None:
        log.info("transfer_not_ours", transfer=stripe_id)
    elif fact.reversals or payout.state == State.UNKNOWN:
        transferring.reversed_(payout, fact)
    return True


def converge_source(source: str) -> bool:
    """Book what a top-up or a payout to our own bank moved, if it has moved anything
    yet."""
    booking.store(history.movements_of(source))
    for movement in MovementRow.objects.filter(source=source).order_by("happened_at"):
        booking.book(movement)
    return True
