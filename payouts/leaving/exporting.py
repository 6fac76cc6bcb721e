"""One archive with everything that we keep about somebody: for spreadsheets, for programs,
and in plain words.

It is written to a file on disk, row by row, from one moment's view of the database and
with one query for each table, however much there is.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import composing, letter
from accounts.models import User
from flattr.database import clock
from flattr.money import plain
from flattr.templatetags.flattr import moment
from flattr.web.csv import safe
from payouts.leaving.archive.archive_file import Table
from payouts.leaving.exported import FILES, TABLES
from payouts.models.payout_states import UNDONE

ROWS_AT_ONCE = 2_000
FILES_AT_ONCE = 50
IN_MEMORY_BYTES = 1_000_000
# PostgreSQL's number of the type; Django does not parse it for a raw query.
JSONB = 3802
# Columns of minor units, which spreadsheets get with a decimal point.
AMOUNTS = {"amount", "spent", "fee", "returned", "taken"}
# Subjects that named somebody else, which is forgotten when a mail is sent.
WITHOUT_NAMES = {
    "promise_kept": gettext_lazy("An author has come forward: your flattr counts"),
    "promise_lapsed": gettext_lazy("Nobody came forward for a page"),
    "taken_back": gettext_lazy("We took flattrs of yours back"),
    "thing_taken_over": gettext_lazy("A page was proved to be somebody’s"),
}

README = gettext_lazy(
    """\
{site}: everything that we keep about {username}
Made on {now}, {url}

Each table is here twice: as NAME.csv for a spreadsheet (UTF-8, commas between the
fields), and as json/NAME.json for programs. Amounts are in {currency}: with a decimal
point in the tables, as whole cents for programs. Times are UTC, months are written
like 202610. References are the ones that our books use.

{files}

Not in it: who flattred your things, which is for them to tell; your password, which we
do not know; and what our staff note while they look into a fraud. If you want to know
anything else, write to {email}.
"""
)


def described() -> list[str]:
    """What is in an archive, a line for each table."""
    return [
        format_html("<code>{}</code>: {}", table.name, table.about) for table in TABLES
    ]


def archive(person: User) -> IO[bytes]:
    """A ZIP file, open at its beginning; whoever closes it deletes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it is handed on, open)
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
        transaction.atomic(),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET LOCAL statement_timeout = '60s'")
        counted = {table.name: _write(made, table, person) for table in TABLES}
        _write_files(made, person)
        made.writestr("README.txt", _readme(person, counted))
    file.seek(0)
    return file


def _readme(person: User, counted: dict[str, int]) -> str:
    files = [
        f"{table.name + '.csv':<20}{counted[table.name]:>7}  {table.about}"
        for table in TABLES
    ]
    header = f"{_('file'):<20}{_('rows'):>7}  {_('what is in it')}"
    return str(README).format(
        site=settings.OPERATOR_NAME,
        username=person.username,
        now=moment(clock.now()),
        url=settings.SITE_URL,
        currency=settings.CURRENCY,
        email=settings.OPERATOR_EMAIL,
        files="\n".join([header, *files]),
    )


def _write(made: zipfile.ZipFile, table: Table, person: User) -> int:
    """Both files of a table; how many rows it has."""
    rows = 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as sheet:
        text = io.TextIOWrapper(sheet, "utf-8", newline="")
        writer = csv.writer(text)
        with made.open(f"json/{table.name}.json", "w") as program:
            program.write(b"[")
            for names, values in _find_rows(table, person):
                if not rows:
                    writer.writerow(names)
                writer.writerow(map(_cell, names, values))
                row = dict(zip(names, values, strict=True))
                told = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
                program.write((",\n" if rows else "\n").encode() + told.encode())
                rows += 1
            program.write(b"\n]\n")
        text.flush()
        sheet.seek(0)
        with made.open(f"{table.name}.csv", "w") as copy:
            shutil.copyfileobj(sheet, copy)
        text.detach()
    return rows


def _write_files(made: zipfile.ZipFile, person: User) -> None:
    with connection.chunked_cursor() as cursor:
        cursor.execute(FILES, {"person": person.pk})
        while found := cursor.fetchmany(FILES_AT_ONCE):
            for name, body in found:
                made.writestr(name, bytes(body), zipfile.ZIP_STORED)


def _find_rows(table: Table, person: User) -> Iterator[tuple[list[str], list[Any]]]:
    """The names of the columns, with each row."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(table.query, {"person": person.pk, "undone": list(UNDONE)})
        while found := cursor.fetchmany(ROWS_AT_ONCE):
            names = [column.name for column in cursor.description]
            are_json = [column.type_code == JSONB for column in cursor.description]
            for values in found:
                row = [
                    json.loads(value) if is_json and value else value
                    for value, is_json in zip(values, are_json, strict=True)
                ]
                yield (
                    names,
                    _with_subject(row, person) if table.name == "mails" else row,
                )


def _with_subject(row: list[Any], person: User) -> list[Any]:
    """Of a mail, its subject in place of its facts."""
    *told, template, facts = row
    return [
        *told,
        template,
        str(WITHOUT_NAMES.get(template, ""))
        or _subject(template, {**facts, "person": person}),
    ]


def _subject(template: str, facts: dict[str, Any]) -> str:
    try:
        return composing.subject_of(template, facts)
    except letter.NoLetter:
        return template


def _cell(name: str, value: Any) -> str:
    """A value as a spreadsheet shows it, and never a formula (T33)."""
    if value is None:
        return ""
    if name in AMOUNTS:
        return plain(value)
    if isinstance(value, list | dict):
        return safe(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))
    if isinstance(value, str):
        return safe(value)
    return str(value)
