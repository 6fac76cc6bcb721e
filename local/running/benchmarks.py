"""`run.py bench NAME …`: how fast it is, on a server of the benchmarks' own."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from local.servers import state


def main(arguments: Sequence[str]) -> NoReturn:
    """Become the benchmark, which starts what it needs and stops it again."""
    os.chdir(state.ROOT)
    sys.stdout.flush()
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    os.execv(sys.executable, command)  # noqa: S606
