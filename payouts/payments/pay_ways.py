"""For how long a reader can pay at once, and what a card payment costs.

An estimate from the settings: what Stripe really kept of a payment is in `stripe_cost`.
It is the operator's cost, not the reader's; paying for longer at once makes it smaller.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr import months
from flattr.templatetags.flattr import month, month_name
from payouts.models import INTERVALS, Method
from payouts.payments import methods

# The shortest interval that costs no more than this is proposed.
MOST_PERCENT = 10
NAMES = {
    1: gettext_lazy("a month"),
    3: gettext_lazy("a quarter"),
    12: gettext_lazy("a year"),
}


def card_fee(amount: int) -> int:
    """What a payment of `amount` costs, in minor units, halves up."""
    return methods.cost(Method.CARD, amount)


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
class Way:
    """Paying for so many months at once, from `first` on: `amount` now, in minor units."""

    months: int
    amount: int
    first: int

    @property
    def name(self) -> str:
        """What is paid for: a month by its name, else how long and until when."""
        last = months.shifted(self.first, self.months - 1)
        if self.months == 1:
            return month_name(last)
        if self.months == 3:
            return _("Three months, to %(month)s") % {"month": month_name(last)}
        assert self.months == 12, self.months
        return _("A year, to %(month)s") % {"month": month(last)}

    @property
    def value(self) -> str:
        """As forms send it."""
        return str(self.months)

    @property
    def fee(self) -> int:
        return card_fee(self.amount)

    @property
    def percent(self) -> str:
        return percent(tenths_of_percent(self.fee, self.amount))

    @property
    def is_cheap(self) -> bool:
        return self.fee * 100 <= self.amount * MOST_PERCENT


def proposed(ways: list[Way]) -> int:
    """The months of the shortest way that is cheap, else of the longest."""
    return next((way.months for way in ways if way.is_cheap), INTERVALS[-1])
