"""What `run.py bench close` looks at in the closed month, and what it tells."""

from __future__ import annotations

import argparse
import dataclasses
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from flattr.database import roles
from payouts.models import Close
from tests.benchmarks import measuring, model
from tests.benchmarks.bare import TABLES
from tests.benchmarks.measuring import Summary
from tests.benchmarks.worker import Report

MOST_COMPUTED = 100_000  # readers; of more a part is computed again in Python

# A figure's name, the most that it may be (or with a minus the least), in words.
GOALS = [
    ("ratio_to_bulk_until_seen", 2.5, "times the bare write in bulk, until it is seen"),
    ("ratio_to_bulk", 2.5, "the same, with the digest sealed"),
    ("ratio_to_row_by_row", 0.6, "times the bare write row by row"),
    ("growth_of_seconds", 14, "times the seconds of a tenth of the readers"),
    ("ratio_after_earlier", 1.15, "times the same without earlier months"),
    ("memory_ratio_to_a_tenth", 1.1, "times the memory of a tenth of the readers"),
    ("naive_to_ours_per_share", -100, "times faster a share than a loop over objects"),
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one close wrote. `rows` are those that the bare write writes again, `told`
    says which; `computed` readers were computed again."""

    flattrs: int
    shares: int
    creators: int
    rows: int
    told: str
    disk_bytes: int
    computed: int


def look(period: int, readers: int) -> Facts:
    """Verify the closed month, and count what it wrote; refused with `Differs`."""
    computed = model.verify(period, every=max(1, readers // MOST_COMPUTED))
    closed = Close.objects.get(period=period)
    counts: dict[str, int] = {}
    size = 0
    with roles.as_owner(), connection.cursor() as cursor:
        for name, (table, rows) in TABLES.items():
            source, those = table.format(p=period), rows.format(p=period)
            cursor.execute(
                f"SELECT count(*) FILTER (WHERE {those}), count(*),"
                f" pg_total_relation_size('{source}') FROM {source}"
            )
            counts[name], there, whole = cursor.fetchone()
            size += whole * counts[name] // max(1, there)
    return Facts(
        flattrs=closed.flattrs,
        shares=closed.shares,
        creators=closed.creators,
        rows=sum(counts.values()),
        told=", ".join(f"{many:,} of {name}" for name, many in counts.items()),
        disk_bytes=size,
        computed=computed,
    )


def tell(
    options: argparse.Namespace,
    facts: Facts,
    *,
    found: dict[str, Summary],
    reports: list[Report],
    of_a_tenth: list[Report],
    naive_seconds: float,
) -> dict[str, object]:
    """Print what people read; the figures for programs."""
    close = found["close"]
    measuring.tell(
        f"{options.readers:,} readers, {facts.flattrs:,} flattrs, {facts.shares:,} shares"
        f" of {facts.creators:,} creators; {options.rounds} rounds,"
        f" {options.workers} worker(s).\nThe bare write is that of {facts.rows:,} rows:"
        f" {facts.told}.\n{facts.computed:,} readers were computed again in Python:"
        " no difference.\n"
    )
    measuring.table(
        [
            "medians",
            "s",
            "spread",
            "CPU s of the server",
            "shares/s",
            "to bulk",
            "WAL B/share",
        ],
        [
            [
                name,
                run.seconds,
                f"{run.spread:.0%}",
                run.cpu_seconds,
                int(facts.shares / run.seconds) if name != "close of a tenth" else None,
                ratio(run, found["bare write in bulk"]),
                run.wal_bytes // facts.shares if name != "close of a tenth" else None,
            ]
            for name, run in found.items()
        ],
    )
    steps = {
        name: statistics.median([report.steps.get(name, 0.0) for report in reports])
        for name in reports[0].steps
    }
    seen = statistics.median([report.seen_after for report in reports])
    measuring.table(["step", "s"], [[name, took] for name, took in steps.items()])
    figures: dict[str, object] = {
        "bench": "close",
        "readers": options.readers,
        "flattrs": facts.flattrs,
        "shares": facts.shares,
        "rounds": options.rounds,
        "workers": options.workers,
        "computed_again": facts.computed,
        "seconds": close.seconds,
        "cpu_seconds": close.cpu_seconds,
        "shares_per_second": facts.shares / close.seconds,
        "steps": steps,
        "seen_after": seen,
        "ratio_to_bulk_until_seen": seen / found["bare write in bulk"].seconds,
        "ratio_to_bulk": close.seconds / found["bare write in bulk"].seconds,
        "ratio_to_bulk_cpu": cpu_ratio(close, found["bare write in bulk"]),
        "ratio_to_row_by_row": close.seconds / found["bare write row by row"].seconds,
        "ratio_to_row_by_row_cpu": cpu_ratio(close, found["bare write row by row"]),
        "naive_to_ours_per_share": naive_seconds / (close.seconds / facts.shares),
        "wal_bytes_per_share": close.wal_bytes / facts.shares,
        "disk_bytes_per_share": facts.disk_bytes / facts.shares,
        "statements": statistics.median([report.statements for report in reports]),
        "memory_kb": memory(reports),
        "ways": {name: dataclasses.asdict(run) for name, run in found.items()},
    }
    if of_a_tenth:
        figures |= {
            "growth_of_seconds": close.seconds / found["close of a tenth"].seconds,
            "growth_of_cpu": cpu_ratio(close, found["close of a tenth"]),
            "memory_ratio_to_a_tenth": memory_ratio(reports, of_a_tenth),
        }
    if options.earlier:
        figures |= {
            "earlier_months": options.earlier,
            "ratio_after_earlier": found["close after earlier"].seconds / close.seconds,
            "ratio_after_earlier_cpu": cpu_ratio(found["close after earlier"], close),
        }
    goals(figures)
    return figures


def goals(figures: dict[str, object]) -> None:
    """Each goal that this run can judge, and whether it was reached."""
    rows = []
    for name, goal, words in GOALS:
        value = figures.get(name)
        if isinstance(value, int | float):
            reached = value >= -goal if goal < 0 else value <= goal
            border = f">= {-goal:g}" if goal < 0 else f"<= {goal:g}"
            rows.append([words, float(value), border, "yes" if reached else "no"])
    measuring.table(["the close", "is", "goal", "reached"], rows)


def ratio(run: Summary, to: Summary) -> float:
    return run.seconds / to.seconds


def cpu_ratio(run: Summary, to: Summary) -> float | None:
    if run.cpu_seconds is None or not to.cpu_seconds:
        return None
    return run.cpu_seconds / to.cpu_seconds


def memory(reports: Sequence[Report]) -> float | None:
    """The median of the workers' largest resident memory, in kB."""
    known = [report.memory_kb for report in reports if report.memory_kb]
    return statistics.median(known) if known else None


def memory_ratio(reports: Sequence[Report], to: Sequence[Report]) -> float | None:
    ours, others = memory(reports), memory(to)
    return ours / others if ours and others else None
