"""The admin of payouts: what is owed, to whom, why, and what looks wrong."""

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

__all__ = [
    "closes",
    "disputes",
    "gifts",
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
