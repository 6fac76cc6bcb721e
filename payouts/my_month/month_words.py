"""What *my month* says of a reader's running month, case by case."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, month_name
from payouts.gifts.gift_words import GiftWords
from payouts.my_month.behind_words import BehindWords
from payouts.my_month.figure_words import FigureWords
from payouts.my_month.month import Month
from payouts.my_month.month_notes import MonthNotes
from payouts.payments.notes import Note
from payouts.payments.words.budget_words import BudgetWords


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
    def stands(self) -> str:
        """Empty where a note says what is missing."""
        if not self.month.amount:
            return _(
                "Decide what you give a month. From then on every button you press shares"
                " it."
            )
        if not self.month.standing.covered:
            return ""
        return _("%(month)s is paid.") % {"month": self.now}

    @property
    def flattred(self) -> str:
        many = len(self.month.portions)
        creators = ngettext("%(number)s creator", "%(number)s creators", many)
        text = ngettext(
            "You flattred %(number)s thing by %(creators)s.",
            "You flattred %(number)s things by %(creators)s.",
            self.month.clicks,
        )
        return text % {
            "number": apnumber(self.month.clicks),
            "creators": creators % {"number": apnumber(many)},
        }

    @property
    def loaf(self) -> str:
        """What the picture of the month shows, for people who hear it."""
        many = len(self.month.portions)
        if not many:
            return _("Your %(month)s: nothing cut yet") % {"month": self.now}
        text = ngettext(
            "Your %(month)s: %(number)s slice",
            "Your %(month)s: %(number)s equal slices",
            many,
        )
        return text % {"month": self.now, "number": apnumber(many)}

    @property
    def still_whole(self) -> str:
        return _("%(month)s: your loaf is still whole") % {"month": self.now}

    @property
    def whole(self) -> str:
        """On a loaf that nobody has a slice of."""
        return _("%(amount)s, not cut yet") % {"amount": self.amount}

    @property
    def first_slices(self) -> str:
        """What becomes of such a loaf."""
        if self.month.policy == "thing":
            text = _(
                "With your first flattr, one thing gets %(first)s. With the second, each"
                " gets %(second)s. If you flattr nothing, nothing is spent."
            )
        else:
            text = _(
                "With your first flattr, one creator gets %(first)s. With a second creator,"
                " each gets %(second)s. If you flattr nothing, nothing is spent."
            )
        pot = self.month.amount - self.month.fee
        return text % {"first": money(pot), "second": money(pot // 2)}

    @property
    def liked(self) -> str:
        many = len(self.month.liked)
        text = ngettext(
            "%(number)s that people flattr this month",
            "%(number)s that people flattr this month",
            many,
        )
        return text % {"number": capfirst(str(apnumber(many)))}

    @property
    def rule(self) -> str:
        if self.month.policy == "thing":
            return _("When the month ends, each thing gets the same.")
        return _("When the month ends, each creator gets the same.")

    @property
    def notes(self) -> list[Note]:
        return MonthNotes(self.month, self.is_suspended).notes

    @property
    def figures(self) -> FigureWords:
        return FigureWords(self.month)

    @property
    def behind(self) -> BehindWords:
        return BehindWords(self.month)

    @property
    def gifts(self) -> list[GiftWords]:
        return [GiftWords(gift, self.month.now) for gift in self.month.gifts]

    # --- Every month ------------------------------------------------------------------

    @property
    def your_budget(self) -> str:
        return _("You give %(amount)s a month.") % {"amount": self.amount}

    @property
    def subscriptions(self) -> str:
        many = self.month.subscriptions
        if not many:
            return _("Flattr something every month")
        text = ngettext(
            "You flattr %(number)s thing every month",
            "You flattr %(number)s things every month",
            many,
        )
        return text % {"number": apnumber(many)}

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
        return text % {"day": self.month.last_day}

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
