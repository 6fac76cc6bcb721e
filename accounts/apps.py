from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: who they are, what they give a month, how they sign in."""

    name = "accounts"
    verbose_name = "People"
