"""Two roles in the database: `owner` owns everything, and the site runs as `app`.

`app` owns nothing and may create nothing, so no code of ours can change the ledger by
mistake. Migrations run as the owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg2 import sql

# Set on the database itself, since a clone of a template does not inherit them.
DATABASE_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "synchronous_commit": "on",
    # The locks of a machine that lost its network end after half a minute, not two
    # hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25s",
    "client_connection_check_interval": "5s",
}


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's default connection is the owner's inside the block.

    Refused with `ImproperlyConfigured` where DATABASE_OWNER_URL is not set: web and
    workers need not know the owner's password.
    """
    if not settings.OWNER_DATABASE:
        raise ImproperlyConfigured("This command needs DATABASE_OWNER_URL.")
    owner = settings.OWNER_DATABASE
    with connected_to({**owner, "NAME": connection.settings_dict["NAME"]}):
        yield


@contextmanager
def connected_to(database: Mapping[str, Any]) -> Iterator[None]:
    """Django's default connection is to that database inside the block, without
    timeouts.

    `database` is what `flattr.env.parse_database` gives.
    """
    before: dict[str, Any] = connection.settings_dict
    connection.close()
    connection.settings_dict = {
        **before,
        **{key: database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
        "OPTIONS": {
            **before["OPTIONS"],
            "options": "-c statement_timeout=0 -c lock_timeout=0"
            " -c idle_in_transaction_session_timeout=0",
        },
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


def prepare_database() -> None:
    """Make the application's role and the database's own settings, as the owner.

    May be run again at any time. The role is made when it is missing and the owner
    may make it; its password is the one in DATABASE_URL.
    """
    app: dict[str, Any] = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_user")
        name, owner = cursor.fetchone()
        if owner == app["USER"]:
            raise ImproperlyConfigured(
                "DATABASE_URL and DATABASE_OWNER_URL name the same role; the"
                " application must not own its tables."
            )
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [app["USER"]])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(str(app["USER"])), sql.Literal(app["PASSWORD"])
                )
            )
        set_on_database(name, DATABASE_SETTINGS)
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute("GRANT USAGE ON SCHEMA public TO app")
        # The application may read and write the tables that later migrations make; the
        # ledger's migrations take some of these rights away again.
        cursor.execute(
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
        cursor.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app"
        )
        cursor.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
            " GRANT USAGE, SELECT ON SEQUENCES TO app"
        )


def set_on_database(name: str, values: Mapping[str, str]) -> None:
    """Settings for every session with that database from now on, as its owner."""
    settings = [
        sql.SQL("ALTER DATABASE {} SET {} = {}").format(
            sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
        )
        for setting, value in values.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(";").join(settings))
