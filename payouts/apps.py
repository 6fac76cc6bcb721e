from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayoutsConfig(AppConfig):
    """The ledger, the close of a month, statements and payouts."""

    name = "payouts"
    verbose_name = _("Payouts")
