"""What a creator's pages of revenue show, and what they say about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from flattr.database import clock
from flattr.templatetags.flattr import money, month
from payouts.earnings import revenue
from payouts.earnings.pages import hold_words
from payouts.earnings.revenue import MOST_ROWS, OnceEarned, Shares, ThingEarned
from payouts.models import Close, Lot


@dataclass(frozen=True)
class OneMonth:
    """One month of a creator: what each thing brought, and which shares make it up.
    `is_closed` says whether the month is."""

    period: int
    running: int
    is_closed: bool
    all_things: list[ThingEarned]
    all_shares: list[Shares]
    lots: list[Lot]
    once: list[OnceEarned]

    @property
    def heading(self) -> str:
        if not self.all_things and self.once:
            text = _("%(month)s: %(amount)s, given once")
            return text % {
                "month": month(self.period),
                "amount": money(self.once_total),
            }
        if not self.all_things:
            return month(self.period)
        return ngettext(
            "%(month)s: %(amount)s from %(readers)s reader",
            "%(month)s: %(amount)s from %(readers)s readers",
            self.readers,
        ) % {
            "month": month(self.period),
            "amount": money(self.total),
            "readers": intcomma(self.readers),
        }

    @property
    def has_report(self) -> bool:
        """There is something to be written into a table, and the month is closed."""
        return self.is_closed and bool(self.all_things or self.once)

    @property
    def nothing_yet(self) -> str:
        """Why no thing is shown."""
        if self.period == self.running:
            return _(
                "This month is still running. What it brings is shown here when it is"
                " closed."
            )
        if not self.is_closed:
            return _(
                "This month is over and not closed yet. That takes a few minutes,"
                " sometimes a few hours."
            )
        return _("Nothing arrived in this month.")

    @property
    def about_held(self) -> str:
        return hold_words.in_full()

    # --- Long tables end with a line for the rest

    @property
    def things(self) -> list[ThingEarned]:
        """The most first."""
        return self.all_things[:MOST_ROWS]

    @property
    def most(self) -> int:
        """What the first of them brought, beside which all bars are drawn."""
        return self.all_things[0].amount

    @property
    def more_things(self) -> list[ThingEarned]:
        return self.all_things[MOST_ROWS:]

    @property
    def more_things_clicks(self) -> int:
        return sum(thing.clicks for thing in self.more_things)

    @property
    def more_things_amount(self) -> int:
        return sum(thing.amount for thing in self.more_things)

    @property
    def shares(self) -> list[Shares]:
        return self.all_shares[:MOST_ROWS]

    @property
    def more_shares(self) -> int:
        """How many readers gave the smaller ones."""
        return sum(share.readers for share in self.all_shares[MOST_ROWS:])

    @property
    def more_shares_amount(self) -> int:
        return sum(share.total for share in self.all_shares[MOST_ROWS:])

    @cached_property
    def once_total(self) -> int:
        return sum(one.amount for one in self.once)

    @property
    def once_gifts(self) -> int:
        return sum(one.gifts for one in self.once)

    @property
    def about_once(self) -> str:
        """What stands beside the month's shares."""
        if self.is_closed:
            return _(
                "Readers gave this beside their budgets. It takes no share of them."
            )
        return _(
            "Readers gave this beside their budgets. It is yours already; what the month"
            " itself brings is added when it is closed."
        )

    @property
    def lots_total(self) -> int:
        return sum(lot.amount for lot in self.lots)

    @cached_property
    def readers(self) -> int:
        return sum(share.readers for share in self.all_shares)

    @cached_property
    def clicks(self) -> int:
        return sum(thing.clicks for thing in self.all_things)

    @cached_property
    def total(self) -> int:
        return sum(thing.amount for thing in self.all_things)


def one_month(creator: User, period: int) -> OneMonth:
    return OneMonth(
        period,
        clock.period(),
        Close.objects.filter(period=period, state="closed").exists(),
        revenue.things_of(creator, period),
        revenue.shares_of(creator, period),
        revenue.lots_of(creator, period),
        revenue.once_of(creator, period),
    )
