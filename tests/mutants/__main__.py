"""`run.py test --mutants` or `--mutants M4,M7`: whether tests see what is wrong."""

from __future__ import annotations

import sys

from tests.mutants import killing
from tests.mutants.catalogue import MUTANTS


def main(names: str) -> int:
    """1 when one of those named, or of all of them, lives."""
    wanted = set(filter(None, names.upper().split(",")))
    if unknown := wanted - {mutant.name for mutant in MUTANTS}:
        print(f"There is no mutant {', '.join(sorted(unknown))}.")  # noqa: T201
        return 2
    chosen = [one for one in MUTANTS if not wanted or one.name in wanted]
    return 0 if killing.kill(chosen) else 1


if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:])))
