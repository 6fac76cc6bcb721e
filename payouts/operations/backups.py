"""Backups: a dump of the database, all but the pictures, with the ledger's digest beside
it (O2).

A dump is complete or does not exist: it is written under another name first. Beside
`flattr-….dump` is `flattr-….json`, which says what must be in it
(`payouts.operations.drills` compares the two).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from flattr.database import roles
from payouts.ledger import checks
from payouts.operations import dump_files
from payouts.operations.pg_programs import BackupFailed, environment_of, run

PATTERN = "flattr-*.dump"
# How many dumps are kept where nobody says otherwise: one a night.
KEPT = 14
# Pictures are large and have a backup of their own (`picture_backups`).
LEFT_OUT = ("public.picture",)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dump must hold, read from the dump's own snapshot."""

    made_at: str
    digest: str
    transactions: int
    people: int
    flattrs: int
    migration: str


def make(folder: Path) -> Path:
    """Dump the database into `folder`, as the owner; the dump's path.

    Refused with `BackupFailed`, and with `ImproperlyConfigured` where the owner's
    password is not known.
    """
    dump_files.prepare(folder)
    name = f"flattr-{timezone.now():%Y%m%dT%H%M%SZ}"
    dump, making = folder / f"{name}.dump", folder / f".{name}.making"
    contents = None
    while contents is None:
        with roles.as_owner(), _snapshot() as snapshot:
            contents = _dump(making, snapshot)
    dump_files.finish(making, dump, asdict(contents))
    return dump


@contextmanager
def _snapshot() -> Iterator[str]:
    """A snapshot that pg_dump can use as well, held for the block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(making: Path, snapshot: str) -> Contents | None:
    """Dump the database as of the snapshot and return what it held. None if a close was
    finished since; then another snapshot is needed.

    pg_dump lists tables as they are now and reads them as they were then: the new month
    would be counted and not be in the dump, and the tables that the close replaced
    could not be dumped.
    """
    contents = contents_now()
    if not _same_months():
        return None
    dump_files.create_private(making)
    try:
        run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={making}",
            *(f"--exclude-table-data={name}" for name in LEFT_OUT),
            environment=environment_of(settings.OWNER_DATABASE),
        )
    except BackupFailed:
        making.unlink(missing_ok=True)
        if _same_months():
            raise
        return None
    return contents


def _same_months() -> bool:
    """Whether the same months are visible now as in the snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_inherits"
            "  WHERE inhparent = 'ledger_entry'::regclass)"
            " = (SELECT count(*) FROM pg_partition_tree('ledger_entry') WHERE level = 1)"
        )
        same: bool = cursor.fetchone()[0]
    return same


def contents_now() -> Contents:
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
