"""Amounts that people type into forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from flattr import money
from flattr.web import locales

TYPED = {"inputmode": "decimal", "autocomplete": "off", "class": "amount num"}


class AmountField(forms.Field):
    """Minor units of what a person typed, between `least` and `most`."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        options.setdefault("widget", forms.TextInput(attrs=TYPED))
        super().__init__(**options)
        self.error_messages["required"] = _("Please enter an amount, like 5.00.")

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            amount = locales.read_money(str(value), settings.CURRENCY)
        except money.NotAnAmount:
            raise forms.ValidationError(
                _("This is not an amount in %(currency)s. Please enter it like 5.00.")
                % {"currency": settings.CURRENCY}
            ) from None
        if amount < self.least:
            raise forms.ValidationError(
                _("The least is %(amount)s.") % {"amount": _shown(self.least)}
            )
        if amount > self.most:
            raise forms.ValidationError(
                _("The most is %(amount)s.") % {"amount": _shown(self.most)}
            )
        return amount

    def prepare_value(self, value: Any) -> Any:
        return money.plain(value) if isinstance(value, int) else value


def _shown(amount: int) -> str:
    return locales.show_money(amount, settings.CURRENCY)
