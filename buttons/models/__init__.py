"""Things, flattrs, promises, proofs, reports, and the answers that programs got.

Of its app it imports nothing.
"""

from __future__ import annotations

from buttons.models.flattrs import Flattr, Promise, PromiseQuerySet, UsedIntent
from buttons.models.found import (
    FEWEST_READERS,
    CreatorTrend,
    FoundPerson,
    FoundThing,
    ThingTrend,
    TrendHour,
)
from buttons.models.joint_check import JointCheck
from buttons.models.pasted import (
    PASSING,
    Pasted,
    PastedAddress,
    PastedQuerySet,
    Reading,
    ReadingQuerySet,
    Seen,
)
from buttons.models.picture import Picture, WantedPicture
from buttons.models.programs import KeptAnswer, Subscription
from buttons.models.proof import (
    Look,
    LookQuerySet,
    Outcome,
    PageCheck,
    Proof,
    Refused,
)
from buttons.models.report import Report
from buttons.models.thing import (
    CATEGORIES,
    HIGHEST_OLD_ID,
    OWN_PROFILE,
    Thing,
    ThingQuerySet,
    TotalBefore,
    query_of,
)

__all__ = [
    "CATEGORIES",
    "FEWEST_READERS",
    "HIGHEST_OLD_ID",
    "OWN_PROFILE",
    "PASSING",
    "CreatorTrend",
    "Flattr",
    "FoundPerson",
    "FoundThing",
    "JointCheck",
    "KeptAnswer",
    "Look",
    "LookQuerySet",
    "Outcome",
    "PageCheck",
    "Pasted",
    "PastedAddress",
    "PastedQuerySet",
    "Picture",
    "Promise",
    "PromiseQuerySet",
    "Proof",
    "Reading",
    "ReadingQuerySet",
    "Refused",
    "Report",
    "Seen",
    "Subscription",
    "Thing",
    "ThingQuerySet",
    "ThingTrend",
    "TotalBefore",
    "TrendHour",
    "UsedIntent",
    "WantedPicture",
    "query_of",
]
