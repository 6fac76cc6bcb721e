"""The verbs of run.py, inside `.venv`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from local.running import benchmarks, checks, manage, supervisor
from local.servers.processes import CannotStart

VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": supervisor.main,
    "manage": manage.main,
    "test": checks.main,
    "bench": benchmarks.main,
}


def main(verb: str, arguments: Sequence[str]) -> int:
    """The exit code of that verb; what cannot be started here is told in words."""
    try:
        return VERBS[verb](arguments)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
    except PermissionError as refused:
        print(
            f"{refused.filename} belongs to another user of this machine. Use a state of"
            " your own: --state DIR.",
            file=sys.stderr,
        )
    return 1
