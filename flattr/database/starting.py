"""A production process refuses to start on a database whose clock was moved.

`travel` moves the clock in local mode only. An offset in production means that the
database came from a demo or a test; months, holds and closes would be wrong by it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, utils
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

MOVED = (
    "The clock of this database is moved by {} seconds, which is for local mode only."
    " Is it a demo's? If it is to be used, as the owner:"
    " UPDATE flattr_clock_offset SET seconds = 0."
)


def guard_connections() -> None:
    """Outside of local mode, check the clock's offset on each new connection of the
    application's role."""
    if not settings.LOCAL:
        connection_created.connect(
            _check_clock, dispatch_uid="flattr.database.starting"
        )


def check() -> None:
    """Connect once, so that a process that must not run does not start. If the database
    is away, each later connection makes the check."""
    if settings.LOCAL:
        return
    try:
        connection.ensure_connection()
    except (utils.OperationalError, utils.InterfaceError):
        return
    finally:
        # A process that forks must open its own connections.
        connection.close()


def _check_clock(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if connection.settings_dict["USER"] != settings.DATABASES["default"]["USER"]:
        return  # The owner migrates and backs up, and may set the clock right.
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('flattr_clock_offset') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return  # The database is not migrated yet.
        cursor.execute("SELECT seconds FROM flattr_clock_offset")
        [seconds] = cursor.fetchone()
    if seconds:
        connection.close()
        raise ImproperlyConfigured(MOVED.format(seconds))
