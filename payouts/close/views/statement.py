"""A reader's statements, and how to check them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.people.asker import signed_in
from flattr import months
from flattr.database import clock
from payouts.close import checking, spreadsheets, statements
from payouts.close.check_words import CheckWords
from payouts.close.statement_words import NoStatementWords, StatementWords
from payouts.close.statements import Statement
from payouts.models import Split

HEADER = "period;creator;id;flattr url;url;title;amount"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reader's months, latest first."""
    reader = signed_in(request)
    splits = Split.objects.filter(reader=reader).order_by("-period")
    facts = {
        "page": Paginator(splits, 36).get_page(request.GET.get("page")),
        "aside": statements.periods_aside(reader),
        "running": clock.period(),
        # In January the year that is over.
        "year": months.preceding(clock.period()) // 100,
        "given": splits.aggregate(given=Sum("spent"))["given"],
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
        return redirect("payouts:statement", period)
    check = checking.check(reader, statement)
    facts = {"check": check, "words": CheckWords(check), "statement": statement}
    return render(request, "payouts/close/check.html", facts)


@login_required
@require_safe
def table(request: HttpRequest, period: int) -> HttpResponse:
    """The statement for a spreadsheet."""
    statement = statements.statement(signed_in(request), period)
    if statement is None:
        raise Http404
    name = f"flattr-statement-{period}.csv"
    return spreadsheets.answer(name, HEADER, _rows(statement))


def _rows(statement: Statement) -> list[list[str]]:
    shown = months.show(statement.period)
    rows = [
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
    if statement.split.fee:
        kept = spreadsheets.quoted(_("Stays with this site"))
        rows.append(
            [shown, *['""'] * 4, kept, spreadsheets.amount(statement.split.fee)]
        )
    return rows
