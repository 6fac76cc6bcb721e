from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double entry: accounts, transactions, entries. Knows names and integers only."""

    name = "payouts.ledger"
    label = "ledger"
