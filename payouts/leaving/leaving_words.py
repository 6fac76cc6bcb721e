"""What the pages about closing an account say, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import day, money, month, month_name
from payouts.earnings.revenue import Purse
from payouts.leaving.leftovers import Back, Left


@dataclass(frozen=True, slots=True)
class ClosingWords:
    """What closing would do. `over` are the months that have ended and are not closed;
    `hindrance` is why nothing can be paid out now; amounts are minor units."""

    left: Left
    over: list[int]
    period: int
    flattred: bool
    purse: Purse
    hindrance: str
    smallest: int

    @property
    def back(self) -> list[str]:
        """Where each part of what was paid in goes."""
        return [_goes_back(part) for part in self.left.back]

    @property
    def stays(self) -> str:
        if not self.over:
            text = _(
                '<strong class="num">{amount}</strong> stays for now: a payment is disputed at'
                " your bank, and that is not decided yet. What is not spent goes back after"
                " that."
            )
        else:
            text = ngettext(
                '<strong class="num">{amount}</strong> stays for now: {months} is over and'
                " not closed yet, and goes to those you flattred. What is not spent goes back"
                " after that.",
                '<strong class="num">{amount}</strong> stays for now: {months} are over and'
                " not closed yet, and go to those you flattred. What is not spent goes back"
                " after that.",
                len(self.over),
            )
        months = get_text_list([month(period) for period in self.over], _("and"))
        return format_html(text, amount=money(self.left.stays), months=months)

    @property
    def budget(self) -> str:
        stops = _("Your budget stops with %(month)s.") % {
            "month": month_name(self.period)
        }
        rest = _(
            "What is saved to pay with is removed, and flattrs that wait for an author are"
            " dropped."
        )
        if not self.flattred:
            return f"{stops} {rest}"
        unpaid = _("What you have flattred this month is not paid for any more.")
        return f"{stops} {unpaid} {rest}"

    @property
    def ready(self) -> str:
        """What becomes of the revenue that can be paid out."""
        if not self.hindrance:
            text = _(
                '<strong class="num">{amount}</strong> is ready. We request its payout at once.'
            )
        elif self.purse.payable >= self.smallest:
            text = _(
                '<strong class="num">{amount}</strong> is ready. {why} We keep it until it can'
                " be paid."
            )
        else:
            text = _(
                '<strong class="num">{amount}</strong> is ready. Payouts start at {smallest};'
                " we keep less than that for you until you claim it or give it up."
            )
        return format_html(
            text,
            amount=money(self.purse.revenue),
            why=self.hindrance,
            smallest=money(self.smallest),
        )


def _goes_back(part: Back) -> str:
    payment = part.payment
    if payment.provider != "stripe":
        text = _(
            '<strong class="num">{amount}</strong> of the simulated payment of {day} goes back.'
        )
    elif payment.paid_with:
        text = _(
            '<strong class="num">{amount}</strong> goes back to {card}, by which you paid'
            " on {day}."
        )
    else:
        text = _(
            '<strong class="num">{amount}</strong> of your payment of {day} goes back to'
            " where it came from."
        )
    assert payment.paid_at is not None, payment
    return format_html(
        text,
        amount=money(part.amount),
        day=day(payment.paid_at),
        card=payment.paid_with,
    )


@dataclass(frozen=True, slots=True)
class ClosedWords:
    """Of an account that is closed: `until` nothing is erased, and `over` whether that
    has passed."""

    closed_at: datetime
    until: datetime
    over: bool

    @property
    def closed(self) -> str:
        closed = _("You closed it on %(day)s.") % {"day": day(self.closed_at)}
        if self.over:
            kept = _("You can keep it for as long as it is not erased.")
        else:
            kept = _("Until %(day)s nothing is erased.") % {"day": day(self.until)}
        stays = _("Money that has gone back stays where it is.")
        return f"{closed} {kept} {stays}"

    @property
    def erased(self) -> str:
        """When it is erased, no money being left."""
        nothing = _("No money of yours is here any more.")
        if self.over:
            return f"{nothing} {_('We erase your account within the hour.')}"
        text = _("We erase your account on %(day)s.")
        return f"{nothing} {text % {'day': day(self.until)}}"
