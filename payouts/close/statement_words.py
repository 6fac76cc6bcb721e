"""What a statement says of a closed month, and a month says that has none."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import moment, money, month
from payouts.close.statements import MonthLeft, Statement
from payouts.payments.notes import Action


@dataclass(frozen=True, slots=True)
class StatementWords:
    statement: Statement

    @property
    def heading(self) -> str:
        statement, split = self.statement, self.statement.split
        many = len(statement.portions)
        text = ngettext(
            "%(month)s: %(amount)s, %(number)s way",
            "%(month)s: %(amount)s, %(number)s ways",
            many,
        )
        return text % {
            "month": month(statement.period),
            "amount": money(split.spent, split.currency),
            "number": apnumber(many),
        }

    @property
    def gift_fee(self) -> str:
        """What of the gifts stays with the site, below their sum."""
        once = self.statement.once
        if not once.fee:
            return _("All of it went to creators.")
        fee = money(once.fee, self.statement.split.currency)
        return _("%(fee)s of it stays with this site.") % {"fee": fee}

    @property
    def share_label(self) -> str:
        if self.statement.by_thing:
            return _("Each thing got")
        return _("Each creator got")

    @property
    def flattred(self) -> str:
        many = len(self.statement.portions)
        creators = ngettext("%(number)s creator", "%(number)s creators", many)
        text = ngettext(
            "You flattred %(number)s thing by %(creators)s.",
            "You flattred %(number)s things by %(creators)s.",
            self.statement.things,
        )
        return text % {
            "number": apnumber(self.statement.things),
            "creators": creators % {"number": apnumber(many)},
        }

    @property
    def closed(self) -> str:
        at = {"moment": moment(self.statement.closed_at)}
        return _("The month was closed on %(moment)s.") % at

    @property
    def _most_got_more(self) -> bool:
        return 2 * self.statement.odd > self.statement.split.units

    @property
    def share(self) -> str:
        """What most of them got."""
        amount = self.statement.each + self._most_got_more
        return money(amount, self.statement.split.currency)

    @property
    def others_got(self) -> str:
        statement = self.statement
        if not statement.odd:
            return _("To the cent.")
        number, amount = statement.odd, statement.each + 1
        if self._most_got_more:
            number, amount = statement.split.units - statement.odd, statement.each
        text = ngettext(
            "%(number)s of them got %(amount)s, since the sum does not divide evenly.",
            "%(number)s of them got %(amount)s, since the sum does not divide evenly.",
            number,
        )
        return text % {
            "number": capfirst(str(apnumber(number))),
            "amount": money(amount, statement.split.currency),
        }

    @property
    def fee(self) -> str:
        statement, split = self.statement, self.statement.split
        if not split.fee:
            return _("All of it went to creators.")
        return _("%(fee)s of it stays with this site (%(percent)s %%).") % {
            "fee": money(split.fee, split.currency),
            "percent": statement.fee_percent,
        }


@dataclass(frozen=True, slots=True)
class NoStatementWords:
    """Why a month has no statement, and where to go instead."""

    left: MonthLeft

    @property
    def why(self) -> str:
        if self.left.state == "running":
            return _(
                "This month is running. Its statement comes when it is over and closed. Until"
                " then, my month shows what each creator would get."
            )
        if self.left.state == "closing":
            return _(
                "This month is over and not closed yet. Closing takes a few minutes, at times"
                " a few hours; then your statement is here."
            )
        if self.left.state == "aside":
            return _aside()
        return _(
            "Nothing of yours was shared in this month: you flattred nothing in it, or there"
            " was nothing in your account. So nothing was spent."
        )

    @property
    def action(self) -> Action:
        if self.left.state == "running":
            return Action(_("Go to my month"), reverse("payouts:month"))
        if self.left.state == "aside":
            return Action(
                _("Why was my month set aside?"),
                reverse("answer", args=["why-was-my-month-set-aside"]),
            )
        return Action(_("Your statements"), reverse("payouts:statements"))


def _aside() -> str:
    text = _(
        "This month is closed for everybody else. Yours was set aside: our staff have to"
        " check something about it first. No money has left your account for it. Once they"
        ' have, your statement is here. If you wonder why, <a href="mailto:{address}">write'
        " to us</a>."
    )
    return format_html(text, address=settings.OPERATOR_EMAIL)
