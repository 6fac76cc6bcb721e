"""What /numbers says, in each case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr import months
from flattr.templatetags.flattr import day, money, month_name
from flattr.web.charts import Chart
from payouts.models import NightFigures
from payouts.numbers.figure_charts import charts, percent
from payouts.numbers.public_figures import KEYS, Month

LISTED = 36
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with what it is, and a word on it."""

    label: str
    figure: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """A month in the table; each cell is a figure in words."""

    period: int
    cells: list[str]


@dataclass(frozen=True)
class Numbers:
    """The page: closed months, the newest first, last night, and the running month."""

    closed: list[Month]
    night: NightFigures | None
    running: int

    @cached_property
    def shown(self) -> list[Month]:
        """The months of five readers and five creators or more."""
        return [one for one in self.closed if one.figures.is_shown]

    @property
    def given(self) -> int:
        return sum(one.figures.given or 0 for one in self.shown)

    @property
    def fee(self) -> int:
        return sum(one.figures.fee or 0 for one in self.shown)

    @property
    def heading(self) -> str:
        if not self.shown:
            return _("The numbers")
        if not self.fee:
            text = _("%(given)s, all of it passed on")
            return text % {"given": money(self.given)}
        text = _("%(given)s given, %(passed)s of it passed on")
        return text % {
            "given": money(self.given),
            "passed": money(self.given - self.fee),
        }

    @property
    def why_empty(self) -> str:
        """Why there is no figure at all; empty if there are some."""
        if self.shown:
            return ""
        if not self.closed:
            text = _(
                "There are no figures yet. The first come when a month in which somebody"
                " gave has been closed: on %(day)s at the earliest."
            )
            return text % {"day": day(months.end(self.running))}
        return _(
            "So far each closed month had fewer than five readers who gave, or fewer than"
            " five creators who got something. Figures of so few people are not shown."
        )

    @property
    def cards(self) -> Iterator[Card]:
        """The latest month that is shown, and what is kept of all."""
        if not self.shown:
            return
        last = self.shown[0]
        name = {"month": month_name(last.period)}
        for label, figure in (
            (_("Readers who gave in %(month)s"), "readers"),
            (_("Creators who got a share in %(month)s"), "creators"),
        ):
            number = intcomma(getattr(last.figures, figure))
            yield Card(label % name, number, self._change(figure))
        yield Card(_("Kept by us of all months"), money(self.fee), self._cost)
        yield self._returned

    @property
    def _returned(self) -> Card:
        last = self.shown[0]
        label = _("Given back in %(month)s") % {"month": month_name(last.period)}
        if last.figures.given_back is None:
            return Card(label, NOTHING, _("to fewer than five people, or to nobody"))
        return Card(label, money(last.figures.given_back), _("refunds and disputes"))

    def _change(self, figure: str) -> str:
        """How a figure of the latest month stands to the month before; empty where
        that one is not shown."""
        last = self.shown[0]
        before = months.preceding(last.period)
        if len(self.shown) < 2 or self.shown[1].period != before:
            return ""
        now, then = (getattr(one.figures, figure) for one in self.shown[:2])
        facts = {"number": intcomma(abs(now - then)), "month": month_name(before)}
        if now == then:
            return _("as many as in %(month)s") % facts
        if now > then:
            more = ngettext(
                "%(number)s more than in %(month)s",
                "%(number)s more than in %(month)s",
                now - then,
            )
            return more % facts
        fewer = ngettext(
            "%(number)s fewer than in %(month)s",
            "%(number)s fewer than in %(month)s",
            then - now,
        )
        return fewer % facts

    @property
    def _cost(self) -> str:
        costs = [
            one.figures.stripe_cost
            for one in self.closed
            if one.figures.stripe_cost is not None
        ]
        if not sum(costs):
            return ""
        facts = {"cost": money(sum(costs)), "operator": settings.OPERATOR_NAME}
        return _("%(operator)s paid %(cost)s for taking payments") % facts

    @cached_property
    def charts(self) -> dict[str, Chart]:
        return charts(self.closed)

    @property
    def rows(self) -> list[Row]:
        return [Row(one.period, _cells(one)) for one in self.closed[:LISTED]]

    @property
    def foot(self) -> list[str]:
        """The sums of the months that are shown; what has no sum is empty."""
        clicks = sum(one.figures.clicks or 0 for one in self.shown)
        return ["", "", intcomma(clicks), money(self.given), *[""] * 6]

    @property
    def tonight(self) -> str:
        """What there is now, as counted last night; empty before the first night."""
        if self.night is None:
            return ""
        facts = {
            "readers": intcomma(self.night.readers or 0),
            "things": intcomma(self.night.things or 0),
            "day": day(self.night.made_at),
        }
        if self.night.readers is None:
            text = _("On %(day)s fewer than five readers had an open budget.")
        elif self.night.things is None:
            text = _("On %(day)s at least %(readers)s readers had an open budget.")
        else:
            text = _(
                "On %(day)s at least %(readers)s readers had an open budget, and"
                " %(things)s things were proved."
            )
        return text % facts

    @property
    def keys(self) -> list[tuple[str, str]]:
        return [(name, str(meaning)) for name, meaning in KEYS.items()]


def _cells(one: Month) -> list[str]:
    kept = one.figures
    if not kept.is_shown:
        figures = [_("fewer than 5"), *[NOTHING] * 6]
    else:
        figures = [
            *(intcomma(kept.readers), intcomma(kept.creators), intcomma(kept.clicks)),
            *(_money(kept.given), _money(kept.median_click)),
            *(_percent(kept.ten_percent), _percent(kept.half_percent)),
        ]
    return [
        *figures,
        _money_or_few(kept.given_back),
        duration(one.taken),
        duration(one.late),
    ]


def _money(amount: int | None) -> str:
    return NOTHING if amount is None else money(amount)


def _money_or_few(amount: int | None) -> str:
    return _("fewer than 5") if amount is None else money(amount)


def _percent(value: int | None) -> str:
    return NOTHING if value is None else percent(value)


def duration(length: timedelta) -> str:
    """A length of time in its largest unit, rounded up: 40 s, 3 min, 2 h, 4 d.

    >>> [duration(timedelta(seconds=n)) for n in (0, 60, 61, 3601, 90_000)]
    ['1 s', '60 s', '2 min', '2 h', '25 h']
    """
    seconds = max(1, -(-int(length.total_seconds() * 1000) // 1000))
    if seconds <= 60:
        return _("%(number)d s") % {"number": seconds}
    if seconds <= 60 * 60:
        return _("%(number)d min") % {"number": -(-seconds // 60)}
    if seconds <= 48 * 60 * 60:
        return _("%(number)d h") % {"number": -(-seconds // 3600)}
    return _("%(number)d d") % {"number": -(-seconds // 86_400)}
