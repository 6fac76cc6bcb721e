"""`run.py bench` before it starts anything."""

from __future__ import annotations

import subprocess
import sys

from local.servers.state import ROOT


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_benchmark_that_is_not_there_is_told_in_one_sentence() -> None:
    done = bench("windmills")

    assert done.returncode == 2
    assert "There is no benchmark named windmills. There are: close" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_help_tells_the_names_and_starts_nothing() -> None:
    done = bench("--help")

    assert done.returncode == 0
    assert "close" in done.stdout
