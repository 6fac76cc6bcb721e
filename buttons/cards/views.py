"""Where cards are shown: to everybody, also inside other sites."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from buttons.cards import contents
from buttons.models import Thing
from flattr.database import replica
from flattr.sharing import kept_cards


@require_safe
@replica.public
def person_card(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    try:
        found = contents.of_person(User.objects.named(name))
    except User.DoesNotExist:
        found = None
    return _answer(request, digest, found)


@require_safe
@replica.public
def thing_card(request: HttpRequest, thing_id: str, digest: str) -> HttpResponse:
    thing = Thing.objects.filter(pk=int(thing_id)).with_owner().first()
    return _answer(request, digest, contents.of_thing(thing) if thing else None)


def _answer(
    request: HttpRequest,
    digest: str,
    found: contents.PersonCard | contents.ThingCard | None,
) -> HttpResponse:
    if found is None:
        return kept_cards.missing(request)
    return kept_cards.answer(request, digest, found.digest, found.card, found.address)
