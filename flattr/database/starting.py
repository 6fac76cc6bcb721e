"""What refuses to start: a process of production on a database whose clock was moved.

`travel` moves the clock in local mode only, so an offset in production is that of a
demo's database, or of a test's. Months, holds and closes would be wrong by it.
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
    """Look at the clock's offset with each new connection of the application's role,
    outside of local mode."""
    if not settings.LOCAL:
        connection_created.connect(
            _check_clock, dispatch_uid="flattr.database.starting"
        )


def check() -> None:
    """Connect once, so that who cannot be let in does not start. A database that is
    away is met later, by each connection."""
    if settings.LOCAL:
        return
    try:
        connection.ensure_connection()
    except (utils.OperationalError, utils.InterfaceError):
        return
    finally:
        # Whoever forks makes connections of its own.
        connection.close()


def _check_clock(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if connection.settings_dict["USER"] != settings.DATABASES["default"]["USER"]:
        return  # The owner migrates, backs up and may set it right.
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('flattr_clock_offset') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return  # Nothing was migrated yet.
        cursor.execute("SELECT seconds FROM flattr_clock_offset")
        [seconds] = cursor.fetchone()
    if seconds:
        connection.close()
        raise ImproperlyConfigured(MOVED.format(seconds))
