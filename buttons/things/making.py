"""For creators: making a button, and looking after one's things."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from buttons.models import Thing
from buttons.things.addresses import shown
from buttons.things.forms import SnippetForm, ThingForm
from buttons.things.listing import page_of
from buttons.things.snippets import auto_submit, old_snippets, snippets

# Whom the snippets name for somebody who only looks.
NOBODY = "your-name"


@require_safe
def snippet(request: HttpRequest) -> HttpResponse:
    """The code for any page, in every form; it is only made, nothing is stored."""
    user = request.user
    name = user.username if isinstance(user, User) else NOBODY
    form = SnippetForm(request.GET if "url" in request.GET else None)
    facts: dict[str, object] = {"form": form, "name": name}
    if form.is_valid():
        about = form.submission(name)
        facts |= {
            "about": about,
            "address": shown(about.url),
            "href": auto_submit(about),
            "snippets": snippets(about),
            "old_snippets": old_snippets(about),
            "site_host": settings.SITE_HOST,
            "legacy_hosts": settings.LEGACY_HOSTS,
        }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return render(request, "buttons/things/snippet.html", facts, status=status)


@require_safe
@login_required
def things(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is named for, hidden things too."""
    assert isinstance(request.user, User)
    mine = Thing.objects.filter(owner=request.user)
    facts = {
        "page": page_of(mine, "new", request.GET.get("after", "")),
        "first": "after" not in request.GET,
    }
    return render(request, "buttons/things/things.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, thing_id: int) -> HttpResponse:
    assert isinstance(request.user, User)
    mine = get_object_or_404(Thing, pk=thing_id, owner=request.user)
    form = ThingForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"“{mine.title}” is saved.")
        return redirect("buttons:thing", mine.pk)
    facts = {
        "form": form,
        "thing": mine,
        "address": shown(mine.url),
        "deletable": is_deletable(mine),
    }
    return render(
        request, "buttons/things/edit.html", facts, status=400 if form.is_bound else 200
    )


@require_POST
@login_required
def delete(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Delete a thing that nobody ever flattred; any other stays for the statements."""
    assert isinstance(request.user, User)
    with transaction.atomic():
        locked = Thing.objects.select_for_update()
        mine = get_object_or_404(locked, pk=thing_id, owner=request.user)
        if not is_deletable(mine):
            messages.error(
                request,
                "It has been flattred or taken down, so it stays. You can hide it.",
            )
            return redirect("buttons:edit", mine.pk)
        mine.delete()
    messages.success(request, f"“{mine.title}” is deleted.")
    return redirect("buttons:things")


def is_deletable(thing: Thing) -> bool:
    """No flattr and no promise, now or before this platform, and not taken down: what
    staff suspended does not come back under a new number."""
    return (
        thing.flattrs == 0 and thing.flattrs_before == 0 and thing.suspended_at is None
    )
