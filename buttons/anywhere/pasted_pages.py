"""A list that somebody pasted: whom it would give to, and flattring it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from accounts.people.budgets import Standing
from buttons.anywhere import flattring_many, list_forms, pasting
from buttons.anywhere.pasted_rows import Row, rows_of
from buttons.anywhere.pasted_words import PastedWords
from buttons.clicks import confirming, errands
from buttons.models import Pasted
from flattr.web.refusals import Refusal

# What the buttons of the form are called, and what they do.
GIVES = {"once": flattring_many.give_once, "monthly": flattring_many.give_monthly}
CHOSEN = "chosen"


@require_safe
@login_required
def pasted(request: HttpRequest, pasted_id: int) -> HttpResponse:
    reader = signed_in(request)
    return _page(request, reader, _of(reader, pasted_id))


@require_POST
@login_required
def give(request: HttpRequest, pasted_id: int) -> HttpResponse:
    """Flattr one row or those that are chosen, once or every month; nothing is lost
    where that is refused."""
    reader = signed_in(request)
    mine = _of(reader, pasted_id)
    standing = budgets.standing(reader)
    rows = rows_of(mine, reader, standing)
    name = "once" if "once" in request.POST else "monthly"
    wanted = _wanted(request, name)
    chosen = [row for row in rows if str(row.pk) in wanted and _goes(row, name)]
    try:
        form = list_forms.parse(request.POST.get("form", ""))
        list_forms.check(form, reader, mine.pk, standing.period)
        done = GIVES[name](reader, form, chosen)
    except Refusal as refusal:
        return _page(request, reader, mine, refusal, wanted)
    errands.forget(request)
    say = messages.success if done.is_good else messages.warning
    say(request, done.sentences)
    return _to(mine)


def _wanted(request: HttpRequest, name: str) -> set[str]:
    """The ids of the rows that a press is about."""
    pressed = request.POST.get(name, "")
    return set(request.POST.getlist(CHOSEN)) if pressed == CHOSEN else {pressed}


def _goes(row: Row, name: str) -> bool:
    return row.is_ready if name == "once" else row.can_be_monthly


@require_POST
@login_required
def take_back(request: HttpRequest, pasted_id: int) -> HttpResponse:
    """Take back all that was given from the list in this month."""
    reader = signed_in(request)
    mine = _of(reader, pasted_id)
    standing = budgets.standing(reader)
    rows = rows_of(mine, reader, standing)
    things = [row.thing for row in rows if row.thing and row.since]
    number = flattring_many.take_back(reader, things, mine.asked_at)
    said = ngettext(
        "You have taken back what you gave %(number)d page.",
        "You have taken back what you gave %(number)d pages.",
        number,
    )
    messages.success(request, said % {"number": number})
    return _to(mine)


@require_POST
@login_required
def forget(request: HttpRequest, pasted_id: int) -> HttpResponse:
    reader = signed_in(request)
    mine = _of(reader, pasted_id)
    pasting.forget(Pasted.objects.filter(pk=mine.pk))
    messages.success(request, _("“%(title)s” is forgotten.") % {"title": mine.title})
    return redirect("buttons:anywhere")


def _of(reader: User, pasted_id: int) -> Pasted:
    """The reader's own list; others' do not exist."""
    return get_object_or_404(Pasted, pk=pasted_id, person=reader)


def _to(mine: Pasted) -> HttpResponse:
    there = reverse("buttons:pasted", args=[mine.pk])
    return HttpResponseRedirect(there, status=303)


def _page(
    request: HttpRequest,
    reader: User,
    mine: Pasted,
    refusal: Refusal | None = None,
    wanted: set[str] | None = None,
) -> HttpResponse:
    standing = budgets.standing(reader)
    rows = rows_of(mine, reader, standing)
    words = PastedWords(mine, rows, standing, _begins(reader, standing))
    on_the_way = partial(errands.on_the_way_to_list, number=mine.pk, title=mine.title)
    facts = {
        "pasted": mine,
        "rows": [(row, _is_chosen(row, request, wanted)) for row in rows],
        "words": words,
        "refusal": refusal,
        "form": list_forms.issue(reader, mine.pk, standing.period, rows),
        "choose": on_the_way(reverse("payouts:budget")),
        "pay": on_the_way(reverse("payouts:pay")),
    }
    status = refusal.status if refusal else 200
    return render(request, "buttons/anywhere/pasted.html", facts, status=status)


def _begins(reader: User, standing: Standing) -> int:
    return 0 if standing.open else confirming.begins(reader, standing)


def _is_chosen(row: Row, request: HttpRequest, wanted: set[str] | None) -> bool:
    """As the reader left it where the page comes again, else as proposed; by a link all
    can be chosen, or none."""
    if wanted is not None:
        return str(row.pk) in wanted
    return {"all": True, "none": False}.get(
        request.GET.get("choose", ""), row.is_proposed
    )
