from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flattr import months
from tests.world.people import execute

periods = st.builds(
    lambda y, m: y * 100 + m, st.integers(1970, 9990), st.integers(1, 12)
)


@given(periods)
def test_a_month_is_between_its_neighbours(period: int) -> None:
    assert months.preceding(months.following(period)) == period
    assert months.shifted(period, 1) == months.following(period)
    assert months.shifted(period, -1) == months.preceding(period)
    assert months.parse(months.show(period)) == period


@given(periods)
def test_a_month_is_half_open(period: int) -> None:
    """S6: its last microsecond is in it, its end is not."""
    assert months.period_of(months.start(period)) == period
    assert months.period_of(months.end(period) - timedelta(microseconds=1)) == period
    assert months.period_of(months.end(period)) == months.following(period)


@pytest.mark.parametrize(("hours", "period"), [(14, 202610), (-11, 202611)])
def test_where_the_reader_lives_does_not_matter(hours: int, period: int) -> None:
    """T11: Kiritimati is already in November while UTC is not."""
    local = datetime(2026, 11, 1, 0, 30, tzinfo=timezone(timedelta(hours=hours)))

    assert months.period_of(local) == period


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-0", "202610", "2026-1", "26-10", "", "2026-10 ", "0000-10"],
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(months.NotAMonth):
        months.parse(text)


def test_leap_day_is_in_february() -> None:
    assert months.period_of(datetime(2028, 2, 29, 23, 59, tzinfo=UTC)) == 202802


@pytest.mark.django_db
def test_the_database_has_the_same_months() -> None:
    """S6: to the microsecond, whatever zone the session shows times in."""
    periods = [months.shifted(202701, number) for number in range(-14, 30)]
    moments = [
        moment
        for period in periods
        for moment in (
            months.start(period),
            months.start(period) + timedelta(microseconds=1),
            months.end(period) - timedelta(microseconds=1),
        )
    ]

    execute("SET LOCAL timezone = 'Pacific/Kiritimati'")
    told = execute("SELECT flattr_period(m) FROM unnest(%s) m", moments)
    following = execute("SELECT flattr_following(p) FROM unnest(%s) p", periods)
    wrong = execute(
        "SELECT p FROM unnest(%s, %s) AS month (p, start)"
        " WHERE flattr_month_start(p) <> start",
        periods,
        [months.start(period) for period in periods],
    )

    assert [period for (period,) in told] == [*map(months.period_of, moments)]
    assert [period for (period,) in following] == [*map(months.following, periods)]
    assert not wrong
