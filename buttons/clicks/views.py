"""Flattring with a browser: the confirm page, its form, the done page, undo."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from buttons.clicks import confirming, errands, flattring, intents
from buttons.clicks.done import Done
from buttons.clicks.question import State
from buttons.clicks.worth import worth
from buttons.legacy import old_links
from buttons.models import Thing
from buttons.models.programs import Subscription
from buttons.things import snippets
from buttons.things.addresses import BadAddress, shown
from buttons.things.submitting import Submission
from flattr import months
from flattr.database import faults
from flattr.web.refusals import Refusal
from flattr.web.way_back import is_our_path, with_next


@require_safe
def submit(request: HttpRequest) -> HttpResponse:
    """Where buttons lead: ask whether to flattr this. Changes nothing."""
    try:
        submission = old_links.read_query(old_links.query_of(request))
    except BadAddress as refusal:
        return _unreadable(request, refusal)
    return _ask(request, submission)


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The confirm page again, for a reader who signed in or up on the way."""
    try:
        submission = intents.parse_submission(request.GET.get("link", ""))
    except intents.NotOurs as refusal:
        return _unreadable(request, refusal)
    return _ask(request, submission)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Record the flattr, or ask again with one sentence; nothing typed is lost."""
    try:
        intent = intents.parse(request.POST.get("intent", ""))
    except intents.NotOurs as refusal:
        return _unreadable(request, refusal)
    if not isinstance(request.user, User):
        return _sign_in(way_back(intent.submission))
    confirm_it = partial(confirming.confirm, request.user, intent)
    try:
        thing_id = faults.twice(confirm_it)
    except Refusal as refusal:
        return _ask(request, intent.submission, refusal)
    errands.forget(request)
    there = reverse("buttons:done", args=[thing_id])
    return HttpResponseRedirect(there, status=303)


@require_safe
@login_required
def done(request: HttpRequest, thing_id: int) -> HttpResponse:
    """After the click: what it was, and the way to take it back."""
    reader = signed_in(request)
    thing = get_object_or_404(Thing.objects.with_owner(), pk=thing_id)
    standing = budgets.standing(reader)
    slices = confirming.month_so_far(reader, standing.period)
    facts = {
        "thing": thing,
        "address": shown(thing.url),
        "done": Done(
            thing,
            confirming.is_given(reader, thing, standing.period),
            standing,
            worth(standing.amount, len(slices), settings.FEE_PERCENT),
            slices,
            confirming.unit_of(thing),
            Subscription.objects.filter(reader=reader, thing=thing).exists(),
        ),
        "again": snippets.link_here(
            Submission(thing.url, thing.owner.username if thing.owner else "")
        ),
    }
    return render(request, "buttons/clicks/done.html", facts)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the running month's flattr or promise, or all promises of a thing."""
    number = request.POST.get("thing", "")
    known = number.isascii() and number.isdecimal() and len(number) < 19
    thing = get_object_or_404(Thing, pk=int(number) if known else 0)
    if not isinstance(request.user, User):
        return _sign_in(reverse("buttons:done", args=[thing.pk]))
    faults.twice(partial(flattring.undo_flattr, request.user, thing))
    if request.POST.get("promises"):
        flattring.undo_promises(request.user, thing)
    there = request.POST.get("next", "")
    if is_our_path(there):
        return redirect(there)
    return redirect("buttons:done", thing.pk)


def way_back(submission: Submission) -> str:
    """Where signing in leads a reader who was about to flattr."""
    kept = urlencode({"link": intents.sign_submission(submission)})
    return f"{reverse('buttons:resume')}?{kept}"


def _sign_in(there: str) -> HttpResponse:
    return redirect(with_next(reverse("account_login"), there))


def _ask(
    request: HttpRequest, submission: Submission, refusal: Refusal | None = None
) -> HttpResponse:
    question = confirming.ask(request.user, submission)
    proposal = question.proposal
    there = way_back(submission)
    facts = {
        "question": question,
        "thing": proposal.thing,
        "owner": proposal.owner,
        "address": shown(submission.url),
        "slices": question.slices,
        "refusal": refusal,
        "way_back": there,
        "sign_in": with_next(reverse("account_login"), there),
        "sign_up": with_next(reverse("account_signup"), there),
        "choose": errands.on_the_way(reverse("payouts:budget"), submission),
        "pay": errands.on_the_way(reverse("payouts:pay"), submission),
    }
    if question.standing and isinstance(request.user, User):
        period = question.standing.period
        facts["until"] = months.end(period) - timedelta(days=1)
        if question.state == State.READY:
            facts["intent"] = intents.issue(
                request.user, proposal.owner, period, submission
            )
    status = (
        200 if refusal is None else 403 if refusal.status == 401 else refusal.status
    )
    return render(request, "buttons/clicks/confirm.html", facts, status=status)


def _unreadable(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    facts = {"refusal": refusal}
    return render(request, "buttons/unreadable.html", facts, status=refusal.status)
