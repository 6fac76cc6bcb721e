"""For readers: what they flattr every month."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from buttons.clicks import confirming, subscribing
from buttons.models import Thing
from buttons.models.programs import Subscription
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import month_name
from flattr.web.refusals import Refusal


@require_safe
@login_required
def subscriptions(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    mine = Subscription.objects.filter(reader=reader)
    facts = {
        "subscriptions": mine.select_related("thing__owner").order_by("-pk"),
        "standing": budgets.standing(reader),
    }
    return render(request, "buttons/clicks/subscriptions.html", facts)


@require_POST
@login_required
def begin(request: HttpRequest, thing_id: int) -> HttpResponse:
    reader = signed_in(request)
    thing = get_object_or_404(Thing, pk=thing_id)
    try:
        made = subscribing.subscribe(reader, thing)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("buttons:thing", thing.pk)
    messages.success(request, words(reader, made))
    return redirect("buttons:subscriptions")


@require_POST
@login_required
def change(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Pause it or let it go on; with `end` it is over."""
    reader = signed_in(request)
    thing = get_object_or_404(Thing, pk=thing_id)
    values = {"title": thing.title}
    try:
        if "end" in request.POST:
            subscribing.unsubscribe(reader, thing)
            told = _("You no longer flattr “%(title)s” every month.") % values
        elif (changed := subscribing.toggle(reader, thing)).active:
            told = words(reader, changed)
        else:
            told = _("“%(title)s” is paused.") % values
    except subscribing.NotSubscribed:
        told = _("You do not flattr “%(title)s” every month.") % values
    messages.success(request, told)
    return redirect("buttons:subscriptions")


def words(reader: User, begun: Subscription) -> str:
    """What a subscription that was begun, or goes on, does in the running month."""
    thing, period = begun.thing, clock.period()
    values = {
        "title": thing.title,
        "month": month_name(months.following(period)),
    }
    if not budgets.standing(reader).open:
        said = _("You flattr “%(title)s” every month, as soon as your budget is open.")
    elif begun.fired_period == period or confirming.is_given(reader, thing, period):
        said = _(
            "You flattr “%(title)s” every month, from %(month)s on: you have flattred it"
            " this month."
        )
    else:
        said = _(
            "You flattr “%(title)s” now and every month: the first flattr is there"
            " within a minute."
        )
    return said % values
