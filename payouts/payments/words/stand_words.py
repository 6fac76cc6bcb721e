"""How a reader's budget stands: whether it is paid, what is in the account, what comes
next. Said in a sentence and drawn as one strip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flattr import months
from flattr.templatetags.flattr import money, short_day
from payouts.models import Payer
from payouts.payments import paying_in
from payouts.payments.noticing import Notice
from payouts.payments.words.budget_words import BudgetWords

# In tenths of a per cent: the gap between two parts, and the narrowest part.
GAP = 6
LEAST = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Of a sum that is drawn as one strip: `kind` is `in`, `held` or `missing`; `x` and
    `width` are SVG's, in per cent."""

    kind: str
    x: str
    width: str


def strip(first: int, second: int, kind: str) -> list[Part]:
    """`first`, and `second` where there is any.

    >>> [(part.kind, part.x, part.width) for part in strip(1_000, 400, "held")]
    [('in', '0.0%', '71.0%'), ('held', '71.6%', '28.4%')]
    >>> [part.kind for part in strip(1_000, 0, "held")]
    ['in']
    >>> [part.kind for part in strip(0, 500, "missing")]
    ['missing']
    """
    if not first or not second:
        whole = "in" if first else kind
        return [Part(whole, _percent(0), _percent(1_000))] if first or second else []
    room = 1_000 - GAP
    width = min(max(first * room // (first + second), LEAST), room - LEAST)
    rest = width + GAP
    return [
        Part("in", _percent(0), _percent(width)),
        Part(kind, _percent(rest), _percent(1_000 - rest)),
    ]


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}%"


class State(StrEnum):
    """`STOPPED` is by a dispute, `UNPAID` by payments that failed."""

    SUSPENDED = "suspended by staff"
    NONE = "no budget"
    STOPPED = "stopped"
    UNPAID = "unpaid"
    RAISE = "raise"
    PAID = "paid"
    OPEN = "open"


SAYS = {
    State.SUSPENDED: gettext_lazy("Your account is suspended."),
    State.STOPPED: gettext_lazy("Your budget is stopped."),
    State.UNPAID: gettext_lazy("Your budget is suspended."),
    State.RAISE: gettext_lazy("%(amount)s needs a little more."),
    State.PAID: gettext_lazy("%(month)s is paid."),
    State.OPEN: gettext_lazy("%(month)s is not paid yet."),
}
FURTHER = {
    State.NONE: gettext_lazy("Choose what you give a month, and you can flattr."),
    State.STOPPED: gettext_lazy(
        "It goes on when it is decided what becomes of the payment that your bank took"
        " back."
    ),
    State.UNPAID: gettext_lazy("The next payment that arrives opens it again."),
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
            return FURTHER[self.state] % self._facts
        if self.state == State.SUSPENDED:
            return _suspended_by_staff()
        if self.begins:
            text = _("You begin with it; there is nothing to pay for %(month)s.")
            return text % {"month": self.budget.now}
        return self._next_charge() if self.state == State.PAID else self._needed()

    @property
    def _facts(self) -> dict[str, str]:
        return {
            "month": self.month,
            "amount": money(self.amount),
            "stands": self.budget.amount,
            "free": money(self.free),
        }

    def _needed(self) -> str:
        if not self.missing:
            return _(
                "Your account holds what it needs. It counts as soon as the month before"
                " is closed."
            )
        text = _("Your account holds %(free)s of the %(amount)s it needs.")
        return text % self._facts

    def _next_charge(self) -> str:
        """What is charged when the next month begins."""
        budget, left = self.budget.next_amount, self.free - self.amount
        if not budget:
            return _("Nothing is charged after it.")
        if left >= budget:
            return self._covers(left // budget)
        following = months.following(self.budget.standing.period)
        facts = {
            "card": self.payer.kept,
            "day": short_day(months.start(following)),
            "month": self.budget.now,
            "next": self.budget.next,
            "sum": money(paying_in.to_pay(budget, left, self.payer.months)),
        }
        return self._charge_template(budget) % facts

    def _covers(self, more: int) -> str:
        if more == 1:
            text = _("What is in your account pays for %(next)s too.")
            return text % {"next": self.budget.next}
        text = ngettext(
            "What is in your account pays for the next %(number)s month too.",
            "What is in your account pays for the next %(number)s months too.",
            more,
        )
        return text % {"number": apnumber(more)}

    def _charge_template(self, budget: int) -> str:
        # What a month does not spend pays for the next.
        depends = not self.budget.flattred and self.free >= budget
        if not self.payer.kept and depends:
            return _(
                "If you flattr somebody in %(month)s, we ask you by e-mail to pay for"
                " %(next)s on %(day)s."
            )
        if not self.payer.kept:
            return _("On %(day)s we ask you by e-mail to pay for %(next)s.")
        if depends:
            return _(
                "If you flattr somebody in %(month)s, %(card)s is charged %(sum)s on"
                " %(day)s; if not, nothing."
            )
        return _("On %(day)s %(card)s is charged %(sum)s, and %(next)s is paid too.")

    @property
    def strip(self) -> list[Part]:
        """The account as a picture; nothing where there is no budget."""
        if self.state in {State.NONE, State.SUSPENDED}:
            return []
        if self.missing:
            return strip(self.free, self.missing, "missing")
        return strip(self.amount, self.free - self.amount, "held")

    @property
    def strip_says(self) -> list[str]:
        if not self.strip:
            return []
        if self.missing:
            return [
                _said(_("{sum} in your account"), self.free),
                _said(_("{sum} missing"), self.missing),
            ]
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
