"""What pages say of a reader's budget, and of changing it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import budgets
from accounts.people.budgets import Standing
from flattr import months
from flattr.templatetags.flattr import money, month_name
from payouts.payments import budgeting


@dataclass(frozen=True, slots=True)
class BudgetWords:
    """Sentences about `standing`. `next_amount` is what is given from the next month on
    and `free` what is in the account for this one, both in minor units."""

    standing: Standing
    next_amount: int
    free: int
    flattred: bool

    @property
    def now(self) -> str:
        return month_name(self.standing.period)

    @property
    def next(self) -> str:
        return month_name(months.following(self.standing.period))

    @property
    def amount(self) -> str:
        return money(self.standing.amount)

    @property
    def a_month(self) -> str:
        """The budget as a fact among others."""
        if not self.standing.amount:
            return self.coming or _("none yet")
        return _("%(amount)s a month") % {"amount": self.amount}

    @property
    def fact(self) -> str:
        """The budget as a sentence."""
        if not self.standing.amount and self.standing.credited:
            return self.coming or _("You give nothing at the moment.")
        if not self.standing.amount:
            return self.coming or _("You give nothing yet.")
        return _("You give %(amount)s a month.") % {"amount": self.amount}

    @property
    def coming(self) -> str:
        """A budget that begins with the next month; else empty."""
        if self.standing.amount or not self.next_amount:
            return ""
        text = _("From %(month)s on you give %(amount)s a month.")
        return text % {"month": self.next, "amount": money(self.next_amount)}

    @property
    def coming_change(self) -> str:
        """Empty when the next month's budget is the same."""
        if not self.standing.amount or self.next_amount == self.standing.amount:
            return ""
        if not self.next_amount:
            return _("From %(month)s on you give nothing.") % {"month": self.next}
        return _("From %(month)s on you give %(amount)s.") % {
            "month": self.next,
            "amount": money(self.next_amount),
        }

    @property
    def change_note(self) -> str:
        if not self.coming_change:
            return ""
        return f"{self.coming_change} {_('Choosing again below changes that.')}"

    @property
    def stop_button(self) -> str:
        """Empty when it is stopped already."""
        if not self.next_amount:
            return ""
        begins = self.flattred or not self.standing.amount
        month = self.next if begins else self.now
        return _("Stop from %(month)s") % {"month": month}

    @property
    def when_more_counts(self) -> str:
        facts = {"month": self.now, "free": money(self.free), "amount": self.amount}
        if not self.standing.credited:
            return (
                _(
                    "A higher amount counts for %(month)s as soon as what is in your account"
                    " covers it. You have %(free)s for %(month)s and later."
                )
                % facts
            )
        return (
            _(
                "A higher amount counts for %(month)s as soon as what is in your account covers"
                " it. You have %(free)s for %(month)s and later; if that is less, the next page"
                " asks for the difference, and until it arrives %(amount)s stands."
            )
            % facts
        )

    @property
    def when_less_counts(self) -> str:
        if self.flattred:
            text = _(
                "A lower amount, or stopping, counts from %(next)s, since you have flattred"
                " in %(month)s."
            )
        else:
            text = _(
                "A lower amount, or stopping, counts for %(month)s at once, since you have"
                " flattred nothing in it yet."
            )
        return text % {"month": self.now, "next": self.next}


def of(reader: User, standing: Standing, free: int) -> BudgetWords:
    """In two queries."""
    following = months.following(standing.period)
    return BudgetWords(
        standing=standing,
        next_amount=budgets.amount_in(reader, following),
        free=free,
        flattred=budgeting.flattred(reader, standing.period),
    )
