"""The pages on which people send pictures, of themselves and of what they made."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people.asker import signed_in
from buttons.models import Thing
from buttons.pictures import wanting
from buttons.pictures.forms import PictureForm
from buttons.pictures.picture_page import page_of
from buttons.things.addresses import shown
from flattr.web.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def face(request: HttpRequest) -> HttpResponse:
    return _change(request, signed_in(request), "buttons/pictures/face.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def work(request: HttpRequest, thing_id: int) -> HttpResponse:
    """For the proved owner of a thing; to others there is no such page."""
    proved = Thing.objects.filter(owner=signed_in(request), proved_at__isnull=False)
    thing = get_object_or_404(proved, pk=thing_id)
    return _change(request, thing, "buttons/pictures/work.html")


def _change(request: HttpRequest, whose: User | Thing, template: str) -> HttpResponse:
    """What the button that was pressed says: send a file, show the pattern, or look at
    the page for a picture."""
    form, status = PictureForm(), 200
    if request.method == "POST":
        if "pattern" in request.POST:
            wanting.prefer_pattern(whose)
            messages.success(request, page_of(whose).taken_away)
            return redirect(request.path)
        if "page" in request.POST and isinstance(whose, Thing):
            wanting.follow_page(whose)
            return redirect(request.path)
        form = PictureForm(request.POST, request.FILES)
        status = _send(form, whose)
        if status == 200:
            return redirect(request.path)
    facts = {"page": page_of(whose), "form": form}
    if isinstance(whose, Thing):
        facts |= {"thing": whose, "address": shown(whose.url)}
    return render(request, template, facts, status=status)


def _send(form: PictureForm, whose: User | Thing) -> int:
    """The status of the answer; what was refused stands beside the field."""
    if not form.is_valid():
        return 400
    try:
        wanting.send_file(whose, form.cleaned_data["file"].read())
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return refusal.status
    return 200
