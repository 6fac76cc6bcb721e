"""What people did, as activity-streams JSON 1.0 or Atom: they flattred things."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.oauth import callers
from accounts.rest.views import named
from buttons.models import Flattr, Thing
from buttons.rest.giving import Rows, given_openly, newest_first, page_given, waiting
from buttons.things import feeds
from flattr.api.responses import Atom, Json, StreamJson
from flattr.api.routes import READ


@api_view(READ)
@renderer_classes([StreamJson, Json, Atom])
def of_caller(request: Request, suffix: str = "") -> Response:
    """What the person flattred; with `type=incoming` what others did with their
    things, as far as those others show it."""
    person: User = callers.require(request).user
    if incoming(request):
        return answer(request, person, given_to_openly(person))
    rows = newest_first(Flattr.objects.filter(reader=person), waiting(reader=person))
    return answer(request, person, rows)


@api_view(READ)
@renderer_classes([StreamJson, Json, Atom])
def of_user(request: Request, name: str, suffix: str = "") -> Response:
    person = named(name)
    rows = given_to_openly(person) if incoming(request) else given_openly(person)
    return answer(request, person, rows)


def incoming(request: Request) -> bool:
    return request.query_params.get("type", "").lower() == "incoming"


def given_to_openly(creator: User) -> Rows:
    """What people who show it flattred of somebody's."""
    open_people = User.objects.filter(
        shows_flattrs=True, is_active=True, suspended_at=None, closing_at=None
    )
    things = Thing.objects.made_by(creator)
    of_them = {"reader__in": open_people, "thing__in": things}
    return newest_first(Flattr.objects.filter(**of_them), waiting(**of_them))


def answer(request: Request, person: User, rows: Rows) -> Response:
    items = [item(request, *row) for row in page_given(request, rows)]
    if request.accepted_renderer.format == "atom":
        return Response(atom(request, person, items))
    return Response({"items": items})


def item(request: Request, reader: User, thing: Thing, at: datetime) -> dict[str, Any]:
    name = reader.username.lower()
    host = request.get_host().partition(":")[0]
    profile = reverse("buttons:profile", args=[name])
    slug = slugify(thing.title) or "thing"
    page = reverse("buttons:thing_slug", args=[thing.pk, slug])
    return {
        "published": written(at),
        "title": f"{reader.username} flattred “{thing.title}”",
        "verb": "like",
        "id": f"tag:{host},{at:%Y-%m-%d}:{name}/flattr/{thing.pk}",
        "actor": {
            "displayName": reader.username,
            "url": request.build_absolute_uri(profile),
            "objectType": "person",
        },
        "object": {
            "displayName": thing.title,
            "url": request.build_absolute_uri(page),
            "objectType": "bookmark",
        },
    }


def written(at: datetime) -> str:
    """RFC 3339 without fractions, and with a colon in the offset: an old client reads
    no other.

    >>> written(datetime(2026, 1, 4, 10, 7, 12, 5, UTC))
    '2026-01-04T10:07:12+00:00'
    """
    return at.astimezone(UTC).isoformat(timespec="seconds")


def atom(request: Request, person: User, items: list[dict[str, Any]]) -> str:
    """The same as a feed."""
    here, title = request.build_absolute_uri(request.path), _("What %(name)s flattrs")
    if incoming(request):
        here, title = f"{here}?type=incoming", _("What others flattr of %(name)s")
    times = [datetime.fromisoformat(one["published"]) for one in items]
    feed = feeds.Atom(
        title=title % {"name": person.username},
        link=request.build_absolute_uri(
            reverse("buttons:profile", args=[person.username.lower()])
        ),
        description="",
        feed_url=here,
        feed_guid=here,
        links=[],
        latest=max(times, default=person.date_joined),
    )
    for one, at in zip(items, times, strict=True):
        feed.add_item(
            title=one["title"],
            link=one["object"]["url"],
            description=one["title"],
            author_name=one["actor"]["displayName"],
            author_link=one["actor"]["url"],
            pubdate=at,
            updateddate=at,
            unique_id=one["id"],
            unique_id_is_permalink=False,
            links=[],
        )
    return str(feed.writeString("utf-8"))
