"""What the page about paying says: what can be paid, and how the budget is renewed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money
from payouts.models import Method, Payer
from payouts.payments import pay_ways
from payouts.payments.notes import Note
from payouts.payments.pay_ways import Way
from payouts.payments.words import cost_words, method_choice
from payouts.payments.words.cost_words import Column, CostTable
from payouts.payments.words.kept_words import KeptWords
from payouts.payments.words.method_choice import MethodChoice
from payouts.payments.words.notice_words import Notice
from payouts.payments.words.stand_words import StandWords, State

# By the months that are paid for at once.
RENEWALS = {
    1: gettext_lazy("each month, for what your account does not cover"),
    3: gettext_lazy("for a quarter, when your account does not cover the next month"),
    12: gettext_lazy("for a year, when your account does not cover the next month"),
}
# What can be paid at once from the note about a renewal that was not paid.
UNPAID = {"declined", "failed", "lost"}


@dataclass(frozen=True, slots=True)
class PayWords:
    """Sentences about paying in one of `ways`."""

    stand: StandWords
    ways: list[Way]

    @property
    def payer(self) -> Payer:
        return self.stand.payer

    @property
    def notice(self) -> Notice:
        return self.stand.notice

    @property
    def notes(self) -> list[Note]:
        return [] if self.stand.is_suspended else self.notice.notes

    @property
    def now(self) -> Way | None:
        """What the note about a renewal that was not paid offers to pay at once."""
        if self.stand.is_suspended or self.notice.kind not in UNPAID:
            return None
        fit = [way for way in self.ways if way.months == self.payer.months]
        return fit[0] if fit else None

    @property
    def pay_now(self) -> str:
        assert self.now is not None
        return _("Pay %(amount)s now") % {"amount": money(self.now.amount)}

    @property
    def longer(self) -> list[Way]:
        """What the form offers: all ways, or those for longer than the note's; nothing to
        somebody whom our staff have suspended."""
        if self.stand.is_suspended:
            return []
        now = self.now
        return [way for way in self.ways if now is None or way.months > now.months]

    @property
    def proposed(self) -> int:
        """For how many months at once, before the reader chooses: what they chose before,
        else the shortest whose fee is small."""
        if self.now and self.longer:
            return self.longer[0].months
        if self.payer.kept_at or not self.ways:
            return self.payer.months
        return pay_ways.proposed(self.ways, self.method)

    @property
    def method(self) -> Method:
        """By what the reader pays, before they choose."""
        return method_choice.proposed(self.payer.kind)

    @property
    def choices(self) -> list[MethodChoice]:
        is_first = not self.stand.budget.standing.credited
        return method_choice.choices(self.longer, is_first=is_first)

    @property
    def one_method(self) -> bool:
        return len(self.choices) == 1

    @property
    def where_it_goes(self) -> list[tuple[str, str]]:
        return method_choice.where_it_goes(self.longer)

    @property
    def who_pays(self) -> str:
        return cost_words.who_pays()

    @property
    def is_loud(self) -> bool:
        """Paying is what the page is about."""
        return not (self.stand.is_paid or self.notice.kind or self.goes_on)

    @property
    def goes_on(self) -> bool:
        """What is missing is on its way, or will be debited."""
        arrives = self.stand.coming and not self.stand.still_missing
        return bool(arrives) or self.stand.state == State.ANNOUNCED

    @property
    def only(self) -> bool:
        """There is nothing to choose."""
        return len(self.ways) == 1

    @property
    def pay_heading(self) -> str:
        if self.stand.raises:
            return _("Pay the difference")
        if self.now:
            return _("Or pay for longer")
        if self.goes_on:
            return _("Pay in another way, if you cannot wait")
        return _("Pay ahead, if you like") if self.stand.is_paid else _("Pay in")

    @property
    def pay_button(self) -> str:
        if self.only:
            amount = money(self.ways[0].amount)
            return _("Pay %(amount)s") % {"amount": amount}
        if self.now:
            return _("Pay for longer")
        return _("Pay ahead") if self.stand.is_paid else _("Pay")

    @property
    def costs(self) -> CostTable:
        columns = [Column(way.name, way.costs) for way in self.ways]
        return CostTable(cost_words.who_pays(), columns)

    # --- The renewal ------------------------------------------------------------------

    @property
    def kept(self) -> KeptWords:
        return KeptWords(self.payer)

    @property
    def charged(self) -> str:
        if self.stand.is_suspended:
            return _("not while your account is suspended")
        if self.notice.stops:
            return _("not while your budget is stopped")
        if not self.payer.kept:
            return _("never by itself: when a payment is due, we write to you")
        return str(RENEWALS[self.payer.months])

    @property
    def leaving(self) -> str:
        """What follows from removing what is saved, and from stopping, where these are
        offered."""
        stop = _(
            "If you stop, nothing more is charged, and what is left in your account stays"
            " yours."
        )
        stops = stop if self.stand.budget.stop_button else ""
        return " ".join(filter(None, [self.kept.removing, stops]))
