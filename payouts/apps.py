from __future__ import annotations

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """The ledger, the close of a month, statements and payouts."""

    name = "payouts"
