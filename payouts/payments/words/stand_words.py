"""How a reader's budget stands: whether it is paid, what is in the account, what comes
next. Said in a sentence and drawn as one strip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money, short_day
from payouts.models import Payer
from payouts.payments.words import next_charge
from payouts.payments.words.budget_words import BudgetWords
from payouts.payments.words.notice_words import Notice
from payouts.payments.words.strip import Part, strip


class State(StrEnum):
    """`STOPPED` is by a dispute, `UNPAID` by payments that failed."""

    SUSPENDED = "suspended by staff"
    NONE = "no budget"
    STOPPED = "stopped"
    UNPAID = "unpaid"
    RAISE = "raise"
    PAID = "paid"
    COMING = "on its way"
    ANNOUNCED = "announced"
    OPEN = "open"


SAYS = {
    State.SUSPENDED: gettext_lazy("Your account is suspended."),
    State.STOPPED: gettext_lazy("Your budget is stopped."),
    State.UNPAID: gettext_lazy("Your budget is suspended."),
    State.RAISE: gettext_lazy("%(amount)s needs a little more."),
    State.PAID: gettext_lazy("%(month)s is paid."),
    State.COMING: gettext_lazy("%(coming)s is on its way."),
    State.ANNOUNCED: gettext_lazy("On %(day)s we debit %(announced)s."),
    State.OPEN: gettext_lazy("%(month)s is not paid yet."),
}
FURTHER = {
    State.NONE: gettext_lazy("Choose what you give a month, and you can flattr."),
    State.STOPPED: gettext_lazy(
        "It goes on when it is decided what becomes of the payment that your bank took"
        " back."
    ),
    State.UNPAID: gettext_lazy("The next payment that arrives opens it again."),
    State.ANNOUNCED: gettext_lazy(
        "By %(account)s, for %(month)s. If you would rather not, pay in another way or stop"
        " before that day. You can go on flattring meanwhile."
    ),
    State.RAISE: gettext_lazy(
        "It counts for %(month)s as soon as the difference is in your account. Until then"
        " %(stands)s stands."
    ),
}


@dataclass(frozen=True, slots=True)
class StandWords:
    """Amounts are minor units: `balance` is in the account, `wish` the raise that is to
    be paid for. `is_suspended` is of the reader, by our staff."""

    budget: BudgetWords
    payer: Payer
    notice: Notice
    balance: int = 0
    wish: int | None = None
    is_suspended: bool = False

    @property
    def free(self) -> int:
        return self.budget.free

    @property
    def begins(self) -> bool:
        """The reader begins with the next month."""
        return bool(self.budget.coming) and not self.wish

    @property
    def raises(self) -> bool:
        """The difference to a higher budget is to be paid."""
        return bool(self.wish) and self.budget.standing.credited

    @property
    def amount(self) -> int:
        """What is needed: by the raise, this month, or the next if it is the first."""
        standing = self.budget.standing
        return self.wish or standing.amount or self.budget.next_amount

    @property
    def month(self) -> str:
        return self.budget.next if self.begins else self.budget.now

    @property
    def missing(self) -> int:
        return max(0, self.amount - self.free)

    @property
    def is_paid(self) -> bool:
        covered = self.begins or self.budget.standing.covered
        return bool(self.amount) and not self.missing and covered

    @property
    def state(self) -> State:
        """The gravest that holds."""
        cases = [
            (State.SUSPENDED, self.is_suspended),
            (State.STOPPED, self.notice.kind == "disputed"),
            (State.NONE, not self.amount),
            (State.UNPAID, self.budget.standing.suspended),
            (State.RAISE, self.raises),
            (State.PAID, self.is_paid),
            (State.COMING, self.notice.coming and self.missing),
            (State.ANNOUNCED, self.notice.announced and self.payer.keeps_debit),
        ]
        return next((state for state, holds in cases if holds), State.OPEN)

    @property
    def step(self) -> str:
        """Of the way to the first flattr."""
        is_new = self.amount and not self.budget.standing.credited
        return _("Step 3 of 3") if is_new else ""

    @property
    def is_open(self) -> bool:
        """Flattrs are accepted."""
        return self.budget.standing.open

    @property
    def says(self) -> str:
        """The sentence in bold."""
        if self.state == State.NONE:
            return self.budget.fact
        return SAYS[self.state] % self._facts

    @property
    def further(self) -> str:
        """What follows from it."""
        if self.state in FURTHER:
            return f"{FURTHER[self.state] % self._facts} {self._coming_too}".strip()
        if self.state == State.COMING:
            return self._coming()
        if self.state == State.SUSPENDED:
            return _suspended_by_staff()
        if self.begins:
            text = _("You begin with it; there is nothing to pay for %(month)s.")
            return text % {"month": self.budget.now}
        return self._next if self.state == State.PAID else self._needed()

    @property
    def _facts(self) -> dict[str, str]:
        return {
            "month": self.month,
            "amount": money(self.amount),
            "stands": self.budget.amount,
            "free": money(self.free),
            "coming": money(self.notice.coming),
            "rest": money(self.still_missing),
            "announced": money(self.notice.announced),
            "account": self.payer.kept,
            "day": short_day(day) if (day := self.notice.announced_for) else "",
        }

    @property
    def coming(self) -> int:
        """Of what is missing, what banks work on already."""
        return min(self.missing, self.notice.coming)

    @property
    def still_missing(self) -> int:
        """When that has arrived."""
        return self.missing - self.coming

    @property
    def _coming_too(self) -> str:
        """Beside a graver state."""
        if not self.notice.coming:
            return ""
        return _("%(coming)s is on its way; your bank works on it.") % self._facts

    def _coming(self) -> str:
        """What a payment on its way does when it arrives, and until then."""
        if self.still_missing:
            text = _(
                "Your bank works on it. When it is here, %(rest)s is still missing for"
                " %(month)s."
            )
        elif not self.budget.standing.credited:
            text = _(
                "Your bank works on it, for about a week, two at most. As soon as it is"
                " here you can flattr."
            )
        else:
            text = _(
                "Your bank works on it, for about a week, two at most. Then %(month)s is"
                " paid. Until then you can go on flattring."
            )
        return text % self._facts

    @property
    def _next(self) -> str:
        return next_charge.says(self.budget, self.payer, self.free - self.amount)

    def _needed(self) -> str:
        if not self.missing:
            return _(
                "Your account holds what it needs. It counts as soon as the month before"
                " is closed."
            )
        text = _("Your account holds %(free)s of the %(amount)s it needs.")
        return text % self._facts

    @property
    def strip(self) -> list[Part]:
        """The account as a picture; nothing where there is no budget."""
        if self.state in {State.NONE, State.SUSPENDED}:
            return []
        if self.missing:
            return strip(
                ("in", self.free),
                ("coming", self.coming),
                ("missing", self.still_missing),
            )
        return strip(("in", self.amount), ("held", self.free - self.amount))

    @property
    def strip_says(self) -> list[str]:
        if not self.strip:
            return []
        if self.missing:
            said = [_said(_("{sum} in your account"), self.free)]
            if self.coming:
                said.append(_said(_("{sum} on its way"), self.coming))
            if self.still_missing:
                said.append(_said(_("{sum} missing"), self.still_missing))
            return said
        said = [_said(_("{sum} for {month}"), self.amount, self.month)]
        if left := self.free - self.amount:
            said.append(_said(_("{sum} left for later"), left))
        return said

    @property
    def account(self) -> str:
        """What is in the account, and whose it is."""
        text = _(
            "%(balance)s in your account. What a month does not spend stays yours, and"
            " lowers the next charge."
        )
        if self.free < self.balance:
            text = _(
                "%(balance)s in your account; %(free)s of it is for %(month)s and later, the"
                " rest goes to a month that has ended and is not closed yet."
            )
        return text % {
            "balance": money(self.balance),
            "free": money(self.free),
            "month": self.budget.now,
        }


def _said(template: str, amount: int, month_: str = "") -> str:
    figure = format_html('<strong class="num">{}</strong>', money(amount))
    return format_html(template, sum=figure, month=month_)


def _suspended_by_staff() -> str:
    text = _(
        "New flattrs are not accepted, and what you flattred is not shared before our"
        ' staff have decided. <a href="mailto:{address}">Write to us</a>'
    )
    return format_html(text, address=settings.OPERATOR_EMAIL)
