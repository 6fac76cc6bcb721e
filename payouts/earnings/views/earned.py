"""A creator's home, and their revenue: the months, one month by thing, and as the first
Flattr's CSV."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mail import notices
from accounts.people.asker import signed_in
from buttons.legacy.revenue_reports import HEADER
from flattr import months
from flattr.database import clock
from payouts.close import spreadsheets
from payouts.earnings import revenue
from payouts.earnings.pages import showing
from payouts.earnings.pages.all_months import all_months
from payouts.earnings.pages.home_page import home_page
from payouts.earnings.revenue import OnceEarned, ThingEarned
from payouts.models import Close
from payouts.payments import noticing


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where whoever has things begins; others are led to make one."""
    creator = signed_in(request)
    if not creator.is_creator:
        return redirect("buttons:snippet")
    shown = {
        "page": home_page(creator),
        # Who makes things may also give, and lands here.
        "notes": noticing.notice(creator).notes,
        "notices": notices.newest(creator),
    }
    return render(request, "payouts/earnings/home.html", shown)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    shown = all_months(signed_in(request))
    return render(request, "payouts/earnings/revenue.html", {"earned": shown})


@login_required
@require_safe
def month(request: HttpRequest, period: int) -> HttpResponse:
    """One month: by thing, by share, and when it can be paid out."""
    if period > clock.period():
        raise Http404
    shown = showing.one_month(signed_in(request), period)
    return render(request, "payouts/earnings/revenue_month.html", {"earned": shown})


@login_required
@require_safe
def table(request: HttpRequest, period: int) -> HttpResponse:
    """The month's report, byte for byte as the first Flattr would have written it, and
    below it lines of what was given once, without a number."""
    if not Close.objects.filter(period=period, state="closed").exists():
        raise Http404
    creator = signed_in(request)
    rows = [_row(period, thing) for thing in revenue.things_of(creator, period)]
    rows += [_gifts_row(period, once) for once in revenue.once_of(creator, period)]
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


def _gifts_row(period: int, once: OnceEarned) -> list[str]:
    title = _("Given once")
    if once.thing is not None:
        title = _("Given once: %(title)s") % {"title": once.thing.title}
    return [
        months.show(period),
        "",
        spreadsheets.quoted(spreadsheets.address_of(once.thing) if once.thing else ""),
        spreadsheets.quoted(once.thing.url if once.thing else ""),
        spreadsheets.quoted(title),
        "0",
        spreadsheets.amount(once.amount),
        "0",
    ]
