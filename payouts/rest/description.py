"""The OpenAPI document: every call of the API once, at its plainest address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.urls import path
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from accounts.rest import views as people
from buttons.rest import (
    activities,
    giving,
    lookup,
    reference,
    search,
    shown,
    subscriptions,
    things,
)
from payouts.rest import gift_calls, gift_shapes

PAGING = ["count", "page"]
LISTED = [*PAGING, "full"]
SEARCHED = ["query", "url", "tags", "language", "category", "user", "sort", *LISTED]
NUMBERS = {"count", "page"}
ANSWERS = {
    400: "It cannot be understood, or something in it is wrong.",
    401: "It needs a token; or the reader has no open budget to flattr from.",
    402: "The reader has no open budget, or not enough in the account for a gift.",
    403: "It may not be done, was done before, or the calls of this hour are used up.",
    404: "There is no such thing or person.",
    406: "The API does not speak that format.",
}
TAKEN = ["application/json", "application/x-www-form-urlencoded"]
# 400 is also the answer to a NUL in the address.
ALWAYS = [400, 401, 403, 406]
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same call with the same key is done once, and answered the same"
    " for a day.",
)


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the table. `scope` is what the token needs: None for a public call,
    empty for any person's token."""

    method: str
    address: str
    view: Callable[..., Any]
    summary: str
    answer: Any = None
    scope: str | None = None
    status: int = 200
    body: Any = None
    asked: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    problem: Any = shown.Problem


U, T, F, M = "/users/{name}", "/things/{ids}", "/flattr", "/user"
G = "/gifts/{ids}"

