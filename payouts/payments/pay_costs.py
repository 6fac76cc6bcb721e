"""What a payment costs by each method, what of it stays with the site, and what reaches
creators: shown before a reader pays, and on the page about fees.

The cost is the operator's, an estimate from the settings. What Stripe really kept of a
payment is in `stripe_cost`. Paying for longer at once makes it smaller.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from flattr.split import fee
from payouts.models import INTERVALS, Method
from payouts.payments import methods

# A payment that costs no more than this is cheap.
MOST_PERCENT = 10


def tenths_of_percent(part: int, whole: int) -> int:
    """
    >>> tenths_of_percent(28, 200), tenths_of_percent(61, 2400)
    (140, 25)
    """
    return (part * 1_000 + whole // 2) // whole


def percent(tenths: int) -> str:
    """
    >>> percent(140), percent(25)
    ('14 %', '2.5 %')
    """
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest} %" if rest else f"{whole} %"


@dataclass(frozen=True, slots=True)
class Cost:
    """A payment of `amount` minor units by `method`."""

    method: Method
    amount: int

    @property
    def fee(self) -> int:
        return methods.cost(self.method, self.amount)

    @property
    def percent(self) -> str:
        return percent(tenths_of_percent(self.fee, self.amount))

    @property
    def is_cheap(self) -> bool:
        return self.fee * 100 <= self.amount * MOST_PERCENT


@dataclass(frozen=True, slots=True)
class Costs:
    """A payment of `amount` minor units for so many `months` at once, by whatever method:
    `taken` is what the site keeps of it when these months are closed."""

    months: int
    amount: int
    taken: int

    @property
    def by_method(self) -> list[Cost]:
        """In the order in which pages show them."""
        return [Cost(method, self.amount) for method in methods.offered()]

    @property
    def cheapest(self) -> Cost:
        """The first of those that cost least."""
        return min(self.by_method, key=lambda cost: cost.fee)

    @property
    def given(self) -> int:
        """What creators get of it, in minor units."""
        return self.amount - self.taken

    def by(self, method: Method) -> Cost:
        return Cost(method, self.amount)


def of_budget(budget: int) -> list[Costs]:
    """Paying for a budget a month, a quarter or a year at once. The site's part is
    rounded for each month, as the close rounds it."""
    kept = fee(budget, settings.FEE_PERCENT)
    return [Costs(many, budget * many, kept * many) for many in INTERVALS]
