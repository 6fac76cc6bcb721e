"""What we owe and where the money lies: the figures of the last comparison with Stripe,
for staff's first page and `/metrics`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from flattr.database import clock
from payouts import chart
from payouts.ledger import sums
from payouts.models import Reconciliation

# Where the money lies; what is neither there nor other people's is ours.
WHERE = ("stripe_clearing", "simulated")


@dataclass(frozen=True, slots=True)
class Books:
    """The sums of the ledger at a moment, in minor units, and what Stripe said it holds
    for us then; None where it was not asked.

    `readers` + `held` + `ready` + `on_its_way` + `ours` = `lies`, since all entries of
    the ledger add up to zero.
    """

    kinds: Mapping[str, int]
    at: datetime
    stripe: int | None = None

    @property
    def readers(self) -> int:
        """Paid in and not spent."""
        return self.kinds.get("means", 0)

    @property
    def held(self) -> int:
        return self.kinds.get("pending", 0)

    @property
    def ready(self) -> int:
        return self.kinds.get("revenue", 0)

    @property
    def on_its_way(self) -> int:
        return self.kinds.get("transit", 0)

    @property
    def owed(self) -> int:
        return self.readers + self.held + self.ready + self.on_its_way

    @property
    def ours(self) -> int:
        """Fees and what we added, less costs, losses and debts; may be negative."""
        others = set(self.kinds) - {*chart.OWED, *WHERE}
        return sum(self.kinds[kind] for kind in others)

    @property
    def lies(self) -> int:
        """What all of it together comes to, where the money lies."""
        return -sum(self.kinds.get(kind, 0) for kind in WHERE)

    @property
    def difference(self) -> int | None:
        """What Stripe holds beyond what the ledger says."""
        if self.stripe is None:
            return None
        return self.stripe + self.kinds.get("stripe_clearing", 0)


def latest() -> Books:
    """The books as they were last compared with Stripe; summed up now where they never
    were, which only an installation without a card payment does."""
    last = (
        Reconciliation.objects.filter(
            kind="nightly", finished_at__isnull=False, unexplained__isnull=False
        )
        .order_by("-started_at")
        .first()
    )
    if last and last.finished_at and "kinds" in last.report.get("ledger", {}):
        theirs = last.report["stripe"]
        return Books(
            kinds=last.report["ledger"]["kinds"],
            at=last.finished_at,
            stripe=theirs["available"] + theirs["pending"],
        )
    return Books(kinds=sums.by_kind(settings.CURRENCY), at=clock.now())
