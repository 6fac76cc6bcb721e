"""Subscriptions in the API: begun, paused, resumed, ended."""

from __future__ import annotations

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.oauth import callers
from buttons.clicks import subscribing
from buttons.models.programs import Subscription
from buttons.rest import shapes
from buttons.rest.once import once
from buttons.rest.things import one
from flattr.api.routes import READ


@api_view(READ)
def of_caller(request: Request, suffix: str = "") -> Response:
    """All of them, newest first: clients look for theirs in the whole list."""
    person = callers.require(request, "flattr").user
    mine = Subscription.objects.filter(reader=person).select_related("thing__owner")
    newest_first = list(mine.order_by("-created_at", "-pk"))
    return Response(shapes.subscriptions(request, newest_first))


@api_view(["POST", "PUT", "DELETE"])
def of_thing(request: Request, ids: str, suffix: str = "") -> Response:
    """POST begins it, PUT pauses or resumes it, DELETE ends it."""
    reader = callers.require(request, "flattr").user
    thing = one(request, ids)
    if request.method == "DELETE":
        subscribing.unsubscribe(reader, thing)
        return Response(status=204)
    if request.method == "PUT":
        active = subscribing.toggle(reader, thing).active
        words = "It goes on." if active else "It is paused."
        return Response(
            {"message": "started" if active else "paused", "description": words}
        )

    def act() -> Response:
        subscribing.subscribe(reader, thing)
        return Response(
            {
                "message": "ok",
                "description": "It is flattred every month from now on.",
                "thing": shapes.brief(request, thing),
            }
        )

    return once(request, act)
