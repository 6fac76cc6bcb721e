"""What a creator's pages of revenue say in which case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from buttons.models import Thing
from payouts.earnings.pages.all_months import AllMonths
from payouts.earnings.pages.month_bars import MonthBars
from payouts.earnings.pages.showing import OneMonth
from payouts.earnings.revenue import Clicks, MonthEarned, Purse, Shares, ThingEarned
from payouts.models import Lot

NOVEMBER, DECEMBER = 202611, 202612
THE_TENTH = datetime(2026, 12, 10, tzinfo=UTC)


def month_of(readers: int, *, is_closed: bool = True, running: int = 0) -> OneMonth:
    """November, with one thing that so many readers gave 5.00 each for."""
    earned = ThingEarned(Thing(title="Song"), readers, 500 * readers, readers)
    return OneMonth(
        NOVEMBER,
        running or DECEMBER,
        is_closed,
        [earned] if readers else [],
        [Shares(500, readers)] if readers else [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("readers", "said"),
    [
        (0, "November 2026"),
        (1, "November 2026: €5.00 from 1 reader"),
        (2, "November 2026: €10.00 from 2 readers"),
        (2_000, "November 2026: €10,000.00 from 2,000 readers"),
    ],
)
def test_a_month_is_headed_by_what_it_brought(readers: int, said: str) -> None:
    assert month_of(readers).heading == said


@pytest.mark.parametrize(
    ("month", "said"),
    [
        (month_of(0, is_closed=False, running=NOVEMBER), "still running"),
        (month_of(0, is_closed=False), "over and not closed yet"),
        (month_of(0), "Nothing arrived in this month."),
    ],
)
def test_a_month_without_revenue_says_why(month: OneMonth, said: str) -> None:
    assert said in month.nothing_yet


def revenue_of(
    *earned: MonthEarned, things: int = 0, transit: int = 0, has_things: bool = True
) -> AllMonths:
    """Since January, with so many things of 300, 200 and 100."""
    purse = Purse(pending=0, revenue=0, transit=transit, owed=0, paid=0)
    bars = MonthBars(earned, DECEMBER, {DECEMBER: Clicks()}, "Nothing has arrived yet.")
    brought = [
        ThingEarned(Thing(title="Song"), 1, amount, 1) for amount in (300, 200, 100)
    ]
    return AllMonths(purse, bars, brought[:things], 202601, has_things)


@pytest.mark.parametrize(
    ("transit", "said"),
    [(0, "no payout is being made"), (500, "reserved for a payout")],
)
def test_what_is_on_its_way_is_said(transit: int, said: str) -> None:
    assert revenue_of(transit=transit).on_its_way == said


@pytest.mark.parametrize(
    ("has_things", "said"),
    [(True, "Nothing has arrived yet"), (False, "Put a button on what you make")],
)
def test_whoever_earned_nothing_reads_what_is_next(has_things: bool, said: str) -> None:
    shown = revenue_of(has_things=has_things)

    assert said in shown.nothing_yet
    assert shown.heading == "Your revenue"


def test_things_and_the_rest_add_up_to_the_months_of_the_chart() -> None:
    """A month of last year is in the heading and not among the bars."""
    shown = revenue_of(
        MonthEarned(NOVEMBER, 9, 650, 0), MonthEarned(202511, 1, 350, 0), things=2
    )

    assert shown.heading == "€10.00 in 2 months"
    assert [bar.amount for bar in shown.thing_bars] == [300, 200]
    assert [bar.part for bar in shown.thing_bars] == ["46 %", "31 %"]
    assert (shown.rest, shown.rest_part, shown.total) == (150, "23 %", 650)
    assert shown.about_things == "What each brought since January 2026."


@pytest.mark.parametrize(
    ("lot", "whose", "state"),
    [
        (
            Lot(hold="trusted", matures_at=THE_TENTH),
            "trusted readers",
            "held until 10 December 2026",
        ),
        (
            Lot(hold="new", matures_at=THE_TENTH, matured_at=THE_TENTH),
            "new readers",
            "ready since 10 December 2026",
        ),
    ],
)
def test_a_part_of_a_months_revenue_is_said_in_words(
    lot: Lot, whose: str, state: str
) -> None:
    assert (lot.from_whom, lot.in_words) == (whose, state)
