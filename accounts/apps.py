from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People: who they are, what they give a month, how they sign in."""

    name = "accounts"
    verbose_name = _("People")
