"""What the page says on which a reader chooses what to give a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from buttons.clicks.worth import share, worth
from flattr import months
from flattr.templatetags.flattr import money, month_name
from payouts.payments.budgeting import Choice
from payouts.payments.words.budget_words import BudgetWords

# The amounts on offer, in halves of the smallest budget, and what stands under each:
# in most currencies 2, 5, 10 and 20. The second is chosen for a newcomer.
OFFER = {
    2: gettext_lazy("a small thank-you"),
    5: gettext_lazy("for a few creators"),
    10: gettext_lazy("for many creators"),
    20: gettext_lazy("if you read a lot"),
}
OTHER = "other"
# So near to its end a reader is asked whether to begin with this month or the next.
LATE = timedelta(days=7)


def offered() -> list[int]:
    """The amounts on the cards, in minor units."""
    return [settings.SMALLEST_BUDGET * halves // 2 for halves in OFFER]


@dataclass(frozen=True, slots=True)
class Card:
    """An amount that can be chosen. `place` is its number on the page."""

    amount: int
    place: int

    @property
    def value(self) -> str:
        return str(self.amount)

    @property
    def says(self) -> str:
        return str(list(OFFER.values())[self.place - 1])

    @property
    def becomes(self) -> SafeString:
        """What creators, or things, would get of it."""
        facts = {number: _share(self.amount, number) for number in (1, 3, 10)}
        if settings.POLICY == "thing":
            text = _("With ten things, each gets {ten}. With three, {three}.")
        else:
            text = _("With ten creators, each gets {ten}. With three, {three}.")
        if settings.FEE_PERCENT:
            text = f"{text} {_('With one, {one}.')}"
        else:
            text = f"{text} {_('With one, all {one}.')}"
        return format_html(text, one=facts[1], three=facts[3], ten=facts[10])


def _share(amount: int, units: int) -> str:
    found = worth(amount, units, settings.FEE_PERCENT)
    assert found is not None, units
    return share(found)


@dataclass(frozen=True, slots=True)
class Choosing:
    """All that the page says. `hurries` is a reader who is about to flattr something,
    so that they want to begin with this month."""

    budget: BudgetWords
    now: datetime
    hurries: bool = False

    @property
    def amount(self) -> int:
        """What is given now, or from the next month on, in minor units."""
        return self.budget.standing.amount or self.budget.next_amount

    @property
    def is_new(self) -> bool:
        return not self.amount and not self.budget.standing.credited

    @property
    def proposal(self) -> dict[str, str | int | None]:
        """What is chosen before anybody chooses."""
        proposed = self.amount or offered()[1]
        on_a_card = proposed in offered()
        return {
            "choice": str(proposed) if on_a_card else OTHER,
            "amount": None if on_a_card else proposed,
            "begin": "next" if self.begins_next else "now",
        }

    @property
    def cards(self) -> list[Card]:
        return [Card(amount, place) for place, amount in enumerate(offered(), 1)]

    @property
    def slices(self) -> list[tuple[str, str]]:
        """Ten, to show how a budget is divided."""
        return [(f"s{number}", "") for number in range(1, 11)]

    @property
    def slices_label(self) -> str:
        if settings.POLICY == "thing":
            return _("A budget with ten things: ten equal slices")
        return _("A budget with ten creators: ten equal slices")

    @property
    def another_becomes(self) -> str:
        if settings.POLICY == "thing":
            text = _("With ten things, each gets a tenth; with three, a third.")
        else:
            text = _("With ten creators, each gets a tenth; with three, a third.")
        return f"{text} {self.site_keeps}" if self.site_keeps else text

    @property
    def site_keeps(self) -> str:
        """Empty where the site keeps nothing."""
        if not settings.FEE_PERCENT:
            return ""
        text = _("Before, %(percent)s %% goes to this site, for running it.")
        return text % {"percent": settings.FEE_PERCENT}

    @property
    def step(self) -> str:
        return _("Step 2 of 3") if self.is_new else ""

    @property
    def heading(self) -> str:
        if self.amount:
            return _("What you give a month")
        return _("What would you like to give a month?")

    @property
    def lead(self) -> str:
        rule = _(
            "Click as much as you like: the slices get thinner, the sum stays the same."
        )
        if self.amount:
            return f"{self.budget.fact} {rule}"
        return f"{_('That is all it will ever cost you.')} {rule}"

    @property
    def button(self) -> str:
        return _("Change the budget") if self.amount else _("Go on to pay")

    @property
    def assurance(self) -> str:
        return _(
            "You can change it or stop at any time. What a month does not spend stays"
            " yours."
        )

    # --- When to begin ----------------------------------------------------------------

    @property
    def is_late(self) -> bool:
        """The month is nearly over."""
        return months.end(self.budget.standing.period) - self.now <= LATE

    @property
    def begins_next(self) -> bool:
        """The next month is chosen before anybody chooses."""
        is_asked = self.is_late and not self.budget.standing.amount
        return is_asked and not self.hurries

    @property
    def begin_question(self) -> str:
        days = (months.end(self.budget.standing.period) - self.now).days
        if self.budget.standing.amount:
            ask = _("When should the change begin?")
        else:
            ask = _("When do you want to begin?")
        text = ngettext(
            "%(month)s ends in %(days)s day.", "%(month)s ends in %(days)s days.", days
        )
        if not days:
            text = _("%(month)s ends today.")
        return f"{text % {'month': self.budget.now, 'days': apnumber(days)}} {ask}"

    @property
    def with_next(self) -> str:
        return _("With %(month)s") % {"month": self.budget.next}

    @property
    def next_says(self) -> str:
        if self.budget.standing.amount:
            text = _("%(month)s stays at %(amount)s")
            return text % {"month": self.budget.now, "amount": self.budget.amount}
        return _("nothing to pay for %(month)s") % {"month": self.budget.now}

    @property
    def now_says(self) -> str:
        if self.budget.standing.amount:
            return _("for %(month)s already, if it can") % {"month": self.budget.now}
        last = months.end(self.budget.standing.period) - timedelta(days=1)
        facts = {"month": self.budget.now, "day": formats.date_format(last, "l")}
        if last <= self.now:
            return _("what you click today counts for %(month)s") % facts
        return _("what you click by %(day)s counts for %(month)s") % facts


def chosen_words(choice: Choice, period: int) -> str:
    """From when on a choice counts, once it is made."""
    facts = {
        "now": month_name(period),
        "next": month_name(choice.counts_from),
        "amount": money(choice.amount),
    }
    if choice.counts_from == period:
        if choice.amount:
            return _("You give %(amount)s a month. It counts from %(now)s on.") % facts
        return _("You give nothing in %(now)s, and nothing after it.") % facts
    if choice.amount:
        change = _("From %(next)s on you give %(amount)s a month.") % facts
    else:
        change = _("From %(next)s on you give nothing.") % facts
    if choice.from_next:
        return change
    kept = _("You have flattred in %(now)s, so %(now)s stays as it is.") % facts
    return f"{kept} {change}"
