"""When money goes back: what Stripe says of refunds and disputes, booked once.

Each movement at Stripe has its own reference in the ledger, so hearing of it again, or
of more later, is harmless. A payment that was not credited yet has nothing to give back;
its event is applied again later.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Sum

from accounts import audit
from accounts.mail import outbox
from flattr.database import clock
from payouts import chart
from payouts.gateway.facts import DisputeFact, Movement, RefundFact
from payouts.ledger import posting
from payouts.ledger.posting import Place
from payouts.models import Dispute, Payment, Refund, Traced
from payouts.payments import budgeting, tries
from payouts.returns import blocking, tracing

FAILED = {"failed", "canceled"}


def locked(payment: Payment) -> Payment:
    """The payment, from which nobody else takes anything until the transaction ends:
    all that is locked before people and postings."""
    clock.moment()
    payments = Payment.objects.select_for_update(of=["self"])
    payment = payments.select_related("reader").get(pk=payment.pk)
    budgeting.lock(payment.reader)
    return payment


def at_stripe(movement: Movement) -> dict[Place, int]:
    """What a movement changes in our balance at Stripe and in what Stripe costs us."""
    return {
        chart.STRIPE_CLEARING: -movement.net,
        chart.STRIPE_COST: -movement.fee,
    }


# --- Refunds ------------------------------------------------------------------------


@transaction.atomic
def refunded(payment: Payment, fact: RefundFact) -> None:
    """Book a refund as it stands now: ours is settled, one made at Stripe is traced,
    and one that came back goes to those from whom it was taken."""
    payment = locked(payment)
    if payment.paid_at is None:
        return
    refund = _row(payment, fact)
    if fact.movement:
        _settle(payment, refund, fact, fact.movement)
    if fact.failure_movement:
        _came_back(payment, refund, fact, fact.failure_movement)
    elif fact.status in FAILED and not fact.movement:
        void(payment, refund, fact.failure or fact.status)
    _count_returned(payment)


def _row(payment: Payment, fact: RefundFact) -> Refund:
    """Our refund, found by its key; one made at Stripe gets its row when we hear of it."""
    kind, _, number = fact.key.partition(":")
    if kind == "refund" and number.isdecimal():
        ours = Refund.objects.filter(pk=int(number), payment=payment).first()
        if ours is not None:
            if ours.stripe_id is None:
                ours.stripe_id = fact.stripe_id
                ours.save(update_fields=["stripe_id"])
            return ours
    row, _ = Refund.objects.get_or_create(
        stripe_id=fact.stripe_id,
        defaults={
            "payment": payment,
            "reader": payment.reader,
            "amount": fact.amount,
            "currency": payment.currency,
            "reason": "stripe",
            "made_at": clock.now(),
        },
    )
    return row


def _settle(
    payment: Payment, refund: Refund, fact: RefundFact, movement: Movement
) -> None:
    reader, reference = payment.reader, f"refund:{fact.stripe_id}"
    if tracing.is_posted(reference):
        return
    if is_reserved(refund):
        posting.post(
            reference,
            {**at_stripe(movement), chart.transit(reader): movement.amount},
            occurred_at=movement.happened_at,
        )
    else:
        tracing.deduct(reference, reader, at_stripe(movement), movement.happened_at)
    refund.done_at, refund.failed_at, refund.failure = clock.now(), None, ""
    refund.save(update_fields=["done_at", "failed_at", "failure"])
    _notify_of(refund, "refund_made")


def is_reserved(refund: Refund) -> bool:
    """Whether its money waits in the reader's `transit` for Stripe's answer."""
    return tracing.is_posted(f"{refund.key}:reserve") and not tracing.is_posted(
        f"{refund.key}:void"
    )


def _came_back(
    payment: Payment, refund: Refund, fact: RefundFact, movement: Movement
) -> None:
    """The card did not accept it: the bank sent it back to Stripe."""
    reader, made = payment.reader, f"refund:{fact.stripe_id}"
    reference = f"{made}:failed"
    if tracing.is_posted(reference):
        return
    if Traced.objects.filter(reference=made).exists():
        moved, happened_at = at_stripe(movement), movement.happened_at
        tracing.give_back(reference, [made], reader, moved, happened_at)
        _mark_failed(refund, fact.failure)
    else:
        tracing.lock_taken(f"{refund.key}:reserve", reader)
        posting.post(
            reference,
            {**at_stripe(movement), chart.transit(reader): movement.amount},
            occurred_at=movement.happened_at,
        )
        void(payment, refund, fact.failure)


def void(payment: Payment, refund: Refund, failure: str) -> None:
    """A refund of ours will not happen: what was reserved goes to whom it came from.

    In a transaction that holds the payment; again is a no-op.
    """
    if is_reserved(refund):
        tracing.give_back(
            f"{refund.key}:void",
            [f"{refund.key}:reserve"],
            payment.reader,
            {chart.transit(payment.reader): -refund.amount},
        )
    if refund.failed_at is None:
        _mark_failed(refund, failure)


def _mark_failed(refund: Refund, failure: str) -> None:
    refund.failed_at, refund.failure = clock.now(), failure[:200]
    refund.save(update_fields=["failed_at", "failure"])
    _notify_of(refund, "refund_failed")


def _notify_of(refund: Refund, action: str) -> None:
    audit.note(
        None,
        action,
        f"payment:{refund.payment_id}",
        after={"refund": refund.pk, "amount": refund.amount},
        reason=refund.failure,
    )
    outbox.write(
        f"{action}:{refund.pk}",
        "refund",
        refund.reader,
        amount=refund.amount,
        card=refund.payment.paid_with,
        failed=refund.failed_at is not None,
    )


# --- Disputes -----------------------------------------------------------------------


@transaction.atomic
def disputed(payment: Payment, fact: DisputeFact) -> None:
    """Book a dispute as it stands now, and block its reader while it is open.

    An inquiry blocks nobody and moves no money. Facts come in the order in which
    Stripe told them: see `payouts.events.converging`.
    """
    payment = locked(payment)
    if payment.paid_at is None:
        return
    tries.lock(payment.reader)
    # Lock the money before the budget, as a payment that arrives does.
    before: list[str] = []
    for reference, moved in fact.bookings:
        _book(payment, reference, moved, before)
        before.append(reference)
    blocking.follow(payment, fact)
    _count_returned(payment)


def _book(payment: Payment, reference: str, moved: Movement, before: list[str]) -> None:
    """What a dispute took is traced; what it returned goes to those from whom the
    movements `before` took it. A fee without an amount is Stripe's cost alone."""
    ours, at = at_stripe(moved), moved.happened_at
    if moved.amount < 0:
        tracing.deduct(reference, payment.reader, ours, at)
    elif moved.amount > 0:
        tracing.give_back(reference, before, payment.reader, ours, at)
    else:
        posting.post(reference, ours, occurred_at=at)


def _count_returned(payment: Payment) -> None:
    """What went back of a payment: refunds that were made, disputes that stand."""
    made = Refund.objects.filter(
        payment=payment, done_at__isnull=False, failed_at=None
    ).aggregate(total=Sum("amount"))["total"]
    returned = (made or 0) + sum(map(_standing, payment.disputes.all()))
    # A bank may dispute what was refunded already: then more than the payment is gone.
    returned = min(payment.amount, returned)
    if returned != payment.returned:
        payment.returned = returned
        payment.save(update_fields=["returned"])


def _standing(dispute: Dispute) -> int:
    """What a dispute took and did not return. A bank may return more than it took."""
    lines = Traced.objects.filter(reference__startswith=f"dispute:{dispute.pk}:")
    return max(0, lines.aggregate(total=Sum("amount"))["total"] or 0)
