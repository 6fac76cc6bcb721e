"""The admin's lists, in groups of what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from flattr.staff.cells import Text

SHELVES: list[tuple[Text, Sequence[str]]] = [
    (
        _("Money for creators"),
        [
            "payouts.payout",
            "payouts.creator",
            "payouts.lot",
            "payouts.close",
            "payouts.invoice",
        ],
    ),
    (
        _("Money from readers"),
        [
            "payouts.payment",
            "payouts.gift",
            "payouts.refund",
            "payouts.dispute",
            "payouts.renewal",
            "payouts.payer",
        ],
    ),
    (
        _("People and things"),
        [
            "accounts.user",
            "accounts.sharedname",
            "buttons.thing",
            "buttons.report",
            "buttons.picture",
            "buttons.refused",
            "accounts.application",
        ],
    ),
    (
        _("The books"),
        [
            "ledger.transaction",
            "ledger.entry",
            "ledger.account",
            "ledger.seal",
            "payouts.inspection",
            "payouts.verification",
            "payouts.breaker",
        ],
    ),
    (
        _("Stripe"),
        ["payouts.stripeevent", "payouts.movement", "payouts.reconciliation"],
    ),
    (
        _("What happened"),
        ["accounts.audit", "accounts.accountlook", "accounts.outbox"],
    ),
]


@dataclass(frozen=True, slots=True)
class Shelf:
    title: Text
    lists: Sequence[Mapping[str, Any]]


def shelves(apps: Iterable[Mapping[str, Any]]) -> list[Shelf]:
    """The lists that Django says somebody may see (`available_apps`), in our groups."""
    seen = {
        model["model"]._meta.label_lower: model
        for app in apps
        for model in app["models"]
    }
    found = [
        Shelf(title, [seen[label] for label in labels if label in seen])
        for title, labels in SHELVES
    ]
    return [shelf for shelf in found if shelf.lists]
