"""People's profiles, and flattring a person every month."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.people.finding import creator_named
from buttons.catalogue import elsewhere, heads, made
from buttons.catalogue.profile_page import SORTS, ProfilePage
from buttons.catalogue.views import appeal_url
from buttons.clicks import subscribing, subscription_pages
from buttons.clicks.flattring import NotFlattrable
from buttons.models import Flattr, Thing
from buttons.models.programs import Subscription
from buttons.things import own_profiles, snippets, submitting
from buttons.things.listing import page_of
from buttons.things.submitting import Submission
from flattr.database import replica
from flattr.web.refusals import Refusal

LATEST_LENGTH = 12


@require_safe
@replica.public
def profile(request: HttpRequest, name: str) -> HttpResponse:
    """A person: who they are, what they make, and what they flattr if they show it."""
    creator = creator_named(name)
    viewer = request.user if isinstance(request.user, User) else None
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "new"
    things = made.things_of(creator).with_owner()
    facts = {
        "creator": creator,
        "said": _page(creator, viewer),
        "page": page_of(things, sort, request.GET.get("after", "")),
        "sort": sort,
        "first": "after" not in request.GET,
        "waiting": named_for(creator) if viewer == creator else [],
        "payment_url": snippets.auto_submit(about(creator)),
        "appeal_url": appeal_url(request, creator, creator),
        "sharing": heads.of_person(creator),
    }
    return render(request, "buttons/catalogue/profile.html", facts)


@require_POST
@login_required
def support(request: HttpRequest, name: str) -> HttpResponse:
    """Flattr a person every month from now on."""
    reader, creator = signed_in(request), creator_named(name)
    try:
        begun = subscribe(reader, creator)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("buttons:person", creator.username)
    messages.success(request, subscription_pages.words(reader, begun))
    return redirect("buttons:subscriptions")


def subscribe(reader: User, creator: User) -> Subscription:
    """As `subscribing.subscribe`; the person becomes a thing by it, if they were none."""
    if creator == reader:
        raise subscribing.ThingOwner
    if creator.suspended_at is not None:
        raise NotFlattrable
    return subscribing.subscribe(reader, submitting.register(about(creator)))


def about(creator: User) -> Submission:
    """The person themselves as something to flattr."""
    return Submission(
        own_profiles.address_of(creator),
        creator.username,
        title=creator.name[: submitting.LONGEST_TITLE],
        category="people",
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


def _page(creator: User, viewer: User | None) -> ProfilePage:
    if creator.suspended_at is not None:
        return ProfilePage(creator, viewer, made.NOTHING)
    address = own_profiles.address_of(creator)
    return ProfilePage(
        creator,
        viewer,
        made.by(creator),
        readers=made.readers_of(creator),
        places=tuple(elsewhere.places(creator)),
        given=tuple(latest_given(creator)),
        subscribed=viewer is not None
        and Subscription.objects.filter(reader=viewer, thing__url=address).exists(),
    )
