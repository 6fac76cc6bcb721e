"""People's profiles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people.finding import creator_named
from buttons.catalogue import made
from buttons.catalogue.views import appeal_url
from buttons.legacy import old_links
from buttons.models import Flattr, Thing
from buttons.things import snippets, submitting
from buttons.things.listing import page_of
from buttons.things.submitting import Submission
from flattr.database import replica

LATEST_LENGTH = 12


@require_safe
@replica.public
def profile(request: HttpRequest, name: str) -> HttpResponse:
    """A person: who they are, what they make, and what they flattr if they show it."""
    creator = creator_named(name)
    things = Thing.objects.made_by(creator).with_owner()
    facts = {
        "creator": creator,
        "page": page_of(things, "new", request.GET.get("after", "")),
        "first": "after" not in request.GET,
        "flattrs": made.by(creator).flattrs,
        "waiting": named_for(creator) if request.user == creator else [],
        "given": latest_given(creator),
        "payment_url": snippets.auto_submit(about(creator)),
        "appeal_url": appeal_url(request, creator, creator),
    }
    return render(request, "buttons/catalogue/profile.html", facts)


def about(creator: User) -> Submission:
    """The person themselves as something to flattr."""
    return Submission(
        old_links.address_of(creator),
        creator.username,
        title=creator.name[: submitting.LONGEST_TITLE],
    )


def named_for(creator: User) -> list[Thing]:
    """The latest things that are not proved to be whose they are said to be; nobody
    else sees them there."""
    named = Thing.objects.listed().filter(owner=creator, proved_at=None)
    return list(named.with_owner().order_by("-pk")[:LATEST_LENGTH])


def latest_given(reader: User) -> list[Thing]:
    """The things that a reader who shows it flattred lately, each once: one query."""
    latest = Flattr.objects.shown_by(reader)[: LATEST_LENGTH * 4]
    things = {flattr.thing_id: flattr.thing for flattr in latest}
    return list(things.values())[:LATEST_LENGTH]
