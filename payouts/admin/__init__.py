"""The admin of payouts: what is owed, to whom, why, and what looks wrong.

Of its app it imports close, earnings, gateway, invoices, leaving, ledger, models,
moderation, operations, payments and returns.
"""

from __future__ import annotations

from payouts.admin import (
    closes,
    disputes,
    gifts,
    money,
    names,
    payouts,
    people,
    pictures,
    reports,
    safety,
    stripe,
    things,
)
from payouts.admin.invoices import invoice_admin

__all__ = [
    "closes",
    "disputes",
    "gifts",
    "invoice_admin",
    "money",
    "names",
    "payouts",
    "people",
    "pictures",
    "reports",
    "safety",
    "stripe",
    "things",
]
