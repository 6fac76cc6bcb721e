"""Charts: bars on one scale, whose places are per cents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from flattr.web.charts import CEILING, GROUND, ROOM, STUB, Bar, Chart, Part, Table


def number(places: str) -> float:
    assert places.endswith("%"), places
    return float(places[:-1])


def chart(*bars: Bar, **facts: Any) -> Chart:
    return Chart("months", "Your revenue", "From nothing to something.", bars, **facts)


def bar(*parts: Part, **facts: Any) -> Bar:
    return Bar("Oct", "October 2026", parts, **facts)


def test_bars_are_as_high_as_their_amounts_and_stacks_as_their_sum() -> None:
    """Anna earned 50, then 100, of which a quarter is held."""
    half, whole = chart(
        bar(Part("ready", 5000)), bar(Part("ready", 7500), Part("held", 2500))
    ).drawn
    heights = [number(part.height) for part in [*half.rectangles, *whole.rectangles]]
    assert heights == [ROOM / 2, ROOM * 3 / 4, ROOM / 4]
    ready, held = whole.rectangles
    assert number(held.y) + number(held.height) == number(ready.y)
    assert number(ready.y) + number(ready.height) == GROUND


def test_nothing_goes_beyond_the_highest_line_or_out_of_the_picture() -> None:
    for amount in [1, 3, 99, 101, 2501, 9999, 10**9, 10**12]:
        picture = chart(*[bar(Part("ready", amount // n)) for n in range(1, 13)])
        assert 1 <= len(picture.lines) <= 4
        assert number(picture.lines[-1].y) == CEILING
        for drawn in picture.drawn:
            for part in drawn.rectangles:
                assert number(part.y) >= CEILING
                assert 0 < number(part.x) < number(part.x) + number(part.width) < 100


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (9140, ["€25", "€50", "€75", "€100"]),
        (536440, ["€2,000", "€4,000", "€6,000"]),
        (40, ["€0.10", "€0.20", "€0.30", "€0.40"]),
        (1, ["€0.01"]),
    ],
)
def test_the_axis_has_round_steps(highest: int, labels: list[str]) -> None:
    lines = chart(bar(Part("ready", highest))).lines
    assert [line.label for line in lines] == labels


def test_money_in_and_out_stand_side_by_side() -> None:
    """Staff see 80 paid in and 40 paid out: the scale is that of the larger one."""
    [month] = chart(bar(Part("in", 8000), Part("out", 4000)), side_by_side=True).drawn
    money_in, money_out = month.rectangles
    assert number(money_in.height) == 2 * number(money_out.height) == ROOM
    assert number(money_in.x) + number(money_in.width) < number(money_out.x)


def test_a_month_that_runs_is_a_stub_of_one_height_that_looks_like_no_amount() -> None:
    alone = chart(bar(STUB))
    assert not alone.is_empty
    assert not alone.lines
    beside = chart(bar(Part("ready", 9140)), bar(STUB))
    assert alone.drawn[0].rectangles[0].height == beside.drawn[1].rectangles[0].height


def test_what_is_nothing_draws_nothing() -> None:
    drawn = chart(bar(Part("ready", 0), Part("held", 0)), bar(Part("ready", 5))).drawn
    assert not drawn[0].rectangles
    assert chart(bar(Part("ready", 0))).is_empty
    assert chart().is_empty
    page = render_to_string("_chart.html", {"chart": chart(nothing="No money yet.")})
    assert "No money yet." in page
    assert "<svg" not in page


def test_a_long_value_is_left_to_the_table_where_it_would_meet_its_neighbour() -> None:
    year = [bar(Part("ready", 5), value="€123,456.00") for _month in range(11)]
    last = bar(STUB, value="1,234,567 clicks", is_key=True)
    drawn = chart(*year, last).drawn
    assert {month.value for month in drawn[:11]} == {""}
    assert drawn[11].value == "1,234,567 clicks"
    assert drawn[11].value_class == "end key"


def test_a_page_may_have_two_charts() -> None:
    """Each id is there once, what refers to one finds it, and the CSP has nothing to object to."""
    table = Table(["Month", "Revenue"], [["October", "€84.32"]], ["Total", "€84.32"])
    bars = [bar(Part("ready", 8432), value="€84.32"), bar(STUB)]
    legend = [("ready", "Ready"), ("running", "Running")]
    page = "".join(
        render_to_string(
            "_chart.html",
            {"chart": Chart(name, "T", "D", bars, legend=legend, table=table)},
        )
        for name in ["first", "second"]
    )
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 6
    labelled = " ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()
    assert {*labelled, *re.findall(r"url\(#([^)]+)\)", page)} == set(ids)
    assert "style=" not in page
    assert "viewBox" not in page.split("</ul>")[1].split("</svg>")[0]
    assert page.count("The same as a table") == 2
