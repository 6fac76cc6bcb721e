"""For creators: making a button, and managing their things."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.people.asker import signed_in
from buttons.models import Thing
from buttons.things.addresses import shown
from buttons.things.check_now import check_now
from buttons.things.forms import SnippetForm, ThingForm
from buttons.things.listing import page_of
from buttons.things.snippets import (
    auto_submit,
    for_repositories,
    name_badge,
    old_snippets,
    snippets,
)
from buttons.things.submitting import Submission

# Whom the snippets name for somebody who only looks.
NOBODY = "your-name"


@require_safe
def snippet(request: HttpRequest) -> HttpResponse:
    """The code for any page, in every form. Nothing is stored."""
    user = request.user
    name = user.username if isinstance(user, User) else NOBODY
    form = SnippetForm(request.GET if "url" in request.GET else None)
    facts: dict[str, object] = {"form": form, "name": name, "check_now": None}
    if isinstance(user, User):
        facts["name_badge"] = name_badge(user)
    if form.is_valid():
        about = form.submission(name)
        if isinstance(user, User):
            here = request.get_full_path()
            facts["check_now"] = check_now(user, about, here, loud=True)
        facts |= {
            "about": about,
            "address": shown(about.url),
            "href": auto_submit(about),
            "snippets": snippets(about),
            "for_repositories": (
                for_repositories(user) if isinstance(user, User) else []
            ),
            "old_snippets": old_snippets(about),
            "old_hosts_sentence": old_hosts_sentence(),
        }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return render(request, "buttons/things/snippet.html", facts, status=status)


@require_safe
@login_required
def things(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is named for, hidden things too."""
    owner = signed_in(request)
    mine = Thing.objects.filter(owner=owner)
    facts = {
        "page": page_of(mine, "new", request.GET.get("after", "")),
        "first": "after" not in request.GET,
    }
    return render(request, "buttons/things/things.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, thing_id: int) -> HttpResponse:
    owner = signed_in(request)
    mine = get_object_or_404(Thing, pk=thing_id, owner=owner)
    form = ThingForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("“%(title)s” is saved.") % {"title": mine.title})
        return redirect("buttons:thing", mine.pk)
    facts = {
        "form": form,
        "thing": mine,
        "address": shown(mine.url),
        "deletable": is_deletable(mine),
        "why_not_deletable": why_not_deletable(mine),
        "check_now": check_now(owner, Submission(mine.url), request.path),
    }
    return render(
        request, "buttons/things/edit.html", facts, status=400 if form.is_bound else 200
    )


@require_POST
@login_required
def delete(request: HttpRequest, thing_id: int) -> HttpResponse:
    """Delete a thing that nobody ever flattred; any other stays for the statements."""
    owner = signed_in(request)
    with transaction.atomic():
        locked = Thing.objects.select_for_update()
        mine = get_object_or_404(locked, pk=thing_id, owner=owner)
        deletable = is_deletable(mine)
        if deletable:
            try:
                mine.delete()
            except ProtectedError:
                # Something else names it, such as a gift.
                deletable = False
        if not deletable:
            messages.error(
                request,
                _(
                    "It has been flattred, given to or taken down, so you cannot delete"
                    " it. You can hide it."
                ),
            )
            return redirect("buttons:edit", mine.pk)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": mine.title})
    return redirect("buttons:things")


def old_hosts_sentence() -> str:
    """How the code of the first Flattr becomes ours."""
    return format_html(
        _("Then change only the host in its code: put {new} in place of {old}."),
        old=format_html_join(
            ", ", "<code>{}</code>", ((host,) for host in settings.LEGACY_HOSTS)
        ),
        new=format_html("<code>{}</code>", settings.SITE_HOST),
    )


def is_deletable(thing: Thing) -> bool:
    """No flattr and no promise, now or before this platform, and not taken down: what
    staff suspended does not come back under a new number."""
    return (
        thing.flattrs == 0 and thing.flattrs_before == 0 and thing.suspended_at is None
    )


def why_not_deletable(thing: Thing) -> str:
    """Why its owner cannot delete it; empty where they can."""
    if is_deletable(thing):
        return ""
    if thing.suspended_at is not None:
        return _("It is taken down, so you cannot delete it before that is decided.")
    return _(
        "It has been flattred, so it stays, because statements name it. You can leave it"
        " out of the catalogue."
    )
