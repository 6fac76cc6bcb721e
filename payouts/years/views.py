"""The two pages of a year, and their tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.settings.forms import PaperAddress
from flattr.database import clock
from payouts.close import spreadsheets
from payouts.years import (
    creator_year,
    journal_entries,
    journals,
    reader_year,
    year_tables,
)
from payouts.years.creator_words import CreatorWords
from payouts.years.creator_year import CreatorYear
from payouts.years.journals import Journal
from payouts.years.reader_words import ReaderWords
from payouts.years.reader_year import ReaderYear

Year = TypeVar("Year", ReaderYear, CreatorYear)

# The programs that a year's journal is written for, and the ending of their files.
JOURNALS: dict[str, Callable[[Journal], Iterator[str]]] = {
    "beancount": journals.beancount,
    "journal": journals.hledger,
}


@dataclass(frozen=True)
class Side(Generic[Year]):
    """A person's year as reader or as creator: how it is read, and what is made of it.
    `file` is what its files are called, without the year and the ending."""

    years_of: Callable[[User], list[int]]
    of: Callable[[User, int], Year]
    words: Callable[[Year], object]
    template: str
    rows: Callable[[Year], Iterator[list[str]]]
    journal: Callable[[Year], Journal]
    file: str

    def years(self, person: User, year: int) -> list[int]:
        """All years of theirs; 404 where `year` is none, since neither the person nor
        money of theirs was here."""
        years = self.years_of(person)
        if year not in years:
            raise Http404
        return years

    def known(self, person: User, year: int) -> Year:
        self.years(person, year)
        return self.of(person, year)


READER = Side(
    reader_year.years_of,
    reader_year.reader_year,
    ReaderWords,
    "payouts/years/reader.html",
    year_tables.of_reader,
    journal_entries.of_reader,
    "flattr-year",
)
CREATOR = Side(
    creator_year.years_of,
    creator_year.creator_year,
    CreatorWords,
    "payouts/years/creator.html",
    year_tables.of_creator,
    journal_entries.of_creator,
    "flattr-revenue-year",
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, year: int, side: Side[Any]) -> HttpResponse:
    """What a year brought or to whom it went, and what was there at its ends."""
    person = signed_in(request)
    years = side.years(person, year)
    form = PaperAddress(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(request.path)
    shown = side.of(person, year)
    facts = {
        "year": shown,
        "words": side.words(shown),
        "earlier": year - 1 if year - 1 in years else None,
        "later": year + 1 if year + 1 in years else None,
        "today": clock.now(),
        "form": form,
    }
    return render(request, side.template, facts)


@login_required
@require_safe
def table(request: HttpRequest, year: int, side: Side[Any]) -> HttpResponse:
    rows = side.rows(side.known(signed_in(request), year))
    return spreadsheets.answer(f"{side.file}-{year}.csv", year_tables.HEADER, rows)


@login_required
@require_safe
def journal(
    request: HttpRequest, year: int, ending: str, side: Side[Any]
) -> HttpResponse:
    made = side.journal(side.known(signed_in(request), year))
    return HttpResponse(
        "".join(f"{line}\n" for line in JOURNALS[ending](made)).encode(),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{side.file}-{year}.{ending}"'
        },
    )
