"""No page and no admin list reads a big table from end to end, as the planner decides on
a ledger that is large enough for it to have a choice."""

from __future__ import annotations

import pytest

from payouts.close import closing
from tests.benchmarks import months, pages

pytestmark = pytest.mark.usefixtures("own_database")


def test_no_page_reads_a_big_table_from_end_to_end() -> None:
    period = months.make(2_500, earlier=1)
    closing.close_month(period)
    months.settle()
    people = pages.visitors(period)
    big = pages.big_tables()

    found = [pages.visit(page, people, rounds=1) for page in pages.pages(period)]

    scanned = {one.page.address: one.scans for one in found if one.scans}
    # Who shares a name compares everybody's with everybody's: staff look there seldom.
    assert scanned == {"/admin/accounts/sharedname/": ["person"]}
    assert {
        f"ledger_entry_{period}",
        f"revenue_line_{period}",
        f"split_{period}",
    } <= set(big)


def test_a_scan_is_seen() -> None:
    """The test before this one can fail."""
    months.make(2_500)

    seen = pages.scans(["SELECT count(*) FROM flattr"])
    cut = pages.scans(["SELECT count(*) FROM (SELECT FROM flattr LIMIT 100) AS few"])

    assert seen == {f"flattr_{months.LAST}"}
    assert cut == set()
