"""Backups of the pictures, beside the dump of everything else, which leaves them out:
they are large, and the ledger is restored without them.

`flattr-pictures-….copy` holds the rows as PostgreSQL's COPY writes them, and
`flattr-pictures-….json` beside it says what must be in it. A picture comes back only
where the database still names it: what was replaced, taken down or erased after the
backup stays away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone
from psycopg2 import Error, sql

from flattr.database import roles
from payouts.operations import dump_files
from payouts.operations.pg_programs import BackupFailed

PATTERN = "flattr-pictures-*.copy"
COLUMNS = sql.SQL(", ").join(
    map(
        sql.Identifier,
        ("digest", "person_id", "thing_id", "body", "source", "made_at"),
    )
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a copy must hold. `size` is in bytes of pictures."""

    made_at: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """How many pictures came back, and how many people and things show a pattern again,
    since their picture is in no copy."""

    shown: int
    cleared: int


def make(folder: Path) -> Path:
    """Copy all pictures into `folder`, as the owner; the copy's path.

    Refused with `ImproperlyConfigured` where the owner's password is not known.
    """
    dump_files.prepare(folder)
    name = f"flattr-pictures-{timezone.now():%Y%m%dT%H%M%SZ}"
    making = folder / f".{name}.making"
    dump_files.create_private(making)
    with roles.as_owner(), making.open("wb") as file, _snapshot():
        _copy("COPY picture ({columns}) TO STDOUT (FORMAT binary)", file)
        held = _count("picture")
    copy = folder / f"{name}.copy"
    dump_files.finish(making, copy, asdict(held))
    return copy


def restore(copy: Path | None) -> Restored:
    """Show what a copy holds wherever the database names it and lacks it, and patterns
    wherever it names what is nowhere; for the connection's database, as its owner.

    Again is a no-op. Refused with `BackupFailed`, and nothing changed, when the copy is
    not what it must be.
    """
    if copy is None:
        with transaction.atomic():
            return Restored(0, _clear())
    expected = _expected(copy)
    with _loaded(copy):
        wrong = _wrong(expected)
        if wrong:
            raise BackupFailed(f"{copy}: {' '.join(wrong)}")
        return Restored(_show(), _clear())


def _expected(copy: Path) -> Pictures:
    try:
        return Pictures(**dump_files.contents(copy))  # type: ignore[arg-type]
    except TypeError as failure:
        raise dump_files.unknown(copy, failure) from failure


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _loaded(copy: Path) -> Iterator[None]:
    """The rows of a copy in a table of the transaction's own, `copied`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE copied ON COMMIT DROP"
                " AS SELECT {columns} FROM picture WITH NO DATA"
            ).format(columns=COLUMNS)
        )
        try:
            with copy.open("rb") as file:
                _copy("COPY copied ({columns}) FROM STDIN (FORMAT binary)", file)
        except (OSError, Error) as failure:
            raise BackupFailed(f"{copy} cannot be read: {failure}") from failure
        yield


def _copy(statement: str, file: IO[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(sql.SQL(statement).format(columns=COLUMNS), file)


def _count(table: str) -> Pictures:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(octet_length(body)), 0)::bigint FROM {}"
            ).format(sql.Identifier(table))
        )
        count, size = cursor.fetchone()
    return Pictures(timezone.now().isoformat(timespec="seconds"), count, size)


def _wrong(expected: Pictures) -> list[str]:
    """What is wrong with the rows that were loaded, in sentences."""
    found = _count("copied")
    wrong = [
        f"{name} of pictures is {getattr(found, name)} and must be"
        f" {getattr(expected, name)}."
        for name in ("count", "size")
        if getattr(found, name) != getattr(expected, name)
    ]
    with connection.cursor() as cursor:
        # As `buttons.pictures.keeping` names them.
        cursor.execute(
            "SELECT digest FROM copied WHERE digest <> left(encode(sha256(convert_to("
            " CASE WHEN person_id IS NULL THEN 'thing:' || thing_id"
            "  ELSE 'person:' || person_id END || ':', 'UTF8') || body), 'hex'), 32)"
            " ORDER BY 1 LIMIT 20"
        )
        false = [digest for (digest,) in cursor.fetchall()]
    if false:
        wrong.append(
            f"Pictures that are not what their digests say: {', '.join(false)}"
        )
    return wrong


def _show() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "INSERT INTO picture ({columns}) SELECT {columns} FROM copied"
                " WHERE (EXISTS (SELECT FROM person WHERE id = copied.person_id"
                "   AND picture = copied.digest)"
                "  OR EXISTS (SELECT FROM thing WHERE id = copied.thing_id"
                "   AND picture = copied.digest))"
                " ON CONFLICT DO NOTHING"
            ).format(columns=COLUMNS)
        )
        shown: int = cursor.rowcount
    return shown


def _clear() -> int:
    cleared = 0
    with connection.cursor() as cursor:
        for table in ("person", "thing"):
            cursor.execute(
                sql.SQL(
                    "UPDATE {table} SET picture = '' WHERE picture <> '' AND NOT EXISTS ("
                    " SELECT FROM picture WHERE {whose} = {table}.id)"
                ).format(
                    table=sql.Identifier(table), whose=sql.Identifier(f"{table}_id")
                )
            )
            cleared += cursor.rowcount
    return cleared
