"""Where the webhook is, and what it is told."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models.webhook import Happening
from buttons.hook import hook_settings
from buttons.things.addresses import LONGEST, BadAddress


class HookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_(
            "On a server of yours, beginning with https://. We post there and follow no"
            " redirects."
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    types = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=Happening.choices,
        initial=Happening.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def clean_url(self) -> str:
        try:
            return hook_settings.address(self.cleaned_data["url"])
        except BadAddress as refusal:
            raise ValidationError(str(refusal)) from refusal
