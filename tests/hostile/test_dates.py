"""Months, holds and promises over every odd day: short months, 29 February, the year's
end, the nights on which clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buttons.clicks.promising import _six_months_before
from flattr import months
from tests.world.people import execute

# Where clocks go forward or back, in Europe and in America; the ends of a year and of
# a leap year's February.
NIGHTS = [
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2027, 11, 7, 6, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2028, 3, 1, tzinfo=UTC),
]
moments = st.datetimes(
    months.start(202001).replace(tzinfo=None),
    months.start(204001).replace(tzinfo=None),
    timezones=st.just(UTC),
)


@given(moments)
def test_every_moment_is_in_one_month(moment: datetime) -> None:
    """S6: half-open, and the months follow each other without a gap."""
    period = months.period_of(moment)

    assert months.start(period) <= moment < months.end(period)
    assert months.end(period) == months.start(months.following(period))
    assert months.preceding(months.following(period)) == period


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_the_database_has_the_same_months_in_every_zone(
    db: None, zone: str, night: datetime
) -> None:
    """Whatever a session's time zone is: months are those of UTC."""
    execute(f"SET LOCAL TIME ZONE '{zone}'")
    for seconds in (-3_600, -1, 0, 1, 3_600):
        moment = night + timedelta(seconds=seconds)
        period = months.period_of(moment)
        rows = execute(
            "SELECT flattr_period(%s), flattr_month_start(%s) = %s, flattr_following(%s)",
            *(moment, period, months.start(period), period),
        )
        assert rows == [(period, True, months.following(period))]


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("days", [7, 30])
def test_a_hold_is_whole_days(db: None, night: datetime, days: int) -> None:
    """Of 24 hours each in UTC, clocks put forward or not."""
    rows = execute("SELECT %s + make_interval(days => %s)", night, days)

    assert rows == [(night + timedelta(days=days),)]


@given(moments)
def test_a_promise_waits_six_months(now: datetime) -> None:
    """At least 181 days, at most 184 and the days that a shorter month lacks. Where the
    earlier month has more days, all of them are six months ago at once."""
    waited = now - _six_months_before(now)

    assert timedelta(days=181) <= waited <= timedelta(days=184 + 3)
    later = _six_months_before(now + timedelta(hours=1))
    assert timedelta() <= later - _six_months_before(now) <= timedelta(days=3, hours=1)


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ("2028-08-29", "2028-02-29"),
        ("2028-08-31", "2028-03-01"),
        ("2027-08-31", "2027-03-01"),
        ("2027-03-31", "2026-10-01"),
        ("2027-01-01", "2026-07-01"),
    ],
)
def test_six_months_before_the_end_of_a_month(now: str, promised: str) -> None:
    """A day that a month has not is its end: whoever promised in it has waited."""
    day = datetime.fromisoformat(now).replace(tzinfo=UTC)

    expected = datetime.fromisoformat(promised).replace(tzinfo=UTC)
    assert _six_months_before(day) == expected


@pytest.mark.parametrize(
    ("closed", "before", "then"),
    [
        ("2026-08-29 05:00", "2028-02-29 04:59", "2028-02-29 05:00"),
        ("2026-08-31 05:00", "2028-02-29 23:59", "2028-03-01 00:00"),
        ("2027-05-31 05:00", "2028-11-30 23:59", "2028-12-01 00:00"),
        ("2028-02-29 05:00", "2029-08-29 04:59", "2029-08-29 05:00"),
    ],
)
def test_eighteen_months_over_a_leap_year(
    db: None, closed: str, before: str, then: str
) -> None:
    """The database's own calendar, by which flattrs are forgotten (T46): where the day
    is missing, with the month that follows."""
    for now, is_old in ((before, False), (then, True)):
        rows = execute(
            "SELECT %s::timestamptz <= %s::timestamptz - interval '18 months'",
            closed,
            now,
        )
        assert rows == [(is_old,)]
