"""One clock for money and months; a person may move it on a laptop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from flattr import months
from flattr.database import clock
from local.travelling import TravelRefused, destination, travel
from payouts.close import closing
from tests.world.people import click, open_budget, person, thing_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("+2d", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("-3h", datetime(2026, 11, 22, 9, 0, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T08:30", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_place_in_time_is_named_in_many_ways(text: str, there: datetime) -> None:
    assert destination(text, NOW) == there


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2d", "+2y", "2026-13-01", "2026-02-30"]
)
def test_what_is_no_place_in_time_is_refused(text: str) -> None:
    with pytest.raises(TravelRefused):
        destination(text, NOW)


def test_sql_and_python_show_the_same_time(own_database: str) -> None:
    there = clock.now() + timedelta(days=40)

    call_command("travel", "+40d")

    assert abs(clock.now() - there) < timedelta(seconds=10)
    assert clock.period() == months.period_of(there)


def test_nobody_travels_back_behind_a_closed_month(own_database: str) -> None:
    alice = person("alice")
    open_budget(alice)
    click(alice, thing_of(person("bob"), "song"))
    month = clock.period()
    travel(months.end(month))
    closing.close_month(month)

    with pytest.raises(CommandError, match="closed"):
        call_command("travel", months.start(month).isoformat())
    assert clock.period() == months.following(month)


def test_the_clock_of_a_real_platform_does_not_move(
    own_database: str, settings: Settings
) -> None:
    settings.LOCAL = False

    with pytest.raises(CommandError, match="local mode"):
        call_command("travel", "+1d")
