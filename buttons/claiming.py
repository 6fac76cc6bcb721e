"""Claiming a page: what waits for its author, and how to show that one is that.

Nobody is given a page for asking. The page itself, or its host, says whose it is.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.returning import with_next
from buttons import anywhere, confirming, submitting
from buttons.addresses import BadAddress, shown
from buttons.models import Promise, Thing
from buttons.submitting import Submission

# Fewer readers than this are never told apart, nor from none.
FEWEST_TOLD = 5


@require_safe
def claim(request: HttpRequest) -> HttpResponse:
    """What waits for the author of `?url=`, and what to put where. Stores nothing."""
    typed = request.GET.get("url", "")
    facts: dict[str, object] = {"typed": typed}
    if not typed:
        return render(request, "buttons/claim.html", facts)
    try:
        address = anywhere.address_in(typed, "")
    except BadAddress as refusal:
        facts["refusal"] = refusal
        return render(request, "buttons/claim.html", facts, status=400)
    proposal = submitting.propose(Submission(url=address))
    thing = proposal.thing
    facts |= {
        "thing": thing,
        "address": shown(address),
        "closed": confirming.is_closed(proposal),
        "refused": confirming.is_refused(thing),
        "waiting": readers_waiting(thing) if proposal.known else 0,
        "sign_up": with_next(reverse("account_signup"), request.get_full_path()),
        "sign_in": with_next(reverse("account_login"), request.get_full_path()),
    }
    if isinstance(request.user, User):
        profile = reverse("buttons:profile", args=[request.user.username])
        facts |= {
            "own": thing.owner == request.user,
            "meta": f'<meta name="flattr:id" content="{request.user.public_id}">',
            "me": f'<link rel="me" href="{settings.SITE_URL}{profile}">',
        }
    return render(request, "buttons/claim.html", facts)


def readers_waiting(thing: Thing) -> int:
    """How many readers promised it a flattr; 0 when fewer than five did."""
    promised = Promise.objects.filter(thing=thing, reader__is_active=True)
    readers = promised.values("reader").distinct().count()
    return readers if readers >= FEWEST_TOLD else 0
