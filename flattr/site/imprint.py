"""The imprint: who runs the site, as far as the settings say it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


def facts() -> list[Fact]:
    """What is said, in order; what the settings leave empty is not there."""
    email = settings.OPERATOR_EMAIL
    said = [
        Fact(_("Run by"), settings.OPERATOR_LEGAL_NAME),
        Fact(_("Address"), settings.OPERATOR_ADDRESS),
        Fact(_("Represented by"), settings.OPERATOR_REPRESENTATIVE),
        Fact(_("E-mail"), format_html('<a href="mailto:{0}">{0}</a>', email)),
        Fact(_("Telephone"), settings.OPERATOR_PHONE),
        Fact(_("Register and number"), settings.OPERATOR_REGISTER),
        Fact(_("VAT id"), settings.OPERATOR_VAT_ID),
        Fact(_("Responsible for the content"), settings.OPERATOR_RESPONSIBLE),
        Fact(_("Data protection authority"), settings.PRIVACY_AUTHORITY),
        Fact(_("Authority for accessibility"), settings.ACCESSIBILITY_AUTHORITY),
    ]
    return [fact for fact in said if fact.value]
