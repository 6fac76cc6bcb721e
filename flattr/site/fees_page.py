"""The page about fees: what the site keeps, and what paying costs by each method."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from flattr.site import sentences
from flattr.templatetags.flattr import money
from flattr.web.amounts import AmountField
from payouts.payments import pay_costs, pay_ways
from payouts.payments.choosing import offered
from payouts.payments.words import cost_words
from payouts.payments.words.cost_words import Column, CostTable


class SumForm(forms.Form):
    """A budget whose costs somebody wants to see."""

    budget = AmountField(
        least=settings.SMALLEST_BUDGET,
        most=settings.LARGEST_BUDGET,
        label=gettext_lazy("Your budget a month"),
    )


@dataclass(frozen=True, slots=True)
class Fees:
    """`budget` is one that somebody typed, in minor units; 0 if nobody did."""

    budget: int = 0

    @property
    def about(self) -> str:
        return sentences.about_the_fee(settings.FEE_PERCENT, settings.OPERATOR_NAME)

    @property
    def rounding(self) -> str:
        """Empty where the site keeps nothing."""
        if not settings.FEE_PERCENT:
            return ""
        return _(
            "The fee is rounded to the nearest cent, once for each reader and month."
            " Every statement shows it."
        )

    @property
    def costs(self) -> str:
        text = _("What we are charged is the least where it is bold.")
        return f"{cost_words.who_pays()} {text}"

    @property
    def tables(self) -> list[CostTable]:
        """Of the budget that was typed alone, or of those on offer."""
        return [
            table(budget) for budget in ([self.budget] if self.budget else offered())
        ]

    @property
    def payouts(self) -> str:
        text = _(
            "We charge nothing for paying you out. A payout starts at %(least)s, so that a"
            " bank’s own charges do not eat it."
        )
        return text % {"least": money(settings.SMALLEST_PAYOUT)}


def table(budget: int) -> CostTable:
    caption = _("A budget of %(amount)s a month") % {"amount": money(budget)}
    columns = [
        Column(str(pay_ways.NAMES[costs.months]), costs)
        for costs in pay_costs.of_budget(budget)
    ]
    return CostTable(caption, columns)


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    form = SumForm(request.GET if "budget" in request.GET else None)
    page = Fees(form.cleaned_data["budget"]) if form.is_valid() else Fees()
    return render(request, "site/fees.html", {"page": page, "form": form})
