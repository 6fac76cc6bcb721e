"""Things, flattrs, promises, proofs, reports, and what programs were answered."""

from __future__ import annotations

from buttons.models.programs import KeptAnswer, Subscription
from buttons.models.things import (
    CATEGORIES,
    HIGHEST_OLD_ID,
    Flattr,
    Look,
    LookQuerySet,
    Promise,
    PromiseQuerySet,
    Proof,
    Refused,
    Report,
    Thing,
    ThingQuerySet,
    TotalBefore,
    UsedIntent,
)

__all__ = [
    "CATEGORIES",
    "HIGHEST_OLD_ID",
    "Flattr",
    "KeptAnswer",
    "Look",
    "LookQuerySet",
    "Promise",
    "PromiseQuerySet",
    "Proof",
    "Refused",
    "Report",
    "Subscription",
    "Thing",
    "ThingQuerySet",
    "TotalBefore",
    "UsedIntent",
]
