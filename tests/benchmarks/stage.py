"""Where benchmarks run: a durable server beside the platform's, and databases on it.

With DATABASE_URL and DATABASE_OWNER_URL set that server is used instead; its owner
must then be allowed to make databases.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import psycopg2
from django.db import connection, connections
from psycopg2 import errors

from flattr.database import roles
from local.servers import state
from local.servers.services import Services
from local.servers.state import State
from tests import clones
from tests.clones import Clones

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL")


def prepare() -> Services:
    """Say in the environment where everything will be; nothing is started."""
    services = Services(State(state.current().path / "benchmarks"))
    os.environ |= services.environment()
    os.environ |= {
        "FLATTR_TEST_RUN": clones.new_run(),
        # Nobody listens there: a benchmark that pays starts its own.
        "STRIPE_API_BASE": "http://127.0.0.1:9",
    }
    return services


@contextlib.contextmanager
def server(services: Services) -> Iterator[None]:
    """The servers running, and PostgreSQL's owner allowed to make databases."""
    with services.used():
        if services.postgres:
            with services.postgres.connect() as opened, opened.cursor() as cursor:
                cursor.execute("ALTER ROLE owner CREATEDB")
                cursor.execute("GRANT pg_signal_backend, pg_checkpoint TO owner")
        yield


@contextlib.contextmanager
def databases() -> Iterator[Clones]:
    """The migrated template and what is cloned from it, dropped at the end."""
    made = Clones()
    try:
        yield made
    finally:
        connections.close_all()
        made.close()


@contextlib.contextmanager
def database(made: Clones, *, of: str | None = None) -> Iterator[str]:
    """A migrated database, or a copy of the database `of`; its name.

    Django's connection and those of processes to come are to it meanwhile, as the
    application's role; afterwards to what they were to before.
    """
    connections.close_all()
    name = made.clone(of=of)
    before = connection.settings_dict["NAME"]
    try:
        point_at(name)
        yield name
    finally:
        point_at(before, prepare=False)
        made.drop(name)


def point_at(name: str, *, prepare: bool = True) -> None:
    for variable in ADDRESSES:
        os.environ[variable] = clones.address(variable, name)
    connections.close_all()
    connection.settings_dict["NAME"] = name
    if prepare:
        # What ALTER DATABASE has set is not copied from the template.
        with roles.as_owner():
            roles.prepare_database()


def checkpoint() -> None:
    """Write out what earlier work left, so that it does not count for the next."""
    opened = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        opened.autocommit = True
        # Where the server is not ours, its owner may not.
        with (
            opened.cursor() as cursor,
            contextlib.suppress(errors.InsufficientPrivilege),
        ):
            cursor.execute("CHECKPOINT")
    finally:
        opened.close()
