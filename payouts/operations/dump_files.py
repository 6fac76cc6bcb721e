"""The files of a backup: only our user reads them, and one is complete or does not
exist."""

from __future__ import annotations

import json
import os
from pathlib import Path

from payouts.operations.pg_programs import BackupFailed


def prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def create_private(path: Path) -> None:
    """Make an empty file that only our user may read, before anything is written into
    it: a dump says who people are and what they gave."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)


def finish(making: Path, dump: Path, contents: dict[str, object]) -> None:
    """Give a file that was written under another name its own, with `contents`, what must
    be in it, beside it as JSON."""
    beside = dump.with_suffix(".json.making")
    create_private(beside)
    beside.write_text(json.dumps(contents, indent=2) + "\n")
    _sync(beside)
    beside.rename(dump.with_suffix(".json"))
    _sync(making)
    making.rename(dump)
    _sync(dump.parent)


def contents(dump: Path) -> dict[str, object]:
    """What must be in it. Refused with `BackupFailed` where that is not known."""
    try:
        told = json.loads(dump.with_suffix(".json").read_text())
    except (OSError, ValueError) as failure:
        raise unknown(dump, failure) from failure
    if not isinstance(told, dict):
        raise unknown(dump, told)
    return told


def unknown(dump: Path, why: object) -> BackupFailed:
    return BackupFailed(
        f"{dump.with_suffix('.json')} does not say what the dump must hold: {why}"
    )


def prune(folder: Path, pattern: str, keep: int) -> list[Path]:
    """Remove all but the newest `keep` of a kind; those removed."""
    old = sorted(folder.glob(pattern))[:-keep]
    for dump in old:
        dump.unlink()
        dump.with_suffix(".json").unlink(missing_ok=True)
    return old


def newest(folder: Path, pattern: str) -> Path:
    """Refused with `BackupFailed` where there is none."""
    found = sorted(folder.glob(pattern))
    if not found:
        raise BackupFailed(f"There is no {pattern} in {folder}.")
    return found[-1]


def _sync(path: Path) -> None:
    """Flush to disk, so that a finished dump survives a crash of the machine."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
