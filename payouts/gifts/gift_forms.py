"""What people type when they give once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payouts.gifts.offering import Offer
from payouts.models import SMALLEST_GIFT, Method
from payouts.payments import methods
from payouts.payments.forms import AmountChoice
from payouts.payments.words import method_words

# The amounts on the cards, in minor units, and the one that is chosen at first.
CARDS = (200, 500, 1_000)
PROPOSED = 500


def cards_of(offer: Offer) -> list[int]:
    """Those that the reader can still give this month."""
    return [card for card in CARDS if card <= offer.largest]


class GiftForm(AmountChoice):
    """How much to give once, and by what it is paid if the account is not enough."""

    method = forms.ChoiceField(
        label=_("If your account is not enough, you pay by"),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, offer: Offer, **options: Any) -> None:
        cards = cards_of(offer)
        first = PROPOSED if PROPOSED in cards else next(iter(cards), "other")
        super().__init__(
            *args,
            cards=cards,
            least=SMALLEST_GIFT,
            most=offer.largest,
            initial={"choice": str(first)},
            **options,
        )
        offered = methods.offered()
        method = self.fields["method"]
        assert isinstance(method, forms.ChoiceField)
        method.choices = [(one.value, method_words.name(one)) for one in offered]
        method.initial = offered[0].value

    @property
    def chosen_method(self) -> str:
        return str(self["method"].value())

    def clean_method(self) -> Method:
        """The first that is offered for whoever chooses none."""
        chosen = self.cleaned_data["method"] or self.fields["method"].initial
        return Method(chosen)
