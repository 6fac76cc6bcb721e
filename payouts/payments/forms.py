"""What people type into the forms about money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import money as shown
from flattr.web.amounts import AmountField
from payouts.models import INTERVALS, Method
from payouts.payments import methods
from payouts.payments.choosing import OTHER, offered
from payouts.payments.pay_ways import NAMES, Way


class AmountChoice(forms.Form):
    """One of the amounts on the page's cards, or another one that is typed, between
    `least` and `most`; a form that has no cards sends `amount` alone. `present` may stand
    in the field while a card is chosen. Whoever types an amount need not set the button
    beside it, unless they set another. All in minor units."""

    choice = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        cards: Sequence[int],
        least: int,
        most: int,
        present: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.cards, self.present = cards, present
        text = _("%(least)s to %(most)s")
        self.fields["amount"] = AmountField(
            least=least,
            most=most,
            required=False,
            label=_("The other amount"),
            help_text=text % {"least": shown(least), "most": shown(most)},
        )

    @property
    def chosen(self) -> str:
        """Which radio button is set: a card's amount, or the one for another amount."""
        return str(self._card(str(self["choice"].value())) or OTHER)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" not in cleaned:
            return cleaned
        typed = cleaned["amount"]
        card = self._card(cleaned.get("choice", ""))
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

    def _card(self, choice: str) -> int:
        """The amount of a card; 0 for anything else."""
        return next((card for card in self.cards if str(card) == choice), 0)


class BudgetForm(AmountChoice):
    """What to give a month, and from when on."""

    begin = forms.CharField(required=False)

    def __init__(self, *args: Any, present: int = 0, **options: Any) -> None:
        super().__init__(
            *args,
            cards=offered(),
            least=settings.SMALLEST_BUDGET,
            most=settings.LARGEST_BUDGET,
            present=present,
            **options,
        )

    @property
    def begins_next(self) -> bool:
        return bool(self["begin"].value() == "next")


class IntervalField(forms.TypedChoiceField):
    """For how many months at once: 1, 3 or 12."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            coerce=int, choices=CHOICES, widget=forms.RadioSelect, **options
        )
        self.error_messages["required"] = _("Please choose one.")


CHOICES = [(interval, NAMES[interval]) for interval in INTERVALS]


class MethodField(forms.TypedChoiceField):
    """By what to pay: one of the methods that are offered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            coerce=Method, choices=_methods, widget=forms.RadioSelect, **options
        )
        self.error_messages["required"] = _("Please choose one.")


def _methods() -> list[tuple[str, str]]:
    return [(method.value, str(method.label)) for method in methods.offered()]


class PayForm(forms.Form):
    """How much at once, and by what."""

    months = IntervalField(label=gettext_lazy("Pay for"))
    method = MethodField(label=gettext_lazy("How you pay"))

    def __init__(self, *args: Any, ways: list[Way], **options: Any) -> None:
        super().__init__(*args, **options)
        months = self.fields["months"]
        assert isinstance(months, IntervalField)
        months.choices = [(way.months, way.name) for way in ways]

    @property
    def chosen(self) -> str:
        return str(self["months"].value())

    @property
    def chosen_method(self) -> str:
        return str(self["method"].value())


class IntervalForm(forms.Form):
    """For how many months at once renewals are charged."""

    months = IntervalField(label=gettext_lazy("Each time, charge for"))
