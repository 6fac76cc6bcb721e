"""PostgreSQL's own programs: they are found on the PATH, must not be older than the
server, and get the address of the database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from django.db import connection


class BackupFailed(Exception):
    """The dump was not made, or could not be loaded; the text says why."""


def run(program: str, *arguments: str, environment: Mapping[str, str]) -> None:
    found = shutil.which(program)
    if not found:
        raise BackupFailed(
            f"{program} is not on the PATH. Install PostgreSQL's client programs, of the"
            " server's version or newer."
        )
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()}")


def environment_of(database: Mapping[str, Any]) -> dict[str, str]:
    """The address of the database as environment variables; no password is in a command
    line."""
    named = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": connection.settings_dict["NAME"],
        "PGSSLMODE": database["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": database["OPTIONS"].get("sslrootcert", ""),
    }
    return {name: str(value) for name, value in named.items() if value}
