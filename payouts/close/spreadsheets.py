"""Tables for spreadsheets, as the first Flattr wrote them: UTF-8, semicolons between
the fields, text in quotes, a decimal comma, a line feed after each line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from buttons.models import Thing
from flattr import money
from flattr.web.csv import safe


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


def address_of(thing: Thing) -> str:
    """The full address of a thing's page here, ended by its title as it was then."""
    slug = slug_of(thing.title)
    path = reverse("buttons:thing", args=[thing.pk])
    return f"{settings.SITE_URL}{path}/{slug}" if slug else f"{settings.SITE_URL}{path}"


def slug_of(title: str) -> str:
    """
    >>> slug_of("KNS003 – Klarer Fall von Anthropozän")
    'KNS003-Klarer-Fall-von-Anthropozn'
    """
    ascii_only = title.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-")


def answer(filename: str, header: str, rows: Iterable[Iterable[str]]) -> HttpResponse:
    lines = [header, *(";".join(row) for row in rows)]
    return HttpResponse(
        "".join(f"{line}\n" for line in lines).encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
