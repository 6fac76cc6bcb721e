"""What the three figures of *my month* say: the share, the account, the end."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, month_name
from payouts.my_month.month import Month


@dataclass(frozen=True, slots=True)
class FigureWords:
    month: Month

    @property
    def now(self) -> str:
        return month_name(self.month.period)

    @property
    def next(self) -> str:
        return month_name(self.month.next_period)

    @property
    def amount(self) -> str:
        return money(self.month.amount)

    @property
    def share_label(self) -> str:
        if self.month.policy == "thing":
            return _("Each thing gets now")
        return _("Each creator gets now")

    @property
    def share(self) -> str:
        """What most of them get."""
        if not self.month.portions:
            return "–"
        return money(self.month.most if self._most_get_more else self.month.least)

    @property
    def _most_get_more(self) -> bool:
        return 2 * self.month.odd > self.month.units

    @property
    def others_get(self) -> str:
        """Empty where all get the same."""
        month = self.month
        if not month.odd:
            return ""
        number, amount = month.odd, month.most
        if self._most_get_more:
            number, amount = month.units - month.odd, month.least
        text = ngettext(
            "%(number)s of them gets %(amount)s.",
            "%(number)s of them get %(amount)s.",
            number,
        )
        return text % {
            "number": capfirst(str(apnumber(number))),
            "amount": money(amount),
        }

    @property
    def with_one_more(self) -> str:
        share = {"amount": money(self.month.with_one_more)}
        if not self.month.portions:
            return _("The first gets %(amount)s.") % share
        return _("%(amount)s each if you add one more.") % share

    @property
    def site_keeps(self) -> str:
        """Empty where the site keeps nothing."""
        if not self.month.fee:
            return ""
        return _("%(fee)s of %(amount)s stays with this site.") % {
            "fee": money(self.month.fee),
            "amount": self.amount,
        }

    @property
    def account(self) -> str:
        """What the money in the account is for."""
        month = self.month
        if month.free < month.balance:
            return self._partly_spent()
        if month.covers > 1:
            return self._covers_months(month.covers - 1)
        facts = {"month": self.now, "next": self.next}
        if month.covers and month.free > month.amount:
            return _("It covers %(month)s and a part of %(next)s.") % facts
        if month.covers:
            return _("It covers %(month)s.") % facts
        if month.free:
            return _("It covers a part of %(month)s.") % facts
        return _("Nothing yet.")

    def _partly_spent(self) -> str:
        if not self.month.free:
            return _("It goes to a month that has ended and is not closed yet.")
        text = _(
            "%(free)s of it is for %(month)s and later; the rest goes to a month that has"
            " ended and is not closed yet."
        )
        return text % {"free": money(self.month.free), "month": self.now}

    def _covers_months(self, more: int) -> str:
        text = ngettext(
            "It covers %(month)s and %(number)s more month.",
            "It covers %(month)s and %(number)s more months.",
            more,
        )
        return text % {"month": self.now, "number": apnumber(more)}

    @property
    def pay_label(self) -> str:
        return _("Pay ahead") if self.month.standing.covered else _("Pay in")

    @property
    def closes_label(self) -> str:
        return _("%(month)s closes in") % {"month": self.now}

    @property
    def until(self) -> str:
        text = _(
            "At the end of %(day)s (midnight UTC). Until then you can undo any flattr."
        )
        return text % {"day": self.month.last_day}
