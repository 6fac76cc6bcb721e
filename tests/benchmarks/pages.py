"""`bench pages`: how long pages take on a ledger of millions of entries, and whether
any of their queries reads a big table from end to end.

Each page is asked for in this process through all middlewares, as its reader, creator
or admin, several times over; the slowest of the medians is what the goal is about.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin as staff
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from flattr import months as calendar
from payouts.close import closing
from payouts.models import Split
from tests.benchmarks import crowd, months, stage
from tests.benchmarks.measuring import finish, progress, table, tell

GOAL_MS = 100
# A table is big from so many rows on.
BIG_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    address: str
    who: str  # "reader", "creator", "admin" or ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page: the median and the worst in milliseconds, its size and statements, and
    the big tables that it reads from end to end."""

    page: Page
    median_ms: float
    worst_ms: float
    body_bytes: int
    statements: int
    scans: list[str]


def main(arguments: list[str]) -> int:
    options = read(arguments)
    with stage.databases() as made, stage.database(made):
        period = months.make(options.readers, earlier=options.months - 1)
        closing.close_month(period)
        months.settle()
        entries = count("SELECT count(*) FROM ledger_entry")
        words = crowd.make(options.creators, options.things)
        people = visitors(period)
        visits = []
        for page in chosen([*pages(period), *discover(words)], options.only):
            progress(page.address)
            visits.append(visit(page, people, rounds=options.rounds))
    show(visits, entries)
    finish(
        {
            "entries": entries,
            "readers": options.readers,
            "months": options.months,
            "slowest_ms": max(one.median_ms for one in visits),
            "pages": {one.page.name: one.median_ms for one in visits},
            "scans": {one.page.name: one.scans for one in visits if one.scans},
            "goal_ms": GOAL_MS,
        }
    )
    return 0


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py bench pages",
        description="Pages and plans on a ledger of millions of entries.",
    )
    parser.add_argument(
        "--readers", type=int, default=68_000, help="readers (68000: 10 M entries)"
    )
    parser.add_argument("--months", type=int, default=12, help="closed months (12)")
    parser.add_argument(
        "--creators", type=int, default=20_000, help="creators to find (20000)"
    )
    parser.add_argument(
        "--things", type=int, default=100_000, help="things to find (100000)"
    )
    parser.add_argument("--only", default="", help="pages with this in their address")
    parser.add_argument("--rounds", type=int, default=7, help="visits of a page (7)")
    return parser.parse_args(arguments)


# --- Who visits what


def pages(period: int) -> list[Page]:
    month, compact = calendar.show(period), str(period)
    return [
        Page("first page", "/", ""),
        Page("closes", "/closes", ""),
        Page("one close", f"/closes/{month}", ""),
        Page("my month", "/month", "reader"),
        Page("budget", "/budget", "reader"),
        Page("payments", "/pay", "reader"),
        Page("statements", "/statements", "reader"),
        Page("statement", f"/statements/{month}", "reader"),
        Page("check it yourself", f"/statements/{month}/check", "reader"),
        Page("statement CSV", f"/statements/flattr-statement-{compact}.csv", "reader"),
        Page("year", f"/year/{period // 100}", "reader"),
        Page("home", "/home", "creator"),
        Page("revenue", "/revenue", "creator"),
        Page("year of revenue", f"/revenue/{period // 100}", "creator"),
        Page("revenue of a month", f"/revenue/{month}", "creator"),
        Page("revenue CSV", f"/revenue/flattr-revenue-{compact}.csv", "creator"),
        Page("payouts", "/payouts", "creator"),
        Page("things", "/things", "creator"),
        Page("admin", "/admin/", "admin"),
        *(Page(f"admin {name}", f"/admin/{name}/", "admin") for name in admin_lists()),
    ]


def discover(words: Mapping[str, str]) -> list[Page]:
    """Both tabs with and without a search, in each order, and far behind."""
    middle = count("SELECT min(id) + count(*) / 2 FROM thing")
    maker = count("SELECT min(id) + count(*) / 4 FROM bench_maker")
    shown = [
        ("", ""), ("most flattred", "?sort=flattrs"), ("newest", "?sort=new"),
        ("trending", "?sort=trend"), ("German", "?sort=trend&language=de_DE"),
        ("software", "?category=software"), ("Icelandic", "?language=is_IS"),
        ("no category", "?category=rest"),
    ]  # fmt: skip
    searched = [(f"search {kind}", f"?q={word}") for kind, word in words.items()]
    searched += [("search nonsense", "?q=qqqq+zzzz"), ("search ab", "?q=ab")]
    deep = [
        ("deep", f"?sort=flattrs&after=3-{middle}"),
        ("deep newest", f"?sort=new&after=0-{middle}"),
        ("deep search", f"?q={words['common']}&after=3-{middle}"),
    ]
    deep_creators = [
        ("deep newest", f"?sort=new&after=0-{maker}"),
        ("deep trending", f"?sort=trend&after=1200-{maker}"),
        ("deep search", f"?q={words['common']}&after=1-{maker}"),
    ]
    return [
        *(Page(f"things {name}", f"/discover{query}", "")
          for name, query in [*shown, *searched, *deep]),
        *(Page(f"creators {name}", f"/discover/creators{query}", "")
          for name, query in [*shown, *searched, *deep_creators]),
        Page("things near", "/discover?sort=near", "reader"),
        Page("creators near", "/discover/creators?sort=near", "reader"),
    ]  # fmt: skip