CALLS = [
    Call("GET", "/", people.hello, _("Ask whether the API answers"), shown.Hello),
    Call("GET", U, people.users, _("Read a person"), shown.User, refused=[404]),
    Call("GET", M, people.user, _("Read whose token it is"), shown.User, ""),
    Call("GET", T, things.member, _("Read a thing, or several by their numbers with"
         " commas between them"), shown.Thing, asked=["full"], refused=[400, 404]),
    Call("POST", "/things", things.collection, _("Make a thing"), shown.Made, "thing",
         201, shown.NewThing, refused=[400]),
    Call("PATCH", T, things.member, _("Change a thing of your own"), shown.Done,
         "thing", body=shown.ThingChanges, refused=[400, 404]),
    Call("DELETE", T, things.member, _("Delete a thing that nobody flattred"), None,
         "thing", 204, refused=[404]),
    Call("GET", f"{U}/things", things.of_user, _("List the things of somebody"),
         shown.Thing(many=True), asked=LISTED, refused=[404]),
    Call("GET", f"{M}/things", things.of_caller, _("List your own things"),
         shown.Thing(many=True), "", asked=LISTED),
    Call("GET", "/things/lookup", lookup.lookup, _("Find the thing at an address"),
         shown.Location, status=302, asked=["url"], refused=[400, 404],
         problem=shown.Miss),
    Call("GET", "/things/search", search.search, _("Search things"), shown.Found,
         asked=SEARCHED),
    Call("POST", f"{T}/flattr", giving.thing, _("Flattr a thing"), shown.Flattred,
         "flattr", refused=[400, 404]),
    Call("POST", F, giving.address, _("Flattr an address"), shown.Flattred, "flattr",
         body=shown.Address, refused=[400, 404]),
    Call("POST", f"{F}/bulk", giving.bulk, _("Flattr many addresses"), shown.Results,
         "flattr", body=shown.Address(many=True), refused=[400, 402]),
    Call("GET", f"{T}/flattrs", giving.of_thing, _("List who flattred a thing, as far"
         " as they show it"), shown.Flattr(many=True), asked=LISTED, refused=[404]),
    Call("GET", f"{U}/flattrs", giving.of_user, _("List what somebody flattred, if"
         " they show it"), shown.Flattr(many=True), asked=LISTED, refused=[404]),
    Call("GET", f"{M}/flattrs", giving.of_caller, _("List what you flattred"),
         shown.Flattr(many=True), "", asked=LISTED),
    Call("GET", f"{M}/subscriptions", subscriptions.of_caller, _("List your"
         " subscriptions"), shown.Subscription(many=True), "flattr", asked=["full"]),
    Call("POST", f"{T}/subscriptions", subscriptions.of_thing, _("Flattr a thing every"
         " month"), shown.Flattred, "flattr", refused=[400, 404]),
    Call("PUT", f"{T}/subscriptions", subscriptions.of_thing, _("Pause or resume a"
         " subscription"), shown.Done, "flattr", refused=[400, 404]),
    Call("DELETE", f"{T}/subscriptions", subscriptions.of_thing, _("End a subscription"),
         None, "flattr", 204, refused=[404]),
    Call("GET", f"{U}/activities", activities.of_user, _("List what somebody did, if"
         " they show it"),
         shown.Activities, asked=["type", *PAGING], refused=[404]),
    Call("GET", f"{M}/activities", activities.of_caller, _("List what you did"),
         shown.Activities, "", asked=["type", *PAGING]),
    Call("GET", "/gifts", gift_calls.collection, _("List what you gave once"),
         gift_shapes.ShownGift(many=True), "gift", asked=PAGING),
    Call("POST", "/gifts", gift_calls.collection, _("Give somebody something once, from"
         " what is free in the account"), gift_shapes.GiftMade, "gift", 201,
         gift_shapes.NewGift, refused=[400, 402, 404]),
    Call("GET", G, gift_calls.member, _("Read a gift of yours"), gift_shapes.ShownGift,
         "gift", refused=[404]),
    Call("DELETE", G, gift_calls.member, _("Take back a gift of the last hour"), None, "gift",
         204, refused=[404]),
    Call("GET", "/categories", reference.categories, _("List the categories"),
         shown.Word(many=True)),
    Call("GET", "/languages", reference.languages, _("List the languages"),
         shown.Word(many=True)),
    Call("GET", "/rate_limit", people.rate_limit, _("Read how many calls are left"
         " this hour"),
         shown.RateLimit),
]  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON can hold it, in English for programs."""
    for view, method in undescribed():
        extend_schema(methods=[method], exclude=True)(view)
    addresses = {call.address: call.view for call in CALLS}
    patterns = [
        path(f"rest/v2{address}".replace("{", "<str:").replace("}", ">"), view)
        for address, view in addresses.items()
    ]
    generator: Any = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]
    with translation.override("en"):
        for call in CALLS:
            describe(call)
        made: dict[str, Any] = generator.get_schema(request=None, public=True)
    return made


def describe(call: Call) -> None:
    """Tell the view's class what one of its methods takes and answers."""
    refused = sorted({*ALWAYS, *call.refused})
    problems = {code: OpenApiResponse(shown.Problem, ANSWERS[code]) for code in refused}
    if 404 in problems:
        problems[404] = OpenApiResponse(call.problem, ANSWERS[404])
    told = {call.status: OpenApiResponse(call.answer, "As it was asked.")}
    parameters = [
        OpenApiParameter(name, int if name in NUMBERS else str) for name in call.asked
    ]
    # Typed as names of schemes, though it takes what they need too.
    auth: Any = [{}] if call.scope is None else [{"token": call.scope.split()}]
    extend_schema(
        methods=[call.method],
        tags=[call.address.split("/")[1] or "service"],
        summary=call.summary,
        description=needed(call.scope),
        operation_id=re.sub(r"\W+", "_", f"{call.method}{call.address}".lower()).strip(
            "_"
        ),
        request=dict.fromkeys(TAKEN, call.body) if call.body else None,
        parameters=[*parameters, *([KEY] if call.method == "POST" else [])],
        responses={**told, **problems},
        auth=auth,
    )(call.view)


def needed(scope: str | None) -> str:
    """Whose token a call needs, in a sentence; `scope` is a call's."""
    if scope is None:
        return gettext("Anybody may ask.")
    if not scope:
        return gettext("Needs the token of a person.")
    values = {"scope": scope}
    return gettext("Needs the token of a person, with the scope %(scope)s.") % values


def undescribed() -> list[tuple[Callable[..., Any], str]]:
    """Methods that views have for old clients: other ways to ask the same."""
    known = {(call.view, call.method) for call in CALLS}
    views: set[Any] = {call.view for call in CALLS}
    return [
        (view, method.upper())
        for view in views
        for method in view.cls.http_method_names
        if (view, method.upper()) not in known and method not in {"head", "options"}
    ]
