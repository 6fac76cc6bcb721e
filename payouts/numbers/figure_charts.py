"""The charts of /numbers: twelve months each, the last of them at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money, month, short_month
from flattr.web.charts import Bar, Chart, Part, axis_money
from payouts.numbers.public_figures import Month

MONTHS = 12
_NOTHING = gettext_lazy(
    "So far there is no month of which it could be said without telling of fewer than"
    " five people."
)


def percent(value: int) -> str:
    return f"{value} %"


@dataclass(frozen=True, slots=True)
class Kind:
    """One figure as a chart: which, in which colour, and how it is written."""

    name: str
    figure: str
    title: str
    colour: str
    show: Callable[[int], str]
    axis: Callable[[int], str]
    is_low: bool = True

    def chart(self, closed: list[Month]) -> Chart:
        """The last twelve of `closed`, which has the newest first."""
        return Chart(
            self.name,
            self.title,
            self._desc(closed),
            [self._bar(one, one is closed[0]) for one in reversed(closed)],
            nothing=str(_NOTHING),
            is_low=self.is_low,
            axis=self.axis,
        )

    def _bar(self, one: Month, is_last: bool) -> Bar:
        amount = getattr(one.figures, self.figure)
        said = _("fewer than five people") if amount is None else self.show(amount)
        title = _("%(month)s: %(figure)s") % {
            "month": month(one.period),
            "figure": said,
        }
        if amount is None:
            return Bar(short_month(one.period), title, [])
        part = Part(self.colour, amount)
        return Bar(
            short_month(one.period), title, [part], self.show(amount), is_key=is_last
        )

    def _desc(self, closed: list[Month]) -> str:
        known = [
            amount
            for one in closed
            if (amount := getattr(one.figures, self.figure)) is not None
        ]
        if not known:
            return str(_NOTHING)
        return _("Between %(least)s and %(most)s a month.") % {
            "least": self.show(min(known)),
            "most": self.show(max(known)),
        }


def charts(closed: list[Month]) -> dict[str, Chart]:
    """By figure, the charts of the last twelve months; `closed` has the newest first."""
    kinds = [
        Kind("given", "given", _("Given by month"), "ready", money, axis_money, False),
        Kind("readers", "readers", _("Readers"), "in", intcomma, intcomma),
        Kind("creators", "creators", _("Creators paid"), "out", intcomma, intcomma),
        Kind(
            "click", "median_click", _("What a click is worth"), "f4", money, axis_money
        ),
        Kind(
            "ten", "ten_percent", _("To the ten highest-paid creators"), "f6", percent,
            percent,
        ),
    ]  # fmt: skip
    return {kind.name: kind.chart(closed[:MONTHS]) for kind in kinds}
