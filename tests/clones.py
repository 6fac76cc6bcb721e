"""Databases for tests: one template, migrated once, and clones of it.

All is done as the role `owner`, which may make databases. Advisory locks in the
database that DATABASE_OWNER_URL names say who uses what, so that several runs share
a server, and what a killed run left behind is swept up by the next.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import errors, sql

from local.servers import sources
from local.servers.state import ROOT

# Classes of advisory locks; the second key is a run's number or a template's hash.
MAKING, RUN, TEMPLATE = 20_100, 20_101, 20_102


def address(variable: str, database: str) -> str:
    """The URL in that variable, with the name of another database."""
    return urlsplit(os.environ[variable])._replace(path=f"/{database}").geturl()


class Clones:
    """The databases of one run of the tests."""

    def __init__(self) -> None:
        self._server = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
        self._server.autocommit = True
        self._run = int(os.environ["FLATTR_TEST_RUN"])
        self._numbers = itertools.count(1)
        self._last: str | None = None
        self._execute("SELECT pg_advisory_lock(%s, %s)", RUN, self._run)
        self._sweep()
        self._template = self._make_template()

    def clone(self, name: str | None = None, *, of: str | None = None) -> str:
        """A new database with everything migrated, or a copy of the clone `of`, to
        which nobody is connected; its name."""
        name = name or f"{name_of_run(self._run)}_{next(self._numbers)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(of or self._template)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Drop a database together with the connections to it, once the next is to be
        dropped: a session that was closed just now takes a moment to end, and for that
        PostgreSQL waits a tenth of a second."""
        earlier, self._last = self._last, name
        if earlier:
            self._drop(earlier)

    def _drop(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        try:
            self._execute(statement + sql.SQL(" WITH (FORCE)"))
        except errors.InsufficientPrivilege:
            # A server whose owner may not end sessions of the application's role.
            for pause in (0.1, 0.5, 2):
                with contextlib.suppress(errors.ObjectInUse):
                    return self._execute(statement)
                time.sleep(pause)
            self._execute(statement)

    def close(self) -> None:
        for name in self._names(rf"^{name_of_run(self._run)}(_\d+)?$"):
            self._drop(name)
        self._server.close()

    def _sweep(self) -> None:
        """Drop what runs left behind that are no more."""
        for name in self._names(r"^flattr_test_\d+(_\d+)?$"):
            run = int(name.split("_")[2])
            if run != self._run and self._try_lock(RUN, run):
                self._drop(name)
                self._execute("SELECT pg_advisory_unlock(%s, %s)", RUN, run)

    def _make_template(self) -> str:
        digest = sources.digest()
        name = f"flattr_template_{digest}"
        self._execute("SELECT pg_advisory_lock(%s, 0)", MAKING)
        self._execute("SELECT pg_advisory_lock_shared(%s, %s)", TEMPLATE, _key(digest))
        if not self._names(f"^{name}$"):
            self._drop_old_templates()
            self._migrate(name)
        self._execute("SELECT pg_advisory_unlock(%s, 0)", MAKING)
        return name

    def _migrate(self, name: str) -> None:
        """Migrate as an operator does, and give the name once that has worked."""
        making = sql.Identifier(f"{name}_making")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(making))
        self._execute(sql.SQL("CREATE DATABASE {}").format(making))
        environment = os.environ | {
            variable: address(variable, f"{name}_making")
            for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"The migrations failed:\n{done.stdout}{done.stderr}")
        self._execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                making, sql.Identifier(name)
            )
        )

    def _drop_old_templates(self) -> None:
        for name in self._names("^flattr_template_[0-9a-f]+$"):
            key = _key(name.split("_")[2])
            if self._try_lock(TEMPLATE, key):
                self._drop(name)
                self._execute("SELECT pg_advisory_unlock(%s, %s)", TEMPLATE, key)

    def _names(self, pattern: str) -> list[str]:
        with self._server.cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname ~ %s", [pattern]
            )
            return [name for (name,) in cursor.fetchall()]

    def _try_lock(self, space: int, key: int) -> bool:
        with self._server.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key])
            row = cursor.fetchone()
            return bool(row and row[0])

    def _execute(self, statement: str | sql.Composable, *values: int) -> None:
        with self._server.cursor() as cursor:
            cursor.execute(statement, values or None)


def new_run() -> str:
    """A number that no other run has."""
    return str(secrets.randbelow(2**31))


def name_of_run(run: int | str) -> str:
    """The database that a run's ordinary tests share."""
    return f"flattr_test_{run}"


def _key(digest: str) -> int:
    return int(digest, 16) % 2**31
