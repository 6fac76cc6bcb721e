"""The chart of the months behind a reader, and of the one that runs: what was given of
the budget, and what stayed in the account."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from flattr import months
from flattr.templatetags.flattr import money, month
from flattr.web.charts import Bar, Chart, Part, Table
from payouts.my_month.behind import MANY, Behind
from payouts.my_month.month import Month

# The pictures' kinds: given, stayed, and what is given if the month ended now.
GIVEN, STAYED, NOW = "in", "held", "running"


@dataclass(frozen=True, slots=True)
class BehindWords:
    month: Month

    @property
    def chart(self) -> Chart | None:
        """None for whoever has no month behind."""
        behind = self.month.behind
        if not behind:
            return None
        given = sum(past.spent for past in behind)
        facts = {"given": money(given), "first": month(behind[0].period)}
        return Chart(
            "behind",
            _("What you gave of your budget, by month"),
            _("%(given)s given since %(first)s; the running month comes last.") % facts,
            [*self._bars(), self._running()],
            nothing=_("Nothing has been given yet."),
            legend=self._legend(),
            table=Table(
                [_("Month"), _("Budget"), _("Given"), _("Stayed in your account")],
                [
                    [
                        month(past.period),
                        money(past.budget),
                        money(past.spent),
                        money(past.kept),
                    ]
                    for past in reversed(behind)
                ],
                [
                    _("Together"),
                    money(sum(past.budget for past in behind)),
                    money(given),
                    money(sum(past.kept for past in behind)),
                ],
            ),
            is_low=True,
        )

    def _bars(self) -> list[Bar]:
        """A year of them, with empty places: a first month is no wider than others."""
        bars = {past.period: _bar(past) for past in self.month.behind}
        periods = [
            months.shifted(self.month.period, -back) for back in range(MANY, 0, -1)
        ]
        return [
            bars.get(period, Bar(_short(period), month(period), []))
            for period in periods
        ]

    def _running(self) -> Bar:
        spends = self.month.spends
        title = _("%(month)s if it ended now: %(given)s of %(budget)s")
        facts = {
            "month": month(self.month.period),
            "given": money(spends),
            "budget": money(self.month.amount),
        }
        parts = [Part(NOW, spends), Part(STAYED, self.month.amount - spends)]
        return Bar(_short(self.month.period), title % facts, parts)

    def _legend(self) -> list[tuple[str, str]]:
        return [
            (GIVEN, _("Given")),
            (NOW, _("Given if it ended now")),
            (STAYED, _("Stayed in your account")),
        ]


def _bar(past: Behind) -> Bar:
    title = _("%(month)s: %(given)s of %(budget)s") % {
        "month": month(past.period),
        "given": money(past.spent),
        "budget": money(past.budget),
    }
    return Bar(
        _short(past.period), title, [Part(GIVEN, past.spent), Part(STAYED, past.kept)]
    )


def _short(period: int) -> str:
    """Oct"""
    return formats.date_format(months.start(period), "M")
