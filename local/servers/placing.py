"""Whose a cluster's data are, and where they are: as root the server runs as the owner of
its data, else as `postgres` or `nobody`."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
from pathlib import Path

from local.servers import processes
from local.servers.processes import Account, CannotStart
from local.servers.state import State

ELSEWHERE = Path("/var/lib/flattr")


def place_of(state: State) -> tuple[Account | None, Path]:
    """Who runs the server and where it lives."""
    inside = state.path / "postgres"
    if os.geteuid() != 0:
        return None, inside
    account = owner_of(inside / "data") or _unprivileged()
    if processes.can_reach(account, inside):
        return account, inside
    name = hashlib.sha256(os.fsencode(state.path)).hexdigest()[:16]
    home = ELSEWHERE / name
    return owner_of(home / "data") or account, home


def owner_of(data: Path) -> Account | None:
    if not data.exists() or data.stat().st_uid == 0:
        return None
    return pwd.getpwuid(data.stat().st_uid)


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine has neither a user "
        "'postgres' nor 'nobody' to run it. Run this as an ordinary user."
    )
