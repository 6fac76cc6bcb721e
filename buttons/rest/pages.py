"""What there is in the API, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from buttons.rest.description import document

TITLES = {
    "service": "The service",
    "users": "People",
    "user": "Whose token it is",
    "things": "Things",
    "flattr": "Flattrs by address",
    "categories": "Categories",
    "languages": "Languages",
    "rate_limit": "How much may be asked",
}

# What stands in `error`: when, by its status.
PROBLEMS = [
    ("invalid_request", 400, "The call cannot be understood, as a body cut short."),
    ("invalid_parameters", 400, "Something is missing, or is of the wrong kind."),
    ("validation", 400, "The address makes no thing, or is somebody else's."),
    ("unauthorized", 401, "There is no token, or it is unknown or was revoked."),
    ("no_means", 401, "The reader has no open budget to flattr from."),
    ("flattr_once", 403, "The reader has flattred it in this month."),
    ("month_over", 403, "The month is just being closed: send it again in a minute."),
    ("flattr_owner", 403, "It is the reader's own."),
    ("thing_owner", 403, "The reader subscribes to something of their own."),
    ("subscribed", 403, "The reader has a subscription for it."),
    (
        "forbidden",
        403,
        "It is not the caller's to change, the app's limit is met, or a thing is to be"
        " deleted that was flattred or taken down.",
    ),
    ("insufficient_scope", 403, "The token lacks the scope."),
    ("rate_limit_exceeded", 403, "The calls of this hour are used up."),
    ("not_found", 404, "There is no such thing, person or address of the API."),
    ("not_acceptable", 406, "That format is not spoken here."),
    ("server_error", 500, "Something went wrong on our side."),
    ("unavailable", 502, "Not just now, and nothing was done: send it again."),
]
# What examples send, by the shape of the body.
SENT = {
    "Address": "-d url=https://blog.example/spring",
    "list of Address": '-d \'[{"url": "https://blog.example/spring"}]\'',
    "NewThing": "-d url=https://blog.example/spring -d title=Spring -d tags=garden,notes",
    "ThingChanges": "-d title=Summer",
}
ASKED = {"url": "?url=https%3A%2F%2Fblog.example%2Fspring", "query": "?query=spring"}


@dataclass(frozen=True, slots=True)
class Operation:
    """A call as the page shows it; `body` and `answer` are names of shapes."""

    method: str
    address: str
    summary: str
    needs: str
    parameters: list[str]
    body: str
    status: str
    answer: str
    example: str


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    fields: list[tuple[str, str, bool]]


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, which anybody may read."""
    response = JsonResponse(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    groups: dict[str, list[Operation]] = {}
    for tag, operation in operations():
        groups.setdefault(TITLES.get(tag, tag), []).append(operation)
    facts = {
        "groups": groups.items(),
        "shapes": list(shapes()),
        "scopes": settings.SCOPES.items(),
        "codes": PROBLEMS,
        "an_hour": settings.API_CALLS_AN_HOUR,
        "code_seconds": settings.OAUTH2_PROVIDER["AUTHORIZATION_CODE_EXPIRE_SECONDS"],
    }
    return render(request, "buttons/rest/api.html", facts)


def operations() -> Iterator[tuple[str, Operation]]:
    for address, methods in document()["paths"].items():
        for method, told in methods.items():
            status, answer = next(iter(told["responses"].items()))
            yield (
                told["tags"][0],
                Operation(
                    method.upper(),
                    address,
                    told["summary"],
                    told["description"],
                    [
                        one["name"]
                        for one in told.get("parameters", [])
                        if one["in"] == "query"
                    ],
                    shape_in(told.get("requestBody", {})),
                    status,
                    shape_in(answer),
                    example(method.upper(), address, told),
                ),
            )


def example(method: str, address: str, told: dict[str, Any]) -> str:
    """How a call is made from a command line."""
    query = [one["name"] for one in told.get("parameters", []) if one["in"] == "query"]
    asked = next((ASKED[name] for name in query if name in ASKED), "")
    body = SENT.get(shape_in(told.get("requestBody", {})), "")
    plain = "POST" if body else "GET"
    words = [
        "curl",
        f"-X {method}" if method != plain else "",
        '-H "Authorization: Bearer TOKEN"' if {} not in told["security"] else "",
        body,
        f'"{settings.SITE_URL}{address}{asked}"',
    ]
    line = " ".join(word for word in words if word)
    return line.replace("{name}", "maja").replace("{ids}", "1042")


def shape_in(told: dict[str, Any]) -> str:
    """The name of the shape that a body or an answer has, or empty."""
    kinds: list[dict[str, Any]] = list(told.get("content", {}).values())
    return kind_of(kinds[0]["schema"]) if kinds else ""


def shapes() -> Iterator[Shape]:
    for name, schema in document()["components"]["schemas"].items():
        if "properties" in schema:
            needed = schema.get("required", [])
            yield Shape(
                name,
                [
                    (field, kind_of(told), field in needed)
                    for field, told in schema["properties"].items()
                ],
            )


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a word or two.

    >>> kind_of({"type": "array", "items": {"$ref": "#/components/schemas/Thing"}})
    'list of Thing'
    """
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("allOf"):
        return kind_of(schema["allOf"][0])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}"
    return str(schema.get("type", "any"))
