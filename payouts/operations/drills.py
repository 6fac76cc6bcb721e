"""The drill: a dump is loaded into another database, and must hold the digest that
was stored beside it (O2)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql

from flattr import env
from flattr.database import roles
from payouts.ledger import checks, seals
from payouts.operations import dump_files, picture_backups
from payouts.operations.backups import Contents, contents_now
from payouts.operations.pg_programs import BackupFailed, environment_of, run

# Tables, their rows, their guards: one is whole before the next begins.
SECTIONS = ("pre-data", "data", "post-data")


@dataclass(frozen=True, slots=True)
class Drill:
    """A dump that was loaded, and what was wrong with it; empty when it is good.
    `pictures` is how many came back, if their copy was loaded too."""

    dump: Path
    database: str
    expected: Contents
    digest: str
    wrong: list[str]
    pictures: int | None = None


def drill(dump: Path, *, keep_as: str = "", pictures: Path | None = None) -> Drill:
    """Load a dump into a new database, and the copy of the pictures if one is given, and
    compare what is in it with what must be.

    FLATTR_DRILL_URL says where: the address of a role that may make databases, on any
    server that has the roles `owner` and `app`. The database is dropped again unless a
    name to keep it under is given. Refused with `BackupFailed` when the dump cannot be
    loaded.
    """
    server = settings.DRILL_URL
    if not server:
        raise BackupFailed(
            "FLATTR_DRILL_URL is not set: the address, like postgresql://…, of a role"
            " that may make databases."
        )
    expected = _expected(dump)
    name = keep_as or f"flattr_drill_{secrets.token_hex(4)}"
    with _new_database(server, name, keep=bool(keep_as)) as address:
        there = env.parse_database(address)
        # Several workers would make a guard of a partitioned table while rows of the
        # past are still to come into a part of it, and have them refused.
        for section in SECTIONS:
            run(
                "pg_restore",
                "--exit-on-error",
                f"--section={section}",
                f"--jobs={os.cpu_count() or 1}",
                f"--dbname={name}",
                str(dump),
                environment=environment_of(there),
            )
        with roles.connected_to(there):
            found = contents_now()
            wrong = _wrong(expected, found)
            shown = picture_backups.restore(pictures).shown if pictures else None
            return Drill(dump, name, expected, found.digest, wrong, shown)


def _expected(dump: Path) -> Contents:
    try:
        return Contents(**dump_files.contents(dump))  # type: ignore[arg-type]
    except TypeError as failure:
        raise dump_files.unknown(dump, failure) from failure


@contextmanager
def _new_database(server: str, name: str, *, keep: bool) -> Iterator[str]:
    """The address of a database that is made for the block."""
    try:
        opened = psycopg2.connect(server)
    except psycopg2.OperationalError as failure:
        raise BackupFailed(f"The server does not answer: {failure}") from failure
    opened.autocommit = True
    done = False
    try:
        with opened.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE template0").format(
                    sql.Identifier(name)
                )
            )
            try:
                yield urlsplit(server)._replace(path=f"/{quote(name)}").geturl()
                done = True
            finally:
                if not (keep and done):
                    cursor.execute(
                        sql.SQL("DROP DATABASE {} WITH (FORCE)").format(
                            sql.Identifier(name)
                        )
                    )
    except psycopg2.Error as failure:
        raise BackupFailed(str(failure).strip()) from failure
    finally:
        opened.close()


def _wrong(expected: Contents, found: Contents) -> list[str]:
    """What differs from what the dump must hold, in sentences."""
    wrong = [
        f"{name} is {getattr(found, name)} and must be {getattr(expected, name)}."
        for name in ("digest", "transactions", "people", "flattrs", "migration")
        if getattr(found, name) != getattr(expected, name)
    ]
    wrong += [
        f"{sentence}: {', '.join(rows)}"
        for sentence, rows in checks.check().items()
        if rows
    ]
    wrong += [f"The seal of {day}: {why}" for day, why in seals.verify().broken.items()]
    return wrong
