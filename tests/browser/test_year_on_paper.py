"""A year fits on one sheet of paper, with both addresses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from flattr import months
from flattr.database import clock
from tests.browser.conftest import OpenPage
from tests.world import earning
from tests.world.people import click, open_budget, person, thing_of, travel


@pytest.mark.all
def test_a_full_year_prints_on_one_sheet(open_page: OpenPage) -> None:
    """Twelve loaves and a dozen creators; what is not for paper is not on it."""
    year = clock.now().year + 1
    travel(months.start(year * 100 + 1) + timedelta(days=2))
    alice = person("alice", paper_address="Alice Novak\nBeispielgasse 3\nLübeck")
    open_budget(alice, paid=12_000)
    things = [thing_of(person(f"maker-{n}"), "song") for n in range(12)]
    for _ in range(12):
        for thing in things:
            click(alice, thing)
        earning.end_month()
    page = open_page(alice)

    page.goto(f"/year/{year}")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    page.emulate_media(media="print")

    assert len(sheets) == 1
    assert page.get_by_text("Beispielgasse 3").first.is_visible()
    assert not page.get_by_role("button").or_(page.get_by_role("navigation")).count()
