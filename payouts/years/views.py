"""The two pages of a year, and their tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

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
from payouts.years.journals import Journal
from payouts.years.reader_words import ReaderWords


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, year: int) -> HttpResponse:
    """To whom a year went, and what moved in the account."""
    person = signed_in(request)
    years = _known(year, reader_year.years_of(person))
    form = PaperAddress(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    shown = reader_year.reader_year(person, year)
    facts = {"year": shown, "words": ReaderWords(shown), **_around(year, years, form)}
    return render(request, "payouts/years/reader.html", facts)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def creator(request: HttpRequest, year: int) -> HttpResponse:
    """What a year brought, what was paid out, and what was there at its ends."""
    person = signed_in(request)
    years = _known(year, creator_year.years_of(person))
    form = PaperAddress(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    shown = creator_year.creator_year(person, year)
    facts = {"year": shown, "words": CreatorWords(shown), **_around(year, years, form)}
    return render(request, "payouts/years/creator.html", facts)


@login_required
@require_safe
def reader_csv(request: HttpRequest, year: int) -> HttpResponse:
    person = signed_in(request)
    _known(year, reader_year.years_of(person))
    rows = year_tables.of_reader(reader_year.reader_year(person, year))
    return spreadsheets.answer(f"flattr-year-{year}.csv", year_tables.HEADER, rows)


@login_required
@require_safe
def creator_csv(request: HttpRequest, year: int) -> HttpResponse:
    person = signed_in(request)
    _known(year, creator_year.years_of(person))
    rows = year_tables.of_creator(creator_year.creator_year(person, year))
    name = f"flattr-revenue-year-{year}.csv"
    return spreadsheets.answer(name, year_tables.HEADER, rows)


# The programs that a year's journal is written for, and the ending of their files.
JOURNALS: dict[str, Callable[[Journal], Iterator[str]]] = {
    "beancount": journals.beancount,
    "journal": journals.hledger,
}


@login_required
@require_safe
def reader_journal(request: HttpRequest, year: int, ending: str) -> HttpResponse:
    person = signed_in(request)
    _known(year, reader_year.years_of(person))
    made = journal_entries.of_reader(reader_year.reader_year(person, year))
    return _journal(made, f"flattr-year-{year}", ending)


@login_required
@require_safe
def creator_journal(request: HttpRequest, year: int, ending: str) -> HttpResponse:
    person = signed_in(request)
    _known(year, creator_year.years_of(person))
    made = journal_entries.of_creator(creator_year.creator_year(person, year))
    return _journal(made, f"flattr-revenue-year-{year}", ending)


def _journal(journal: Journal, name: str, ending: str) -> HttpResponse:
    return HttpResponse(
        "".join(f"{line}\n" for line in JOURNALS[ending](journal)).encode(),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )


def _known(year: int, years: list[int]) -> list[int]:
    if year not in years:
        raise Http404
    return years


def _saved(request: HttpRequest, form: PaperAddress) -> HttpResponse:
    form.save()
    messages.success(request, _("Saved."))
    return redirect(request.path)


def _around(year: int, years: list[int], form: PaperAddress) -> dict[str, object]:
    """What both pages have: the years before and after, the day, the address."""
    return {
        "earlier": year - 1 if year - 1 in years else None,
        "later": year + 1 if year + 1 in years else None,
        "today": clock.now(),
        "form": form,
    }
