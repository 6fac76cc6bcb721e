"""What Stripe says of a payment, written down."""

from __future__ import annotations

from payouts import chart, paying_in
from payouts.facts import PaymentFact
from payouts.models import Payment


def record(payment: Payment, fact: PaymentFact) -> Payment:
    """Keep what Stripe says of a payment and credit it when its money is there."""
    if payment.stripe_id is None:
        payment.stripe_id = fact.stripe_id
        payment.save(update_fields=["stripe_id"])
    moved = fact.movement
    if fact.is_paid and moved:
        sources = {chart.STRIPE_CLEARING: -moved.net, chart.STRIPE_COST: -moved.fee}
        paying_in.arrived(payment.key, sources, fact.paid_at)
    return payment
