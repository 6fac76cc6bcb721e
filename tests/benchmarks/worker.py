"""Closes a month in a process of its own, so that what it needs can be measured.

`python -m tests.benchmarks.worker PERIOD` says "ready", waits for a line, closes, and
prints one line of JSON: the steps' seconds, the number of statements, and the largest
resident memory in kB (VmHWM; null where /proc does not tell).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Report:
    """What one worker tells at its end: the seconds of each step, and those from its
    start until everybody sees the closed month, before the digest is sealed."""

    steps: dict[str, float]
    seen_after: float
    statements: int
    memory_kb: int | None


class Worker:
    """One worker that stands at its start; `go` lets it close and waits for its end."""

    def __init__(self, period: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", str(period)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "flattr.settings"},
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def start(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def report(self) -> Report:
        """When it has closed; its own end is not waited for."""
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if not told:
            raise RuntimeError("The worker did not close the month.")
        return Report(**json.loads(told))

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def workers(period: int, many: int) -> Iterator[Callable[[], list[Report]]]:
    """So many workers at their start; called, they close the month together."""
    standing = [Worker(period) for _ in range(many)]

    def close_together() -> list[Report]:
        for one in standing:
            one.start()
        return [one.report() for one in standing]

    try:
        yield close_together
    finally:
        for one in standing:
            one.end()


def main(period: int) -> Report:
    # Models are there once Django is.
    from django.db import connection  # noqa: PLC0415

    from payouts.close import closing  # noqa: PLC0415

    statements = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    connection.ensure_connection()
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    steps: dict[str, float] = {}
    began = before = seen = time.perf_counter()
    with connection.execute_wrapper(count):
        for step in closing.steps(period):
            now = time.perf_counter()
            steps[step.name] = steps.get(step.name, 0.0) + now - before
            before = now
            if step.name == "finished":
                seen = now
    return Report(steps, seen - began, statements, memory_kb())


def memory_kb() -> int | None:
    if not STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return int(lines["VmHWM"].split()[0])


if __name__ == "__main__":
    django.setup()
    print(json.dumps(asdict(main(int(sys.argv[1])))), flush=True)  # noqa: T201
