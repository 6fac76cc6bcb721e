"""What people type into the forms about money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money as shown
from flattr.web.amounts import AmountField
from payouts.models import INTERVALS
from payouts.payments.choosing import OTHER, offered
from payouts.payments.pay_ways import NAMES, Way


class BudgetForm(forms.Form):
    """One of the amounts on the page's cards, or another one that is typed; a form that
    has no cards sends `amount` alone. `present` is what is given already: it may stand
    in the field while a card is chosen. Whoever types an amount need not set the button
    beside it, unless they set another."""

    choice = forms.CharField(required=False)
    amount = AmountField(
        least=settings.SMALLEST_BUDGET,
        most=settings.LARGEST_BUDGET,
        required=False,
        label=gettext_lazy("The other amount"),
    )
    begin = forms.CharField(required=False)

    def __init__(self, *args: Any, present: int = 0, **options: Any) -> None:
        super().__init__(*args, **options)
        self.present = present
        text = _("%(least)s to %(most)s")
        self.fields["amount"].help_text = text % {
            "least": shown(settings.SMALLEST_BUDGET),
            "most": shown(settings.LARGEST_BUDGET),
        }

    @property
    def chosen(self) -> str:
        """Which radio button is set: a card's amount, or the one for another amount."""
        card = _offered_card(str(self["choice"].value()))
        return str(card or OTHER)

    @property
    def begins_next(self) -> bool:
        return bool(self["begin"].value() == "next")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" not in cleaned:
            return cleaned
        typed = cleaned["amount"]
        card = _offered_card(cleaned.get("choice", ""))
        was_typed = typed not in {None, card, self.present}
        was_clicked = card and str(card) != self.initial.get("choice")
        if was_typed and was_clicked:
            text = _(
                "You chose %(amount)s and typed another amount. Please choose one, or"
                " leave this empty."
            )
            self.add_error("amount", text % {"amount": shown(card)})
        elif card and not was_typed:
            cleaned["amount"] = card
        elif typed is None:
            self.add_error("amount", self.fields["amount"].error_messages["required"])
        return cleaned


def _offered_card(choice: str) -> int:
    """The amount of a card; 0 for anything else."""
    return next((card for card in offered() if str(card) == choice), 0)


class IntervalField(forms.TypedChoiceField):
    """For how many months at once: 1, 3 or 12."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            coerce=int, choices=CHOICES, widget=forms.RadioSelect, **options
        )
        self.error_messages["required"] = _("Please choose one.")


CHOICES = [(interval, NAMES[interval]) for interval in INTERVALS]


class PayForm(forms.Form):
    """How much at once."""

    months = IntervalField(label=gettext_lazy("Pay for"))

    def __init__(self, *args: Any, ways: list[Way], **options: Any) -> None:
        super().__init__(*args, **options)
        months = self.fields["months"]
        assert isinstance(months, IntervalField)
        months.choices = [(way.months, way.name) for way in ways]

    @property
    def chosen(self) -> str:
        return str(self["months"].value())


class IntervalForm(forms.Form):
    """For how many months at once renewals are charged."""

    months = IntervalField(label=gettext_lazy("Each time, charge for"))
