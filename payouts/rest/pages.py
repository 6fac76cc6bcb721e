"""What there is in the API, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from payouts.rest.description import document, needed

TITLES = {
    "service": _("The service"),
    "users": _("People"),
    "user": _("The person whose token it is"),
    "things": _("Things"),
    "flattr": _("Flattrs by address"),
    "gifts": _("Gifts"),
    "categories": _("Categories"),
    "languages": _("Languages"),
    "rate_limit": _("How many calls are left"),
}

# What stands in `error`: when, by its status.
PROBLEMS = [
    ("invalid_request", 400, _("We cannot read the call; it may be cut short.")),
    ("invalid_parameters", 400, _("Something is missing, or is of the wrong kind.")),
    (
        "validation",
        400,
        _("The address cannot be a thing, or the thing there is somebody else's."),
    ),
    ("unauthorized", 401, _("There is no token, or it is unknown or was revoked.")),
    ("no_means", 401, _("The reader has no open budget to flattr from.")),
    ("flattr_once", 403, _("The reader has already flattred it this month.")),
    (
        "month_over",
        403,
        _("The month is just being closed: send it again in a minute."),
    ),
    ("flattr_owner", 403, _("It is the reader's own.")),
    ("no_means", 402, _("There is not enough in the account for the gift.")),
    ("gift_owner", 403, _("It would be a gift to the reader themselves.")),
    ("gift_limit", 403, _("It is more than a reader can give in a month.")),
    ("not_proved", 403, _("Nobody has proved yet whose thing it is.")),
    ("suspended", 403, _("The reader's account is suspended, or a payment disputed.")),
    ("account_closed", 403, _("The reader has closed the account.")),
    ("too_late", 403, _("The gift is given already, or came to nothing before.")),
    ("thing_owner", 403, _("The reader subscribes to a thing of their own.")),
    ("subscribed", 403, _("The reader already has a subscription for it.")),
    (
        "forbidden",
        403,
        _(
            "The caller may not change it, the app has reached its limit, or somebody"
            " wants to delete a thing that was flattred or taken down."
        ),
    ),
    ("insufficient_scope", 403, _("The token lacks the scope.")),
    ("rate_limit_exceeded", 403, _("The calls of this hour are used up.")),
    ("not_found", 404, _("There is no such thing, person or address of the API.")),
    ("not_acceptable", 406, _("The API does not speak that format.")),
    ("server_error", 500, _("Something went wrong on our side.")),
    ("unavailable", 502, _("Not just now, and nothing was done: send it again.")),
]
# What examples send, by the shape of the body.
SENT = {
    "Address": "-d url=https://blog.example/spring",
    "list of Address": '-d \'[{"url": "https://blog.example/spring"}]\'',
    "NewThing": "-d url=https://blog.example/spring -d title=Spring -d tags=garden,notes",
    "ThingChanges": "-d title=Summer",
    "NewGift": "-d username=maja -d amount=500",
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

    @property
    def takes(self) -> str:
        """Which parameters it takes; empty for none."""
        if not self.parameters:
            return ""
        names = format_html_join(", ", "<code>{}</code>", zip(self.parameters))
        return format_html(gettext("Takes {names}."), names=names)

    @property
    def sends(self) -> str:
        """What its body is; empty for none."""
        if not self.body:
            return ""
        return format_html(
            gettext("The body is: <code>{shape}</code>."), shape=self.body
        )

    @property
    def answers(self) -> str:
        if not self.answer:
            return gettext("Answers %(status)s.") % {"status": self.status}
        return format_html(
            gettext("Answers {status} with: <code>{shape}</code>."),
            status=self.status,
            shape=self.answer,
        )


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    always: bool


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    fields: list[Field]


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
        groups.setdefault(str(TITLES.get(tag, tag)), []).append(operation)
    facts = {
        "groups": groups.items(),
        "shapes": list(shapes()),
        "scopes": settings.SCOPES.items(),
        "codes": PROBLEMS,
        "an_hour": settings.API_CALLS_AN_HOUR,
        "code_seconds": settings.OAUTH2_PROVIDER["AUTHORIZATION_CODE_EXPIRE_SECONDS"],
    }
    return render(request, "payouts/rest/api.html", facts)


def operations() -> Iterator[tuple[str, Operation]]:
    for address, methods in document()["paths"].items():
        for method, told in methods.items():
            status, answer = next(iter(told["responses"].items()))
            yield (
                told["tags"][0],
                Operation(
                    method.upper(),
                    address,
                    gettext(told["summary"]),
                    needed(scope_in(told["security"])),
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


def scope_in(security: list[dict[str, list[str]]]) -> str | None:
    """What a call's token needs, as in `description.Call.scope`.

    >>> scope_in([{}]), scope_in([{"token": []}]), scope_in([{"token": ["thing"]}])
    (None, '', 'thing')
    """
    return None if {} in security else " ".join(security[0]["token"])


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
            required = schema.get("required", [])
            yield Shape(
                name,
                [
                    Field(field, kind_of(told), field in required)
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
