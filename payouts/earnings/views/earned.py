"""A creator's revenue: the months, one month by thing, and as the first Flattr's CSV."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.people.asker import signed_in
from buttons.legacy.revenue_reports import HEADER
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from payouts.close import spreadsheets
from payouts.earnings import revenue
from payouts.earnings.revenue import MOST_ROWS, ThingEarned
from payouts.models import Close


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    creator = signed_in(request)
    facts = {
        "purse": revenue.purse(creator),
        "months": revenue.months_of(creator),
        "running": clock.period(),
        "has_things": Thing.objects.filter(owner=creator).exists(),
    }
    return render(request, "payouts/earnings/revenue.html", facts)


@login_required
@require_safe
def month(request: HttpRequest, period: int) -> HttpResponse:
    """One month: by thing, by share, and when it can be paid out."""
    creator = signed_in(request)
    running = clock.period()
    if period > running:
        raise Http404
    things = revenue.things_of(creator, period)
    shares = revenue.shares_of(creator, period)
    facts = {
        "period": period,
        "running": running,
        "closed": Close.objects.filter(period=period, state="closed").exists(),
        "things": things[:MOST_ROWS],
        "more_things": things[MOST_ROWS:],
        "more_things_amount": sum(thing.amount for thing in things[MOST_ROWS:]),
        "more_things_clicks": sum(thing.clicks for thing in things[MOST_ROWS:]),
        "shares": shares[:MOST_ROWS],
        "more_shares": sum(share.readers for share in shares[MOST_ROWS:]),
        "more_shares_amount": sum(share.total for share in shares[MOST_ROWS:]),
        "readers": sum(share.readers for share in shares),
        "clicks": sum(thing.clicks for thing in things),
        "total": sum(thing.amount for thing in things),
        "lots": revenue.lots_of(creator, period),
    }
    return render(request, "payouts/earnings/revenue_month.html", facts)


@login_required
@require_safe
def table(request: HttpRequest, period: int) -> HttpResponse:
    """The month's report, byte for byte as the first Flattr would have written it."""
    if not Close.objects.filter(period=period, state="closed").exists():
        raise Http404
    things = revenue.things_of(signed_in(request), period)
    rows = [_row(period, thing) for thing in things]
    return spreadsheets.answer(f"flattr-revenue-{period}.csv", HEADER, rows)


def _row(period: int, earned: ThingEarned) -> list[str]:
    return [
        months.show(period),
        str(earned.thing.pk),
        spreadsheets.quoted(spreadsheets.address_of(earned.thing)),
        spreadsheets.quoted(earned.thing.url),
        spreadsheets.quoted(earned.thing.title),
        str(earned.clicks),
        spreadsheets.amount(earned.amount),
        str(earned.clicks_total),
    ]
