"""What went back of a payment, from what its reader did not spend."""

from __future__ import annotations

from payouts import chart
from payouts.facts import DisputeFact, Movement, RefundFact
from payouts.ledger import posting
from payouts.models import Payment


def refunded(payment: Payment, fact: RefundFact) -> None:
    if fact.movement:
        _move(payment, f"refund:{fact.stripe_id}", fact.movement)
    if fact.failure_movement:
        _move(payment, f"refund:{fact.stripe_id}:failed", fact.failure_movement)


def disputed(payment: Payment, fact: DisputeFact) -> None:
    if fact.withdrawn:
        _move(payment, f"dispute:{fact.stripe_id}:withdrawn", fact.withdrawn)
    if fact.returned:
        _move(payment, f"dispute:{fact.stripe_id}:returned", fact.returned)


def _move(payment: Payment, reference: str, moved: Movement) -> None:
    posting.post(
        reference,
        {
            chart.means(payment.reader): moved.amount,
            chart.STRIPE_COST: -moved.fee,
            chart.STRIPE_CLEARING: -moved.net,
        },
        occurred_at=moved.happened_at,
    )