def chosen(found: list[Page], part: str) -> list[Page]:
    return [page for page in found if part in page.address]


def admin_lists() -> list[str]:
    return sorted(
        f"{model._meta.app_label}/{model._meta.model_name}"
        for model in staff.site._registry
    )


def visitors(period: int) -> dict[str, Client]:
    """A reader of the middle, the creator whom most flattr, and an admin."""
    readers = Split.objects.filter(period=period).order_by("creators", "reader_id")
    middle = readers[readers.count() // 2].reader_id
    most = count(
        "SELECT creator_id FROM revenue_line WHERE period = %s"
        " GROUP BY creator_id ORDER BY count(*) DESC, creator_id LIMIT 1",
        period,
    )
    admin = User.objects.create_superuser("ada", "ada@people.example", "correct horse")
    found = {"": browser()}
    for who, pk in (("reader", middle), ("creator", most), ("admin", admin.pk)):
        found[who] = browser()
        found[who].force_login(User.objects.get(pk=pk))
    return found


def browser() -> Client:
    return Client(headers={"host": settings.SITE_HOST})


# --- One page


def visit(page: Page, people: dict[str, Client], *, rounds: int) -> Visit:
    """Refused with `AssertionError` where it is not answered by 200."""
    client = people[page.who]
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page.address)
    assert answer.status_code == 200, (page.address, answer.status_code)
    # The next request empties the list.
    queries = [query["sql"] for query in asked.captured_queries]
    body = answer.getvalue()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(page.address).getvalue()
        took.append((time.perf_counter() - began) * 1000)
    return Visit(
        page,
        statistics.median(took),
        max(took),
        len(body),
        len(queries),
        sorted(scans(queries)),
    )


def scans(queries: Iterable[str]) -> set[str]:
    """The big tables that a query reads from end to end."""
    big = big_tables()
    return {
        name
        for query in queries
        if query.lstrip("( ").upper().startswith(("SELECT", "WITH"))
        for name in scanned({"Node Type": "", "Plans": [plan(query)]}, big)
        if name in big
    }


def plan(query: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query.replace('%', '%%')}", [])
        told = cursor.fetchone()[0]
    found = json.loads(told) if isinstance(told, str) else told
    planned: dict[str, Any] = found[0]["Plan"]
    return planned


def scanned(
    node: dict[str, Any], rows: Mapping[str, float], *, limited: bool = False
) -> Iterator[str]:
    """The tables read from end to end. A limit ends the reading of what streams to it
    and is mostly wanted: so the admin counts to ten thousand and no further."""
    kind = node["Node Type"]
    limited = kind == "Limit" or (limited and kind in {"Append", "Subquery Scan"})
    for child in node.get("Plans", []):
        if child["Node Type"] == "Seq Scan":
            name = child["Relation Name"]
            if not limited or child["Plan Rows"] < rows.get(name, 0) / 2:
                yield name
        else:
            yield from scanned(child, rows, limited=limited)


def big_tables() -> dict[str, float]:
    """Their names and how many rows they have, as the planner knows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'"
            " AND reltuples >= %s",
            [BIG_ROWS],
        )
        return dict(cursor.fetchall())


def count(query: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: int = cursor.fetchone()[0]
    return found


def show(visits: list[Visit], entries: int) -> None:
    tell(f"{entries:,} entries in the ledger\n")
    table(
        ["page", "ms", "worst", "bytes", "statements", "read from end to end"],
        [
            (
                one.page.name,
                round(one.median_ms, 1),
                round(one.worst_ms, 1),
                one.body_bytes,
                one.statements,
                ", ".join(one.scans),
            )
            for one in visits
        ],
    )
    slow = [one.page.name for one in visits if one.median_ms > GOAL_MS]
    tell(f"Over {GOAL_MS} ms: {', '.join(slow) or 'none'}.")
