"""People in the API, and how often it may be called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.urls import URLPattern, re_path, reverse
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Budget, User
from accounts.oauth import callers
from accounts.rest import limits
from flattr.api.routes import READ, route
from flattr.database import clock
from flattr.templatetags.flattr import picture_url


@api_view(READ)
def hello(request: Request, suffix: str = "") -> Response:
    """An answer that says the API is here: a player asks for it before it sends what it
    stored while there was no network."""
    return Response({"message": "hello_world"})


@api_view(READ)
@throttle_classes([])
def rate_limit(request: Request, suffix: str = "") -> Response:
    """How many calls are left in this hour. This one is not counted."""
    usage = limits.usage(request)
    end = datetime.fromtimestamp(usage.reset, UTC)
    return Response(
        {
            "hourly_limit": usage.limit,
            "remaining_hits": usage.remaining,
            "current_hits": min(usage.current, usage.limit),
            "reset_time_in_seconds": usage.reset,
            "reset_time": f"{end:%a, %d %b %Y %H:%M:%S} +0000 GMT",
        }
    )


@api_view(READ)
def user(request: Request, suffix: str = "") -> Response:
    """Whose token it is."""
    person = callers.require(request).user
    private: dict[str, Any] = {}
    if callers.may(request, "email") or callers.may(request, "extendedread"):
        private["email"] = person.email
    if callers.may(request, "extendedread"):
        private["registered_at"] = unix(person.date_joined)
    return Response(whole(request, [person])[person.pk] | private)


@api_view(READ)
def users(request: Request, name: str, suffix: str = "") -> Response:
    person = named(name)
    return Response(whole(request, [person])[person.pk])


@api_view([*READ, "POST", "PUT", "PATCH", "DELETE"])
def nothing(request: Request, suffix: str = "") -> Response:
    """404 for every address that the API does not have."""
    raise Http404(_("There is no such address in the API."))


def named(name: str) -> User:
    """The person with that name, whatever its case; else 404."""
    try:
        person = User.objects.named(name)
    except User.DoesNotExist:
        person = None
    if person is None or person.suspended_at is not None:
        raise Http404(_("Nobody here has that name."))
    return person


def asking(request: Request) -> User | None:
    """Whose token it is; None for anybody."""
    person: User | AnonymousUser = request.user
    return person if isinstance(person, User) else None


def mini(request: Request, person: User) -> dict[str, Any]:
    """The short form of a person."""
    name = person.username.lower()
    return {
        "type": "user",
        "resource": request.build_absolute_uri(f"/rest/v2/users/{name}"),
        "link": request.build_absolute_uri(reverse("buttons:profile", args=[name])),
        "username": person.username,
    }


def whole(request: Request, people: Iterable[User]) -> dict[int, dict[str, Any]]:
    """The long form of people by their numbers: two queries for any number of them."""
    known = {person.pk: person for person in people}
    open_budgets = Budget.objects.open(clock.period()) if known else Budget.objects
    giving = set(open_budgets.filter(reader__in=known).values_list("pk", flat=True))
    return {
        pk: {
            **mini(request, person),
            "id": person.public_id,
            "url": person.url,
            "firstname": person.first_name,
            "lastname": person.last_name,
            "about": person.about,
            "city": person.city,
            "country": person.country,
            "avatar": picture_url(person.picture),
            "active_supporter": int(pk in giving and person.suspended_at is None),
        }
        for pk, person in known.items()
    }


def unix(moment: datetime | None) -> int:
    """Seconds as the API writes times; 0 for never."""
    return int(moment.timestamp()) if moment else 0


urlpatterns: list[URLPattern] = [
    re_path(r"^rest/v2/?\Z", hello, name="api"),
    route("rate_limit", rate_limit),
    route("user", user),
    route(r"users/(?P<name>[^/]+?)", users),
]
