"""Tables for spreadsheets, as the first Flattr wrote them: UTF-8, semicolons between
the fields, text in quotes, a decimal comma, a line feed after each line."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from flattr import money
from flattr.csv import safe


def quoted(text: str) -> str:
    """A text field, on one line, that no spreadsheet takes for a formula (T33).

    >>> quoted('My "first" song'), quoted("=1+1")
    ('"My ""first"" song"', '"\\'=1+1"')
    """
    line = " ".join(safe(text).splitlines())
    return '"' + line.replace('"', '""') + '"'


def amount(minor_units: int) -> str:
    """
    >>> amount(95)
    '0,95'
    """
    return money.plain(minor_units, point=",")


def address_of(thing_id: int) -> str:
    """The full address of a thing's page here."""
    return f"{settings.SITE_URL}{reverse('buttons:thing', args=[thing_id])}"


def answer(filename: str, header: str, rows: Iterable[Iterable[str]]) -> HttpResponse:
    lines = [header, *(";".join(row) for row in rows)]
    return HttpResponse(
        "".join(f"{line}\n" for line in lines).encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
