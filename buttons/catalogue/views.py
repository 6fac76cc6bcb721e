"""The page of a thing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from buttons.abuse import reporting
from buttons.catalogue import elsewhere, heads, made, oembed
from buttons.catalogue.thing_page import ThingPage
from buttons.clicks import confirming
from buttons.models import Look, Promise, Thing
from buttons.models.programs import Subscription
from buttons.things import snippets
from buttons.things.addresses import shown
from buttons.things.check_now import CheckNow, check_now
from buttons.things.languages import LANGUAGES
from buttons.things.submitting import Proposal, Submission
from flattr.database import clock, replica


@require_safe
@replica.public
def thing(request: HttpRequest, thing_id: int, slug: str = "") -> HttpResponse:
    """The page of one thing: what it is, whose, how often flattred, and the button. A
    number of the first Flattr leads to the page under ours."""
    kept = Thing.objects.with_owner().filter(owner__erased_at=None)
    found = get_object_or_404(kept.numbered(thing_id))
    if found.pk != thing_id:
        return redirect("buttons:thing", found.pk)
    name = found.owner.username if found.owner else ""
    page = _seen_by(request, found)
    facts = {
        "thing": found,
        "page": page,
        "address": shown(found.url),
        "language": dict(LANGUAGES).get(found.language, ""),
        "flattr_url": snippets.link_here(Submission(url=found.url, owner_name=name)),
        "check_now": check_of(request, page),
        "look": Look.objects.filter(thing=found).first() if page.own else None,
        "appeal_url": appeal_url(request, found, found.owner),
        "sharing": heads.of_thing(found),
        "oembed_url": oembed.address_for(found),
        "fediverse": elsewhere.fediverse_handle(found.owner) if found.proved else "",
    }
    return render(request, "buttons/catalogue/thing.html", facts)


def check_of(request: HttpRequest, page: ThingPage) -> CheckNow | None:
    """The form by which an owner has the page of a thing checked."""
    if page.viewer is None or not page.own:
        return None
    about = Submission(page.thing.url)
    loud = not page.thing.proved
    return check_now(page.viewer, about, request.path, loud=loud)


def _seen_by(request: HttpRequest, found: Thing) -> ThingPage:
    """A thing as whoever asks sees it: the fewest queries for who is signed out."""
    blocked = confirming.blocked(Proposal(found, found.owner))
    more = tuple(_more(found)) if blocked is None else ()
    if not isinstance(request.user, User):
        return ThingPage(found, blocked=blocked, more=more)
    mine = {"reader": request.user, "thing": found}
    return ThingPage(
        found,
        request.user,
        blocked,
        given=confirming.is_given(request.user, found, clock.period()),
        promised=Promise.objects.filter(**mine).exists(),
        subscribed=Subscription.objects.filter(**mine).exists(),
        more=more,
    )


def _more(found: Thing) -> list[Thing]:
    """Other works of whoever has proved that this one is theirs."""
    return made.more_by(found.owner, found) if found.owner and found.proved else []


def appeal_url(request: HttpRequest, about: Thing | User, owner: User | None) -> str:
    """Where the signed-in owner of something that was taken down appeals, or empty."""
    if about.suspended_at is None or owner is None or request.user != owner:
        return ""
    decided = reporting.taken_down(about)
    return reporting.appeal_url(decided) if decided else ""
