"""A creator's page of revenue: what there is, what each month brought, and each thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import money, month
from payouts.earnings import revenue
from payouts.earnings.pages import hold_words
from payouts.earnings.pages.month_bars import MONTHS, MonthBars, month_bars
from payouts.earnings.revenue import Purse, ThingEarned


@dataclass(frozen=True, slots=True)
class ThingBar:
    """One thing: what it brought, and which part that is of all."""

    thing: Thing
    amount: int
    part: str


@dataclass(frozen=True)
class AllMonths:
    """`things` are those that brought most in the months of the chart, from `since` on."""

    purse: Purse
    bars: MonthBars
    things: Sequence[ThingEarned]
    since: int
    has_things: bool

    @property
    def heading(self) -> str:
        if not self.bars.earned:
            return _("Your revenue")
        number = len(self.bars.earned)
        return ngettext(
            "%(amount)s in %(number)s month", "%(amount)s in %(number)s months", number
        ) % {"amount": money(self.bars.amount), "number": intcomma(number)}

    @property
    def year(self) -> int:
        """The running one, which has a page to print."""
        return self.bars.running // 100

    @property
    def on_its_way(self) -> str:
        if self.purse.transit:
            return _("reserved for a payout")
        return _("no payout is being made")

    @property
    def about_held(self) -> str:
        return hold_words.shortly()

    @property
    def nothing_yet(self) -> str:
        """What is said instead of months."""
        if self.has_things:
            return self.bars.nothing
        return _(
            "Put a button on what you make. After each month you see here what readers"
            " gave for it, by month and by thing."
        )

    # --- By thing

    @property
    def about_things(self) -> str:
        return _("What each brought since %(month)s.") % {"month": month(self.since)}

    @cached_property
    def thing_bars(self) -> list[ThingBar]:
        return [
            ThingBar(
                earned.thing,
                earned.amount,
                in_hundredths(earned.amount, self.total),
            )
            for earned in self.things
        ]

    @property
    def most(self) -> int:
        """What the first of them brought, beside which all bars are drawn."""
        return self.things[0].amount

    @cached_property
    def total(self) -> int:
        """Of the months from `since` on."""
        return sum(
            earned.amount for earned in self.bars.earned if earned.period >= self.since
        )

    @cached_property
    def once(self) -> int:
        """What of it was given once."""
        return sum(
            earned.once for earned in self.bars.earned if earned.period >= self.since
        )

    @property
    def once_part(self) -> str:
        return in_hundredths(self.once, self.total)

    @cached_property
    def rest(self) -> int:
        """What all other things brought together."""
        return self.total - self.once - sum(earned.amount for earned in self.things)

    @property
    def rest_part(self) -> str:
        return in_hundredths(self.rest, self.total)


def in_hundredths(amount: int, total: int) -> str:
    """A part in per cent, for people.

    >>> in_hundredths(19841, 58477), in_hundredths(1, 58477), in_hundredths(0, 0)
    ('34 %', 'under 1 %', '0 %')
    """
    per_cent = (200 * amount + total) // (2 * total) if total else 0
    if amount and not per_cent:
        return _("under 1 %")
    return _("%(number)s %%") % {"number": per_cent}


def all_months(creator: User) -> AllMonths:
    running = clock.period()
    since = months.shifted(running, 1 - MONTHS)
    clicks = revenue.clicks_of(creator, running, months.preceding(running))
    purse = revenue.purse(creator)
    return AllMonths(
        purse,
        month_bars(creator, running, clicks, purse),
        revenue.most_earned(creator, since),
        since,
        creator.is_creator,
    )
