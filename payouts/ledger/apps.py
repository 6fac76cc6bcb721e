from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Double entry: accounts, transactions, entries. Knows names and integers only."""

    name = "payouts.ledger"
    label = "ledger"
    verbose_name = _("Ledger")
