"""What there is in the API, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from buttons.rest.description import ANSWERS, document

TITLES = {
    "users": "People",
    "user": "Whose token it is",
    "things": "Things",
    "flattr": "Flattrs by address",
    "categories": "Categories",
    "languages": "Languages",
    "rate_limit": "How much may be asked",
}


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


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    fields: list[tuple[str, str, bool]]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
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
        "problems": ANSWERS.items(),
        "scopes": settings.SCOPES.items(),
        "an_hour": settings.API_CALLS_AN_HOUR,
    }
    return render(request, "buttons/api.html", facts)


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
                ),
            )


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
