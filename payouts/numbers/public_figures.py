"""The figures of closed months and of last night, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from flattr import months
from payouts.models import FEWEST_PEOPLE, Close, MonthFigures, NightFigures

# What each key of a month means, in /numbers.json and on the page.
KEYS = {
    "month": _("the month, in UTC"),
    "readers": _("readers whose budget was divided"),
    "creators": _("creators who got something of it"),
    "clicks": _("flattrs of these readers"),
    "given": _("what these readers gave"),
    "fee": _("what of it stayed with this site"),
    "median_click": _(
        "what a flattr was worth, the middle one of all: a reader’s share for a creator,"
        " divided by the reader’s flattrs for that creator"
    ),
    "ten_highest_paid_percent": _(
        "what part of the creators’ money the ten with most got"
    ),
    "half_with_least_percent": _(
        "what part of the creators’ money the half with least got"
    ),
    "stripe_cost": _(
        "what Stripe kept of payments made in the month, and for disputes"
    ),
    "given_back": _(
        "what went back to readers in the month by refunds and disputes, less what came"
        " again"
    ),
    "begun_at": _("when the close began"),
    "closed_at": _("when the close was done"),
    "seconds_taken": _("how long the close took"),
    "seconds_late": _("how long after the month’s end it was done"),
}


@dataclass(frozen=True, slots=True)
class Month:
    """A closed month: its figures, and the times of its close."""

    figures: MonthFigures
    begun_at: datetime
    closed_at: datetime

    @property
    def period(self) -> int:
        return self.figures.period

    @property
    def taken(self) -> timedelta:
        return self.closed_at - self.begun_at

    @property
    def late(self) -> timedelta:
        """How long after the month's end the close was done."""
        return self.closed_at - months.end(self.period)

    @property
    def as_json(self) -> dict[str, object]:
        """The month under the names of `KEYS`."""
        kept = self.figures
        return {
            "month": months.show(self.period),
            "readers": kept.readers,
            "creators": kept.creators,
            "clicks": kept.clicks,
            "given": kept.given,
            "fee": kept.fee,
            "median_click": kept.median_click,
            "ten_highest_paid_percent": kept.ten_percent,
            "half_with_least_percent": kept.half_percent,
            "stripe_cost": kept.stripe_cost,
            "given_back": kept.given_back,
            "begun_at": whole_seconds(self.begun_at),
            "closed_at": whole_seconds(self.closed_at),
            "seconds_taken": int(self.taken.total_seconds()),
            "seconds_late": int(self.late.total_seconds()),
        }


def closed_months() -> list[Month]:
    """All months that have figures, the newest first: two queries."""
    rows = MonthFigures.objects.order_by("-period")
    closes = Close.objects.filter(state="closed").only("begun_at", "closed_at")
    times = {close.period: close for close in closes}
    return [
        Month(row, close.begun_at, close.closed_at)
        for row in rows
        if (close := times.get(row.period)) and close.closed_at
    ]


def last_night() -> NightFigures | None:
    return NightFigures.objects.order_by("-day").first()


def as_json(closed: list[Month], night: NightFigures | None) -> dict[str, object]:
    return {
        "currency": settings.CURRENCY,
        "fewest_people": FEWEST_PEOPLE,
        "counted_at": whole_seconds(night.made_at) if night else None,
        "readers_at_least": night.readers if night else None,
        "things_proved": night.things if night else None,
        "months": [month.as_json for month in closed],
    }


def whole_seconds(moment: datetime) -> str:
    """A time in UTC as ISO 8601 writes it, without fractions."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
