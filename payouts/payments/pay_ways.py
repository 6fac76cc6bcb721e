"""For how many months at once a reader can pay, and which of these ways is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr import months
from flattr.split import fee
from flattr.templatetags.flattr import month, month_name
from payouts.models import INTERVALS, Method
from payouts.payments.pay_costs import Costs

NAMES = {
    1: gettext_lazy("a month"),
    3: gettext_lazy("a quarter"),
    12: gettext_lazy("a year"),
}


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
    def costs(self) -> Costs:
        return Costs(self.months, self.amount, fee(self.amount, settings.FEE_PERCENT))


def proposed(ways: list[Way], method: Method) -> int:
    """The months of the shortest way that is cheap by a method, else of the longest."""
    cheap = (way.months for way in ways if way.costs.by(method).is_cheap)
    return next(cheap, INTERVALS[-1])
