"""By what readers pay here, what each method costs, and what is kept of it for renewals."""

from __future__ import annotations

from django.conf import settings

from payouts.models import Method

# What is saved when it is used, so that it can be charged again. Of the others nothing
# is: a bank transfer that its owner confirms each time.
KEPT = frozenset({Method.CARD, Method.SEPA_DEBIT, Method.BANCONTACT, Method.TWINT})


def offered() -> list[Method]:
    """In the order in which pages show them."""
    return [Method(name) for name in settings.PAY_METHODS]


def cost(method: Method, amount: int) -> int:
    """What a payment of `amount` costs, in minor units, halves up. An estimate of the
    operator's: what Stripe kept is in `stripe_cost`."""
    share, fixed = settings.PAY_COSTS[method]
    return fixed + (amount * share + 5_000) // 10_000
