"""What the chart of a reader's months says and shows, without a database."""

from __future__ import annotations

import pytest

from payouts.my_month.behind import Behind
from payouts.my_month.behind_words import BehindWords
from payouts.my_month.month import Portion
from tests.payouts.my_month.test_month_words import words

PAST = [Behind(202609, 1_000, 1_000, 7), Behind(202610, 1_000, 0, 0)]


def of(behind: list[Behind], creators: int = 3) -> BehindWords:
    month = words(creators=creators, behind=behind).month
    assert all(isinstance(portion, Portion) for portion in month.portions)
    return BehindWords(month)


def test_who_has_no_month_behind_sees_no_chart() -> None:
    assert of([]).chart is None


def test_a_year_of_places_and_the_running_month() -> None:
    chart = of(PAST).chart

    assert chart is not None
    assert [bar.label for bar in chart.bars][-3:] == ["Sep", "Oct", "Nov"]
    assert len(chart.bars) == 13
    assert chart.desc == (
        "€10.00 given since September 2026; the running month comes last."
    )
    assert [[part.amount for part in bar.parts] for bar in chart.bars][-4:] == [
        [],
        [1_000, 0],
        [0, 1_000],
        [1_000, 0],
    ]


@pytest.mark.parametrize(
    ("creators", "said"),
    [
        (3, "November 2026 if it ended now: €10.00 of €10.00"),
        (0, "November 2026 if it ended now: €0.00 of €10.00"),
    ],
)
def test_the_running_month_is_told_as_if_it_ended_now(creators: int, said: str) -> None:
    chart = of(PAST, creators).chart

    assert chart is not None
    assert chart.bars[-1].title == said
    assert chart.bars[-2].title == "October 2026: €0.00 of €10.00"


def test_the_table_adds_up() -> None:
    chart = of(PAST).chart

    assert chart is not None
    assert chart.table is not None
    assert list(chart.table.rows) == [
        ["October 2026", "€10.00", "€0.00", "€10.00"],
        ["September 2026", "€10.00", "€10.00", "€0.00"],
    ]
    assert list(chart.table.foot) == ["Together", "€20.00", "€10.00", "€10.00"]
