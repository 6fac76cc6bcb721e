"""A creator's months as a chart and as its table: what each brought, what is held of it,
and the clicks of the month that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from flattr import months
from flattr.templatetags.flattr import moment, money, month, month_name
from flattr.web.charts import STUB, Bar, Chart, Part
from payouts.earnings import forecasts, revenue
from payouts.earnings.revenue import Clicks, MonthEarned, Purse
from payouts.models import Close, Forecast

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A month in the table. `tag` is the colour of its state."""

    period: int
    clicks: int
    amount: str
    state: str
    tag: str
    is_closed: bool


@dataclass(frozen=True)
class MonthBars:
    """`earned` are months that gave something, latest first; `waiting` the clicks of
    the month that runs and, until it is closed, of the one before it; `forecast` last
    night's of the month that runs."""

    earned: Sequence[MonthEarned]
    running: int
    waiting: Mapping[int, Clicks]
    nothing: str
    forecast: Forecast | None = None
    # What was given once in months that are not closed; minor units.
    once: Mapping[int, int] = field(default_factory=dict)

    @property
    def about_forecast(self) -> str:
        """When the forecast was made, and what it is; empty without one."""
        if self.forecast is None:
            return ""
        return _(
            "A forecast of %(moment)s: what %(month)s would bring if it had ended then."
        ) % {
            "moment": moment(self.forecast.made_at),
            "month": month_name(self.running),
        }

    # --- The table

    @cached_property
    def rows(self) -> list[Row]:
        return [
            *(self._waiting_row(period) for period in sorted(self.waiting)[::-1]),
            *map(_earned_row, self.earned),
        ]

    @cached_property
    def clicks(self) -> int:
        """Of the closed months together."""
        return sum(month.clicks for month in self.earned)

    @cached_property
    def amount(self) -> int:
        return sum(month.amount for month in self.earned)

    def _waiting_row(self, period: int) -> Row:
        state = _("running") if period == self.running else _("being closed")
        amount = ""
        if self.forecast and period == self.running:
            amount = _("about %(amount)s") % {"amount": money(self.forecast.amount)}
        if once := self.once.get(period, 0):
            given = _("%(amount)s once") % {"amount": money(once)}
            amount = f"{given}, {amount}" if amount else given
        clicks = self.waiting[period].clicks
        return Row(period, clicks, amount, state, "", is_closed=False)

    # --- The picture

    @cached_property
    def chart(self) -> Chart:
        of_month = {earned.period: earned for earned in self._shown}
        window = [months.shifted(self._first, later) for later in range(MONTHS)]
        return Chart(
            "months",
            _("Your revenue by month"),
            self._in_words,
            [
                self._waiting_bar(period)
                if period in self.waiting
                else _bar(period, of_month.get(period))
                for period in window
            ],
            nothing=self.nothing,
            legend=[
                ("ready", _("Ready or paid")),
                ("held", _("Held")),
                ("running", self._about_stripes),
            ],
        )

    @property
    def _about_stripes(self) -> str:
        if self.forecast:
            return _("Running: clicks, and last night's forecast")
        return _("Not closed yet: clicks")

    @property
    def _first(self) -> int:
        return months.shifted(self.running, 1 - MONTHS)

    @property
    def _shown(self) -> list[MonthEarned]:
        return [earned for earned in self.earned if earned.period >= self._first]

    def _waiting_bar(self, period: int) -> Bar:
        clicks = self.waiting[period].clicks
        facts = {
            "month": month_name(period),
            "clicks": ngettext("%(clicks)s click", "%(clicks)s clicks", clicks)
            % {"clicks": intcomma(clicks)},
        }
        parts, title = [STUB] if clicks else [], _("%(month)s so far: %(clicks)s")
        if self.forecast and period == self.running:
            parts = [Part("running", self.forecast.amount)]
            title = _("%(month)s so far: %(clicks)s; the forecast is %(amount)s")
            facts["amount"] = money(self.forecast.amount)
        if once := self.once.get(period, 0):
            held = Part("held", once)
            parts = [held] if parts == [STUB] else [held, *parts]
            title = f"{title}; {_('%(once)s given once')}"
            facts["once"] = money(once)
        return Bar(
            _short(period),
            title % facts,
            parts,
            facts["clicks"] if clicks else "",
            is_key=period == self.running,
        )

    @property
    def _in_words(self) -> str:
        """What the picture shows, for people who hear it."""
        sentences = []
        if shown := self._shown:
            first, last = shown[-1], shown[0]
            sentences.append(
                _("From %(first)s in %(begin)s to %(last)s in %(end)s.")
                % {
                    "first": money(first.amount),
                    "begin": month(first.period),
                    "last": money(last.amount),
                    "end": month(last.period),
                }
            )
        if held := sum(earned.held for earned in shown):
            sentences.append(_("%(amount)s is still held.") % {"amount": money(held)})
        sentences += [
            f"{bar.title}." for bar in map(self._waiting_bar, sorted(self.waiting))
        ]
        sentences.append(_("The table below has every figure."))
        return " ".join(sentences)


def month_bars(
    creator: User,
    running: int,
    clicks: Mapping[int, Clicks],
    purse: Purse,
    since: int = 0,
) -> MonthBars:
    """The chart and table of a creator's months; `clicks` are of the running month and
    the one before it."""
    last = months.preceding(running)
    waiting = {running: clicks[running]}
    earned = revenue.months_of(creator, since)
    once = {month.period: month.once for month in earned}
    # Shares come of a close alone.
    is_shared = any(m.period == last and m.amount > m.once for m in earned)
    is_there = clicks[last].clicks or once.get(last)
    if is_there and not is_shared and not _is_closed(last):
        waiting[last] = clicks[last]
    return MonthBars(
        [month for month in earned if month.period not in waiting],
        running,
        waiting,
        nothing_in(running, is_first=purse.is_empty),
        forecasts.of(creator, running),
        {period: amount for period, amount in once.items() if period in waiting},
    )


def _is_closed(period: int) -> bool:
    return Close.objects.filter(period=period, state="closed").exists()


def nothing_in(running: int, *, is_first: bool) -> str:
    """What is said instead of a picture."""
    words = _(
        "Nothing arrived in these twelve months. When %(month)s is closed, you see here"
        " what it brought."
    )
    if is_first:
        words = _(
            "Nothing has arrived yet. When %(month)s is closed, you see here what it"
            " brought."
        )
    return words % {"month": month(running)}


def _earned_row(earned: MonthEarned) -> Row:
    state, tag = _("ready or paid"), "good"
    if earned.held:
        state, tag = _("%(amount)s held") % {"amount": money(earned.held)}, "warn"
    elif earned.taken:
        state = _("%(amount)s was taken back") % {"amount": money(earned.taken)}
        tag = "warn"
    return Row(
        earned.period, earned.clicks, money(earned.amount), state, tag, is_closed=True
    )


def _bar(period: int, earned: MonthEarned | None) -> Bar:
    if earned is None:
        return Bar(
            _short(period), _("%(month)s: nothing") % {"month": month(period)}, []
        )
    words = _("%(month)s: %(amount)s")
    if earned.held:
        words = _("%(month)s: %(amount)s, of it %(held)s held")
    return Bar(
        _short(period),
        words
        % {
            "month": month(period),
            "amount": money(earned.amount),
            "held": money(earned.held),
        },
        [Part("ready", earned.released), Part("held", earned.held)],
        money(earned.amount),
    )


def _short(period: int) -> str:
    """Nov, as under a bar."""
    return formats.date_format(months.start(period), "M")
