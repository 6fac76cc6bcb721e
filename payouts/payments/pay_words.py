"""What the page about paying says: what is to be paid, and how it is renewed."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money, month
from payouts.models import Payer
from payouts.payments.budget_words import BudgetWords
from payouts.payments.notes import Note
from payouts.payments.noticing import Notice

# By the months that are paid for at once.
RENEWALS = {
    1: gettext_lazy(
        "When a month begins and your account does not cover it, we charge %(card)s for a"
        " month of your budget, less what is in your account."
    ),
    3: gettext_lazy(
        "When a month begins and your account does not cover it, we charge %(card)s for a"
        " quarter of your budget, less what is in your account."
    ),
    12: gettext_lazy(
        "When a month begins and your account does not cover it, we charge %(card)s for a"
        " year of your budget, less what is in your account."
    ),
}


@dataclass(frozen=True, slots=True)
class PayWords:
    """`wish` is the raise that is to be paid for, in minor units. `is_suspended` is of
    the reader, by our staff."""

    budget: BudgetWords
    payer: Payer
    notice: Notice
    wish: int | None = None
    is_suspended: bool = False

    @property
    def notes(self) -> list[Note]:
        """What stands over the form: at most one."""
        standing = self.budget.standing
        facts = {"month": self.budget.now, "amount": self.budget.amount}
        if self.wish and standing.credited:
            text = _(
                "%(wish)s counts for %(month)s as soon as the difference is in your account."
                " Until then %(amount)s stands."
            )
            return [Note(text % {**facts, "wish": money(self.wish)})]
        if not standing.amount:
            return [Note(_choose_first())]
        if self.notice.kind:
            return []
        if standing.suspended and not self.is_suspended:
            return [
                Note(
                    _(
                        "Your budget is suspended because it could not be paid. The next"
                        " payment that arrives opens it again."
                    )
                )
            ]
        if standing.covered:
            text = _(
                "%(month)s is covered. What you pay in now is for the months after it."
            )
            return [Note(text % facts, "good")]
        return []

    @property
    def card(self) -> str:
        return self.payer.card or _("none")

    @property
    def renewal(self) -> str:
        """How the budget is renewed from now on."""
        card = self.payer.card
        if card and self.notice.stops:
            return _(
                "While your budget is suspended, %(card)s stays saved and is not charged. It"
                " renews your budget when that is open again."
            ) % {"card": card}
        if card:
            return self._charged(card)
        saved = _("The card that you pay with is saved for the next time.")
        if self.notice.stops:
            return f"{_('You have no saved card.')} {saved}"
        ask = _(
            "You have no saved card. When a month begins and your account does not cover it,"
            " we write to you, and you pay here."
        )
        return f"{ask} {saved}"

    def _charged(self, card: str) -> str:
        text = RENEWALS[self.payer.months] % {"card": card}
        if not self.payer.expires:
            return text
        until = _("The card is valid until %(month)s.")
        return f"{text} {until % {'month': month(self.payer.expires)}}"

    @property
    def card_button(self) -> str:
        return _("Use another card") if self.payer.card else _("Save a card")


def _choose_first() -> str:
    text = _(
        'You have no budget yet. <a href="{url}">Choose one first</a>, so that we know how'
        " much to ask for."
    )
    return format_html(text, url=reverse("payouts:budget"))
