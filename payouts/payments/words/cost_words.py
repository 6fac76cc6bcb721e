"""What pages say of costs: which method is the cheapest, and a table of them all."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money
from payouts.models import Method
from payouts.payments.pay_costs import Cost, Costs
from payouts.payments.words import method_words

# By the months that are paid for at once.
CHEAPEST = {
    1: gettext_lazy("Cheapest by the month: %(method)s, %(fee)s (%(percent)s)."),
    3: gettext_lazy("Cheapest by the quarter: %(method)s, %(fee)s (%(percent)s)."),
    12: gettext_lazy("Cheapest by the year: %(method)s, %(fee)s (%(percent)s)."),
}


def advice(costs: Costs) -> str:
    """Which method is the cheapest; empty where there is no choice."""
    if len(costs.by_method) == 1:
        return ""
    least = costs.cheapest
    facts = {"fee": money(least.fee), "percent": least.percent}
    return CHEAPEST[costs.months] % {**facts, "method": least.method.label}


def where_it_goes(costs: Costs) -> str:
    """What the site keeps of a payment, and what reaches creators."""
    facts = {
        "amount": money(costs.amount),
        "kept": money(costs.taken),
        "given": money(costs.given),
        "site": settings.OPERATOR_NAME,
    }
    if not costs.taken:
        return _("Of %(amount)s all %(given)s reach creators.") % facts
    text = _("Of %(amount)s %(site)s keeps %(kept)s, and %(given)s reach creators.")
    return text % facts


def who_pays() -> str:
    """Of what a payment costs."""
    text = _(
        "%(site)s pays what the payment costs. It is not taken from what you give."
    )
    return text % {"site": settings.OPERATOR_NAME}


@dataclass(frozen=True, slots=True)
class Column:
    """Of the table: a way to pay, under its name."""

    name: str
    costs: Costs

    @property
    def amount(self) -> str:
        return money(self.costs.amount)

    @property
    def kept(self) -> str:
        return money(self.costs.taken)

    @property
    def given(self) -> str:
        return money(self.costs.given)


@dataclass(frozen=True, slots=True)
class Cell:
    """`is_least` is where no method costs less."""

    fee: str
    percent: str
    is_least: bool


@dataclass(frozen=True, slots=True)
class CostTable:
    """What each method costs, row by row, and below what of the payment goes where."""

    caption: str
    columns: list[Column]

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        methods = [cost.method for cost in self.columns[0].costs.by_method]
        return [(method_words.name(method), self._cells(method)) for method in methods]

    def _cells(self, method: Method) -> list[Cell]:
        return [
            _cell(column.costs.by(method), column.costs.cheapest)
            for column in self.columns
        ]

    @property
    def kept_label(self) -> str:
        return _("%(site)s keeps") % {"site": settings.OPERATOR_NAME}

    @property
    def advice(self) -> str:
        return " ".join(filter(None, (advice(one.costs) for one in self.columns)))


def _cell(cost: Cost, cheapest: Cost) -> Cell:
    return Cell(money(cost.fee), cost.percent, cost.fee == cheapest.fee)
