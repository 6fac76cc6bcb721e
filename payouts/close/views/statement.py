"""A reader's statements, and how to check them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.people.asker import signed_in
from flattr import months
from flattr.database import clock
from payouts.close import checking, spreadsheets, statements
from payouts.close.check_words import CheckWords
from payouts.close.given_once import Line, gift_statement
from payouts.close.statement_words import NoStatementWords, StatementWords
from payouts.close.statements import Statement

HEADER = "period;creator;id;flattr url;url;title;amount"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reader's months, latest first."""
    reader = signed_in(request)
    months_given = statements.months_given(reader)
    facts = {
        "page": Paginator(months_given, 36).get_page(request.GET.get("page")),
        "aside": statements.periods_aside(reader),
        "running": clock.period(),
        # In January the year that is over.
        "year": months.preceding(clock.period()) // 100,
        "given": sum(month.given for month in months_given),
    }
    return render(request, "payouts/close/statements.html", facts)


@login_required
@require_safe
def month(request: HttpRequest, period: int) -> HttpResponse:
    """Where one month's money went."""
    reader = signed_in(request)
    statement = statements.statement(reader, period)
    if statement is not None:
        facts = {"statement": statement, "words": StatementWords(statement)}
        return render(request, "payouts/close/statement.html", facts)
    only_gifts = gift_statement(reader, period)
    if only_gifts is not None:
        shown = {"statement": only_gifts}
        return render(request, "payouts/close/gift_statement.html", shown)
    running = clock.period()
    if period > running:
        raise Http404
    left = statements.without_statement(reader, period, running)
    facts = {"left": left, "words": NoStatementWords(left)}
    return render(request, "payouts/close/no_statement.html", facts)


@login_required
@require_safe
def check(request: HttpRequest, period: int) -> HttpResponse:
    """Check it yourself: the statement computed again, step by step."""
    reader = signed_in(request)
    statement = statements.statement(reader, period)
    if statement is None:
        only_gifts = gift_statement(reader, period)
        if only_gifts is None:
            return redirect("payouts:statement", period)
        shown = {"statement": only_gifts}
        return render(request, "payouts/close/gift_check.html", shown)
    check = checking.check(reader, statement)
    facts = {"check": check, "words": CheckWords(check), "statement": statement}
    return render(request, "payouts/close/check.html", facts)


@login_required
@require_safe
def table(request: HttpRequest, period: int) -> HttpResponse:
    """The statement for a spreadsheet."""
    reader = signed_in(request)
    statement = statements.statement(reader, period)
    if statement is not None:
        rows, once, fee = _rows(statement), statement.once, statement.fee
    elif only_gifts := gift_statement(reader, period):
        rows, once = [], only_gifts.once
        fee = once.fee
    else:
        raise Http404
    shown = months.show(period)
    rows += [_gift_row(shown, line) for line in once.lines]
    if fee:
        kept = spreadsheets.quoted(_("Stays with this site"))
        rows.append([shown, *['""'] * 4, kept, spreadsheets.amount(fee)])
    name = f"flattr-statement-{period}.csv"
    return spreadsheets.answer(name, HEADER, rows)


def _gift_row(shown: str, line: Line) -> list[str]:
    thing = line.gift.thing
    title = _("Given once")
    if thing is not None:
        title = _("Given once: %(title)s") % {"title": thing.title}
    return [
        shown,
        spreadsheets.quoted(line.creator.username),
        str(thing.pk) if thing else "",
        spreadsheets.quoted(spreadsheets.address_of(thing) if thing else ""),
        spreadsheets.quoted(thing.url if thing else ""),
        spreadsheets.quoted(title),
        spreadsheets.amount(line.amount),
    ]


def _rows(statement: Statement) -> list[list[str]]:
    shown = months.show(statement.period)
    return [
        [
            shown,
            spreadsheets.quoted(portion.creator.username),
            str(line.thing.pk),
            spreadsheets.quoted(spreadsheets.address_of(line.thing)),
            spreadsheets.quoted(line.thing.url),
            spreadsheets.quoted(line.thing.title),
            spreadsheets.amount(line.amount),
        ]
        for portion in statement.portions
        for line in portion.lines
    ]
