"""What *my month* says of a reader's running month, case by case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, month_name, short_day
from payouts.close.month import Month
from payouts.payments.budget_words import BudgetWords
from payouts.payments.notes import Action, Note


@dataclass(frozen=True, slots=True)
class MonthWords:
    """Sentences about `month`. `is_suspended` is of the reader, by our staff."""

    month: Month
    is_suspended: bool = False

    @property
    def budget(self) -> BudgetWords:
        month = self.month
        flattred = bool(month.portions)
        return BudgetWords(month.standing, month.next_amount, month.free, flattred)

    @property
    def now(self) -> str:
        return month_name(self.month.period)

    @property
    def amount(self) -> str:
        return money(self.month.amount)

    # --- The head ---------------------------------------------------------------------

    @property
    def heading(self) -> str:
        facts = {"month": self.now, "amount": self.amount}
        if not self.month.amount:
            return _("%(month)s: nothing to give yet") % facts
        many = len(self.month.portions)
        if not many:
            return _("%(month)s: %(amount)s, for nobody yet") % facts
        text = ngettext(
            "%(month)s: %(amount)s, %(number)s way",
            "%(month)s: %(amount)s, %(number)s ways",
            many,
        )
        return text % {**facts, "number": apnumber(many)}

    @property
    def flattred(self) -> str:
        many = len(self.month.portions)
        creators = ngettext("%(number)d creator", "%(number)d creators", many)
        text = ngettext(
            "You have flattred %(number)d thing by %(creators)s.",
            "You have flattred %(number)d things by %(creators)s.",
            self.month.clicks,
        )
        return text % {
            "number": self.month.clicks,
            "creators": creators % {"number": many},
        }

    @property
    def rule(self) -> str:
        if self.month.policy == "thing":
            return _("When the month ends, each thing gets the same.")
        return _("When the month ends, each creator gets the same.")

    @property
    def notes(self) -> list[Note]:
        """What is in the way of the reader's flattrs, the gravest alone."""
        if self.is_suspended:
            return [Note(_suspended_by_staff())]
        if told := self.month.notice.notes:
            return told
        if self.month.standing.suspended:
            return [self._suspended_budget()]
        if self.month.amount and not self.month.standing.credited:
            return [self._first_payment()]
        if self.month.amount and not self.month.standing.covered:
            return [self._not_covered()]
        return []

    def _suspended_budget(self) -> Note:
        text = _(
            "Your budget is suspended, since a payment for it did not arrive or was taken"
            " back. What you flattred in %(month)s is still shared at its end; new flattrs"
            " are not accepted."
        )
        return Note(text % {"month": self.now}, actions=(_pay_in(),))

    def _first_payment(self) -> Note:
        text = _(
            "Your budget is %(amount)s a month. It opens with your first payment; from then"
            " on you can flattr."
        )
        return Note(text % {"amount": self.amount}, actions=(_pay_in(),))

    def _not_covered(self) -> Note:
        missing, free = self.month.missing, self.month.free
        if not missing:
            return Note(
                _(
                    "An earlier month has to be closed before your payment counts for this."
                )
            )
        text = _(
            "%(missing)s is missing for %(month)s. Until it arrives, this page shows what"
            " each creator gets if it does; without it, nothing is shared."
        )
        if free:
            text = _(
                "%(missing)s is missing for %(month)s. Until it arrives, this page shows"
                " what each creator gets if it does; without it, %(free)s is shared."
            )
        facts = {"missing": money(missing), "month": self.now, "free": money(free)}
        return Note(text % facts, actions=(_pay_in(),))

    # --- The three figures ------------------------------------------------------------

    @property
    def share_label(self) -> str:
        if self.month.policy == "thing":
            return _("Each thing gets now")
        return _("Each creator gets now")

    @property
    def share(self) -> str:
        least, most = self.month.least, self.month.most
        if not self.month.portions:
            return "–"
        return money(least) if least == most else f"{money(least)}–{money(most)}"

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
        facts = {"month": self.now, "next": self.budget.next}
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
    def until(self) -> str:
        text = _(
            "At the end of %(day)s (midnight UTC). Until then you can undo any flattr."
        )
        return text % {"day": _last_day(self.month.ends_at)}

    # --- What happens at the end ------------------------------------------------------

    @property
    def end_heading(self) -> str:
        return _("What happens at the end of %(month)s") % {"month": self.now}

    @property
    def end(self) -> str:
        text = _(
            "The month closes at the end of %(day)s (midnight UTC). Until then you can add"
            " flattrs and undo them."
        )
        return text % {"day": _last_day(self.month.ends_at)}

    @property
    def division(self) -> str:
        sentences = [self._what_is_divided]
        if settings.FEE_PERCENT:
            kept = _("%(percent)s %% of it stays with this site, for running it.")
            sentences.append(kept % {"percent": settings.FEE_PERCENT})
        sentences.append(_("If you flattred nothing, nothing is spent."))
        return " ".join(sentences)

    @property
    def _what_is_divided(self) -> str:
        month = self.month
        by_thing = month.policy == "thing"
        if month.missing and month.free:
            text = (
                _(
                    "Then what is in your account, now %(free)s, is divided evenly among"
                    " the things you flattred."
                )
                if by_thing
                else _(
                    "Then what is in your account, now %(free)s, is divided evenly among"
                    " the creators you flattred."
                )
            )
        elif by_thing:
            text = _("Then %(amount)s is divided evenly among the things you flattred.")
        else:
            text = _(
                "Then %(amount)s is divided evenly among the creators you flattred."
            )
        return text % {"free": money(month.free), "amount": self.amount}


def _last_day(ends_at: datetime) -> str:
    """The day before the midnight at which a month ends: 30 November."""
    return short_day(ends_at - timedelta(days=1))


def _suspended_by_staff() -> str:
    text = _(
        "Your account is suspended. New flattrs are not accepted, and what you flattred is"
        ' not shared before our staff have decided. <a href="mailto:{address}">Write to'
        " us</a>"
    )
    return format_html(text, address=settings.OPERATOR_EMAIL)


def _pay_in() -> Action:
    return Action(_("Pay in"), reverse("payouts:pay"))
