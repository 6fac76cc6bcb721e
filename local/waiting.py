"""Waiting for the tables, which a first `up` makes beside a command."""

from __future__ import annotations

import fcntl
import time

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from local.servers.state import State

PAUSE_SECONDS = 0.3


class NotMigrated(Exception):
    """The database has no tables yet, and nobody is making them."""


def wait_for_up() -> None:
    """Come back once the tables are there, which a first `up` makes beside this.

    Refused with `NotMigrated` when no `up` runs that would make them.
    """
    while not is_migrated():
        if not supervised():
            raise NotMigrated
        time.sleep(PAUSE_SECONDS)


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def supervised() -> bool:
    """Whether an `up` holds the lock of this state."""
    assert settings.STATE is not None
    with (State(settings.STATE).folder() / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
