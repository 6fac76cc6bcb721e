"""Backups: a dump of the whole database with the ledger's digest beside it, and the
drill that loads it into another database and finds the same digest there (O2).

A dump is whole or it is not there: it is written under another name first. PostgreSQL's
own programs do the work; they are found on the PATH and must not be older than the
server. Beside `flattr-….dump` lies `flattr-….json`, which says what must be in it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg2 import sql

from flattr import env
from flattr.database import roles
from payouts.ledger import checks, seals

PATTERN = "flattr-*.dump"


class BackupFailed(Exception):
    """The dump was not made, or could not be loaded; the text says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dump must hold: all of it seen in the dump's own snapshot."""

    made_at: str
    digest: str
    transactions: int
    people: int
    flattrs: int
    migration: str


@dataclass(frozen=True, slots=True)
class Drill:
    """A dump that was loaded, and what was wrong with it: nothing when it is good."""

    dump: Path
    database: str
    expected: Contents
    digest: str
    wrong: list[str]


# --- Making one ---------------------------------------------------------------------


def make(folder: Path) -> Path:
    """Dump the database into `folder`, as the owner; the dump's path.

    Refused with `BackupFailed`, and with `ImproperlyConfigured` where the owner's
    password is not known.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"flattr-{timezone.now():%Y%m%dT%H%M%SZ}"
    dump, making = folder / f"{name}.dump", folder / f".{name}.making"
    contents = None
    while contents is None:
        with roles.as_owner(), _snapshot() as snapshot:
            contents = _dump(making, snapshot)
    _write(dump.with_suffix(".json"), json.dumps(asdict(contents), indent=2) + "\n")
    _sync(making)
    making.rename(dump)
    _sync(folder)
    return dump


@contextmanager
def _snapshot() -> Iterator[str]:
    """A moment of the database that pg_dump can see as well, kept for the block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(making: Path, snapshot: str) -> Contents | None:
    """Dump what was there at the snapshot's moment; what that was. None where a close
    was finished since, and another moment is to be taken.

    Tables are found as they are now, and read as they were then: the new month would be
    counted and not be in the dump, and what the close put away could not be dumped.
    """
    contents = _contents()
    if not _same_months():
        return None
    _create_private(making)
    try:
        _run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={making}",
            environment=_environment(settings.OWNER_DATABASE),
        )
    except BackupFailed:
        making.unlink(missing_ok=True)
        if _same_months():
            raise
        return None
    return contents


def _same_months() -> bool:
    """Whether the months that were visible at this snapshot's moment are those of now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_inherits"
            "  WHERE inhparent = 'ledger_entry'::regclass)"
            " = (SELECT count(*) FROM pg_partition_tree('ledger_entry') WHERE level = 1)"
        )
        same: bool = cursor.fetchone()[0]
    return same


def _contents() -> Contents:
    digest = checks.digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_transaction),"
            " (SELECT count(*) FROM person), (SELECT count(*) FROM flattr),"
            " (SELECT max(id) FROM django_migrations)::text"
        )
        transactions, people, flattrs, migration = cursor.fetchone()
    return Contents(
        made_at=timezone.now().isoformat(timespec="seconds"),
        digest=digest,
        transactions=transactions,
        people=people,
        flattrs=flattrs,
        migration=migration,
    )


def _write(path: Path, text: str) -> None:
    making = path.with_suffix(".making")
    _create_private(making)
    making.write_text(text)
    _sync(making)
    making.rename(path)


def _create_private(path: Path) -> None:
    """An empty file that only we read, before anything is written into it: what people
    gave and who they are is in a dump."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)


def _sync(path: Path) -> None:
    """A name that is told must outlive the machine's end."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` dumps; those removed."""
    old = sorted(folder.glob(PATTERN))[:-keep]
    for dump in old:
        dump.unlink()
        dump.with_suffix(".json").unlink(missing_ok=True)
    return old


def newest(folder: Path) -> Path:
    """Refused with `BackupFailed` where there is none."""
    found = sorted(folder.glob(PATTERN))
    if not found:
        raise BackupFailed(f"There is no dump in {folder}.")
    return found[-1]


# --- Loading one --------------------------------------------------------------------


def drill(dump: Path, *, keep_as: str = "") -> Drill:
    """Load a dump into a new database and compare what is in it with what must be.

    It is made where FLATTR_DRILL_URL says, the address of a role that may make
    databases, on any server that has the roles `owner` and `app`; and dropped again,
    unless it is to be kept under a name. Refused with `BackupFailed` when the dump
    cannot be loaded.
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
        _run(
            "pg_restore",
            "--exit-on-error",
            f"--jobs={os.cpu_count() or 1}",
            f"--dbname={name}",
            str(dump),
            environment=_environment(env.parse_database(address)),
        )
        with roles.connected_to(env.parse_database(address)):
            found = _contents()
            return Drill(dump, name, expected, found.digest, _wrong(expected, found))


def _expected(dump: Path) -> Contents:
    try:
        return Contents(**json.loads(dump.with_suffix(".json").read_text()))
    except (OSError, ValueError, TypeError) as failure:
        raise BackupFailed(
            f"{dump.with_suffix('.json')} does not say what the dump must hold: {failure}"
        ) from failure


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
        f"{promise}: {', '.join(rows)}"
        for promise, rows in checks.check().items()
        if rows
    ]
    wrong += [f"The seal of {day}: {why}" for day, why in seals.verify().broken.items()]
    return wrong


# --- Other programs -----------------------------------------------------------------


def _run(program: str, *arguments: str, environment: Mapping[str, str]) -> None:
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


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    """How PostgreSQL's programs are told whom to ask; no password stands in a
    command line."""
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
