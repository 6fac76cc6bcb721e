"""For readers: what they flattr every month."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import budgets
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
    assert isinstance(request.user, User)
    mine = Subscription.objects.filter(reader=request.user)
    facts = {
        "subscriptions": mine.select_related("thing__owner").order_by("-pk"),
        "standing": budgets.standing(request.user),
    }
    return render(request, "buttons/clicks/subscriptions.html", facts)


@require_POST
@login_required
def begin(request: HttpRequest, thing_id: int) -> HttpResponse:
    assert isinstance(request.user, User)
    thing = get_object_or_404(Thing, pk=thing_id)
    try:
        made = subscribing.subscribe(request.user, thing)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("buttons:thing", thing.pk)
    messages.success(request, words(request.user, made))
    return redirect("buttons:subscriptions")


@require_POST
@login_required
def change(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Pause it or let it go on; with `end` it is over."""
    assert isinstance(request.user, User)
    thing = get_object_or_404(Thing, pk=thing_id)
    try:
        if "end" in request.POST:
            subscribing.unsubscribe(request.user, thing)
            told = f"“{thing.title}” is not flattred every month any more."
        elif (changed := subscribing.toggle(request.user, thing)).active:
            told = words(request.user, changed)
        else:
            told = f"“{thing.title}” is paused."
    except subscribing.NotSubscribed:
        told = f"You do not flattr “{thing.title}” every month."
    messages.success(request, told)
    return redirect("buttons:subscriptions")


def words(reader: User, begun: Subscription) -> str:
    """What a subscription that was begun, or goes on, does in the running month."""
    thing, period = begun.thing, clock.period()
    told = f"You flattr “{thing.title}”"
    if not budgets.standing(reader).open:
        return f"{told} every month, as soon as your budget is open."
    if begun.fired_period == period or confirming.is_given(reader, thing, period):
        later = month_name(months.following(period))
        return f"{told} every month, from {later} on: this month has its flattr."
    return f"{told} now and every month: the first flattr is there within a minute."
