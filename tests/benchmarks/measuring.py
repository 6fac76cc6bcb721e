"""Time, the server's work and what it wrote; several ways side by side; tables.

On a machine that is not quiet wall time moves by half and more, CPU time by a fifth:
so ways are compared in one run, interleaved, by their medians, and both are told.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from local.servers import state
from local.servers.postgres import Cluster

PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Measure:
    """What one run of a way took. CPU is the database server's, in seconds, and None
    where it cannot be told (another machine's, or no /proc)."""

    seconds: float
    cpu_seconds: float | None
    wal_bytes: int


def measure(call: Callable[[], object]) -> Measure:
    """Run it once. The server does nothing else meanwhile, or that is counted too."""
    postmaster = server_pid()
    with_wal = wal_position()
    cpu, began = cpu_seconds(postmaster), time.perf_counter()
    call()
    seconds, cpu_after = time.perf_counter() - began, cpu_seconds(postmaster)
    used = None if cpu is None or cpu_after is None else cpu_after - cpu
    return Measure(seconds, used, wal_position() - with_wal)


def server_pid() -> int | None:
    """The running PostgreSQL of this state, where it is ours and /proc knows it."""
    if not PROCESSES.joinpath("self", "stat").exists():
        return None
    return Cluster(state.current()).pid()


def cpu_seconds(pid: int | None) -> float | None:
    """User and system time of a process, its children and theirs, ended ones that were
    waited for included."""
    if pid is None:
        return None
    parents: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for folder in PROCESSES.iterdir():
        if folder.name.isdigit() and (fields := stat(folder)):
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
            ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += ticks.get(one, 0)
        waiting += parents.get(one, [])
    return total / os.sysconf("SC_CLK_TCK")


def stat(folder: Path) -> list[str]:
    """The fields behind the program's name, the state first; none if it has ended."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def wal_position() -> int:
    """Bytes of log that the server ever wrote."""
    opened = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        with opened.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            row = cursor.fetchone()
            assert row
            return int(row[0])
    finally:
        opened.close()


def interleaved(
    ways: Mapping[str, Callable[[], Measure]], rounds: int
) -> dict[str, list[Measure]]:
    """Each way once, and that `rounds` times over; a way measures its own part."""
    found: dict[str, list[Measure]] = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        for name, way in ways.items():
            progress(f"round {number} of {rounds}: {name}")
            found[name].append(way())
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """The medians of several runs, and how far their seconds lie apart (of the median)."""

    seconds: float
    spread: float
    cpu_seconds: float | None
    wal_bytes: int


def summarise(runs: Sequence[Measure]) -> Summary:
    seconds = [run.seconds for run in runs]
    middle = statistics.median(seconds)
    cpus = [run.cpu_seconds for run in runs if run.cpu_seconds is not None]
    return Summary(
        seconds=middle,
        spread=(max(seconds) - min(seconds)) / middle if middle else 0.0,
        cpu_seconds=statistics.median(cpus) if cpus else None,
        wal_bytes=int(statistics.median(run.wal_bytes for run in runs)),
    )


# --- Telling


def progress(words: str) -> None:
    """A word to whoever waits; not part of the result."""
    sys.stderr.write(f"… {words}\n")
    sys.stderr.flush()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns: the first is text, the others are set to the right."""
    cells = [list(header), *([text(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [row[0].ljust(widths[0])]
        padded += [cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)]
        tell("  ".join(padded).rstrip())
    tell("")


def text(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def finish(figures: Mapping[str, object]) -> None:
    """The last line: all figures as JSON, floats to four digits behind the point."""
    tell(json.dumps(rounded(figures)))


def rounded(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value
