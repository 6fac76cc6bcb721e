"""A creator's revenue: the months, one month by thing, and as the first Flattr's CSV."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from buttons.models import Thing
from buttons.reports import HEADER
from flattr import clock, months
from payouts import earning, tables
from payouts.earning import MOST_ROWS, ThingEarned
from payouts.models import Close
from payouts.people import signed_in


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    creator = signed_in(request)
    facts = {
        "totals": earning.totals(creator),
        "months": earning.months_of(creator),
        "running": clock.period(),
        "has_things": Thing.objects.filter(owner=creator).exists(),
    }
    return render(request, "payouts/revenue.html", facts)


@login_required
@require_safe
def month(request: HttpRequest, period: int) -> HttpResponse:
    """One month: by thing, by share, and when it can be paid out."""
    creator = signed_in(request)
    running = clock.period()
    if period > running:
        raise Http404
    things = earning.things_of(creator, period)
    shares = earning.shares_of(creator, period)
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
        "lots": earning.lots_of(creator, period),
    }
    return render(request, "payouts/revenue_month.html", facts)


@login_required
@require_safe
def table(request: HttpRequest, period: int) -> HttpResponse:
    """The month's report, byte for byte as the first Flattr would have written it."""
    if not Close.objects.filter(period=period, state="closed").exists():
        raise Http404
    things = earning.things_of(signed_in(request), period)
    rows = [_row(period, thing) for thing in things]
    return tables.answer(f"flattr-revenue-{period}.csv", HEADER, rows)


def _row(period: int, earned: ThingEarned) -> list[str]:
    return [
        months.show(period),
        str(earned.thing.pk),
        tables.quoted(tables.address_of(earned.thing)),
        tables.quoted(earned.thing.url),
        tables.quoted(earned.thing.title),
        str(earned.clicks),
        tables.amount(earned.amount),
        str(earned.clicks_total),
    ]
