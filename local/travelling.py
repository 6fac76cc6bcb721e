"""Moving the platform's clock, in local mode only, so that a person can see a month
end. Never back behind the end of the last closed month: what is closed is over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from flattr import months
from flattr.database import clock, roles
from payouts.models import Close

STEPS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class TravelRefused(Exception):
    """The clock cannot be moved there."""


def destination(text: str, now: datetime) -> datetime:
    """The moment meant by `+2d`, `-3h`, `2026-12-01`, `2026-12-01T08:00` or `now`.

    Anything else is refused with `TravelRefused`. Moments without a zone are UTC.
    """
    if text == "now":
        return timezone.now()
    if match := re.fullmatch(r"([+-])(\d{1,5})([mhdw])", text):
        way = timedelta(**{STEPS[match[3]]: int(match[2])})
        return now + way if match[1] == "+" else now - way
    try:
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        if moment := parse_datetime(text):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError as impossible:
        raise TravelRefused(f"{text} is not a day: {impossible}.") from impossible
    raise TravelRefused(f"{text!r} is not like +2d, 2026-12-01 or now.")


def travel(moment: datetime) -> datetime:
    """Set the platform's clock to `moment`; the time it then shows."""
    if not settings.LOCAL:
        raise TravelRefused("The clock moves in local mode only.")
    with roles.as_owner():
        closed = Close.objects.aggregate(last=Max("period"))["last"]
        if closed and moment < months.end(closed):
            raise TravelRefused(
                f"{months.show(closed)} is closed; the clock cannot go back before"
                f" {months.end(closed):%Y-%m-%d}."
            )
        move(moment)
    return clock.now()


def move(moment: datetime) -> None:
    """Set the offset, as the owner that the connection is; no questions asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE flattr_clock_offset SET seconds ="
            " ceil(extract(epoch FROM %s - clock_timestamp()))",
            [moment],
        )
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")
