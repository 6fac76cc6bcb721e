"""What every endpoint of the API shares, on endpoints made for these tests."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import Http404
from django.test import Client
from django.urls import path, re_path
from rest_framework.decorators import (
    api_view,
    permission_classes,
    renderer_classes,
    throttle_classes,
)
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.oauth import tokens
from accounts.oauth.callers import may, needs
from accounts.rest import limits
from flattr import urls
from flattr.api import bodies, responses
from flattr.web.refusals import Refusal
from tests.accounts.oauth.apps import SECRET, app_of, keys

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.flattr.test_rest")]


class Taken(Refusal):
    """Somebody took it."""

    code = "flattr_once"
    status = 403


@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
def echo(request: Request, suffix: str = "") -> Response:
    """What was understood of a request, and of who sent it."""
    return Response(
        {
            "method": bodies.verb(request),
            "fields": bodies.fields(request),
            "data": request.data if isinstance(request.data, list) else None,
            "full": bodies.is_full(request),
            "user": str(request.user),
            "may": may(request, "flattr"),
        }
    )


@api_view(["GET", "POST"])
@permission_classes([needs("flattr", "thing")])
def private(request: Request) -> Response:
    return Response({"user": request.user.username})


@api_view(["GET"])
@renderer_classes([responses.StreamJson, responses.Json, responses.Atom])
def activities(request: Request, suffix: str = "") -> Response:
    return Response({"items": []})


@api_view(["GET"])
@throttle_classes([])
def uncounted(request: Request) -> Response:
    return Response({"current": limits.usage(request).current})


@api_view(["GET"])
def people(request: Request) -> Response:
    rows = User.objects.order_by("username")
    return Response([person.username for person in bodies.page_of(request, rows)])


@api_view(["GET"])
def broken(request: Request, how: str) -> Response:
    raise {"gone": Http404(), "taken": Taken(), "fault": ZeroDivisionError("secret")}[
        how
    ]


urlpatterns = [
    re_path(r"^rest/v2/echo(?:\.(?P<suffix>\w+))?/?\Z", echo),
    path("rest/v2/private", private),
    re_path(r"^rest/v2/activities(?:\.(?P<suffix>\w+))?/?\Z", activities),
    path("rest/v2/uncounted", uncounted),
    path("rest/v2/people", people),
    path("rest/v2/broken/<str:how>", broken),
    *urls.urlpatterns,
]
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def send(
    method: str,
    path: str = "/rest/v2/echo",
    body: str = "",
    kind: str = "",
    **headers: str,
) -> Any:
    return Client().generic(
        method,
        path,
        body,
        kind,
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )


def bearer(raw: str) -> str:
    return f"Bearer {raw}"


# --- Bodies


@pytest.mark.parametrize(
    ("method", "body", "kind", "understood"),
    [
        ("POST", "", JSON, {}),
        ("POST", "", "", {}),
        ("PUT", "", JSON, {}),
        ("POST", "{}", JSON, {}),
        ("DELETE", "{}", JSON, {}),
        ("DELETE", "", "", {}),
        ("POST", "a=1&b=x+y%2Cz", FORM, {"a": "1", "b": "x y,z"}),
        ("PUT", "a=1", FORM, {"a": "1"}),
        ("PATCH", '{"a": 1}', JSON, {"a": 1}),
        ("PATCH", '{"a": 1}', "application/json;charset=utf-8", {"a": 1}),
        ("POST", '{"a": "é"}', "", {"a": "é"}),
        ("POST", '{"a": 1}', FORM, {"a": 1}),
        ("POST", "a=1", "text/plain", {"a": "1"}),
        ("POST", "a=1&a=2", FORM, {"a": "2"}),
        ("POST", '{"a": "%00 \\\\\\\\u0000"}', JSON, {"a": "%00 \\\\u0000"}),
    ],
)
def test_bodies_are_read_in_every_manner(
    method: str, body: str, kind: str, understood: dict[str, Any]
) -> None:
    answer = send(method, body=body, kind=kind)

    assert answer.status_code == 200, answer.content
    assert answer.json()["fields"] == understood
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "charset=utf-8" in answer.headers["Content-Type"]


def test_a_list_is_data_without_fields() -> None:
    told = send("POST", body='[{"url": "x"}]', kind=JSON).json()

    assert (told["data"], told["fields"]) == ([{"url": "x"}], {})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"title": "R', JSON),
        ("{", ""),
        ('"text"', JSON),
        ("7", JSON),
        ('{"a": NaN}', JSON),
        ('{"a": "\\u0000"}', JSON),
        ('{"a": "\\ud800"}', JSON),
        ("a=%00", FORM),
        ("[" * 100_000, JSON),
        ('{"a": ' + "9" * 5000 + "}", JSON),
        ("&".join(f"a{n}=1" for n in range(2000)), FORM),
        ("a" * 1_000_001, FORM),
        ("--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_so(body: str, kind: str) -> None:
    """The rest of a body cut short is not read as the next request."""
    answer = send("POST", body=body, kind=kind)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.headers["Connection"] == "close"


def test_bytes_that_are_no_text_are_refused() -> None:
    answer = Client().generic("POST", "/rest/v2/echo", b'{"a": "\xff"}', JSON)

    assert answer.status_code == 400


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize(
    ("method", "meant", "verb"),
    [
        ("POST", "patch", "PATCH"),
        ("POST", "PATCH", "PATCH"),
        ("POST", "delete", "POST"),
        ("POST", "put", "POST"),
        ("PATCH", "patch", "PATCH"),
        ("DELETE", "patch", "DELETE"),
    ],
)
def test_a_post_may_mean_patch_and_nothing_else(
    kind: str, method: str, meant: str, verb: str
) -> None:
    """`_method` turns a POST into PATCH alone, from a body only (T39)."""
    body = json.dumps({"_method": meant}) if kind == JSON else f"_method={meant}"

    assert send(method, body=body, kind=kind).json()["method"] == verb


@pytest.mark.parametrize(
    ("query", "full"),
    [
        ("?full", True),
        ("?full=full", True),
        ("?full=1", True),
        ("?full=True", True),
        ("?full=False", False),
        ("?full=0", False),
        ("", False),
    ],
)
def test_full_is_a_flag(query: str, full: bool) -> None:
    assert send("GET", f"/rest/v2/echo{query}").json()["full"] is full


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 35),
        ("?count=2", 2),
        ("?count=30&page=2", 5),
        ("?count=&page=", 30),
        ("?count=3&page=undefined", 3),
        ("?count=1000000000", 35),
        ("?page=-1", 30),
        ("?page=99999999999999999999", 0),
        ("?count=0", 30),
        ("?count=-1", 30),
        ("?count=%EF%BC%93", 30),
    ],
)
def test_pages_are_what_can_be_made_of_them(query: str, found: int) -> None:
    """Odd `count` and `page` values are cut to sensible ones (T41)."""
    User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@people.example") for n in range(35)
    )
    expected = min(found, 30) if query == "" else found

    answer = send("GET", f"/rest/v2/people{query}")

    assert (answer.status_code, len(answer.json())) == (200, expected)


def test_a_nul_in_an_address_is_refused() -> None:
    answer = send("GET", "/rest/v2/people?count=%00")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert send("GET", "/rest/v2/broken/%00").status_code == 400


# --- Formats


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("echo", "", "application/json"),
        ("echo", "*/*", "application/json"),
        ("echo", "application/json", "application/json"),
        ("echo", "application/stream+json", "application/json"),
        ("echo", "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("echo.json", "text/xml", "application/json"),
        ("activities", "application/json", "application/json"),
        ("activities", "", "application/stream+json"),
        ("activities.as", "application/json", "application/stream+json"),
        ("activities", "application/stream+json", "application/stream+json"),
        ("activities.atom", "", "application/atom+xml"),
    ],
)
def test_the_format_is_the_suffix_or_what_is_accepted(
    path: str, accept: str, kind: str
) -> None:
    answer = send("GET", f"/rest/v2/{path}", **({"Accept": accept} if accept else {}))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)


@pytest.mark.parametrize(
    ("path", "accept"),
    [("echo", "text/xml"), ("echo.xml", ""), ("echo.yaml", ""), ("echo", "image/png")],
)
def test_another_format_is_not_acceptable(path: str, accept: str) -> None:
    answer = send("GET", f"/rest/v2/{path}", **({"Accept": accept} if accept else {}))

    assert (answer.status_code, answer.json()["error"]) == (406, "not_acceptable")


# --- Errors


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("gone", 404, "not_found"),
        ("taken", 403, "flattr_once"),
        ("fault", 500, "server_error"),
    ],
)
def test_errors_have_one_shape(how: str, status: int, code: str) -> None:
    answer = send("GET", f"/rest/v2/broken/{how}")

    told = answer.json()
    assert (answer.status_code, told["error"]) == (status, code)
    assert set(told) == {"error", "error_description", "error_uri"}
    assert told["error_description"]
    assert "secret" not in told["error_description"]


def test_a_method_that_is_not_there(db: None) -> None:
    answer = send("DELETE", "/rest/v2/people")

    assert (answer.status_code, answer.json()["error"]) == (405, "invalid_request")


# --- Who


def test_a_token_acts_for_its_person(alice: User) -> None:
    raw = tokens.make(alice, "mine", ["flattr"])

    for scheme in ("Bearer", "bearer"):
        answer = send("GET", Authorization=f"{scheme} {raw}")
        assert answer.json()["user"] == "alice"
        assert answer.json()["may"] is True
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer x", "bearer \x7f"])
def test_a_wrong_token_is_refused_on_public_resources_too(sent: str) -> None:
    answer = send("GET", Authorization=sent)

    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_an_address_is_nobody(alice: User) -> None:
    """T38: the header only."""
    raw = tokens.make(alice, "mine", ["flattr"])

    told = send("GET", f"/rest/v2/echo?access_token={raw}").json()
    body = send("POST", body=f"access_token={raw}", kind=FORM).json()

    assert told["user"] == body["user"] == "AnonymousUser"


def test_an_app_by_its_keys_is_nobody_in_particular(alice: User) -> None:
    app = app_of(alice)

    for secret in (SECRET, "wrong"):
        headers = keys(app, secret)
        assert send("GET", **headers).json()["user"] == "AnonymousUser"
        refused = send("GET", "/rest/v2/private", **headers)
        assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("sent", ["Basic", "Basic %%", "Basic //8=", "Digest x", "x"])
def test_what_identifies_nobody_is_anybody(sent: str) -> None:
    assert send("GET", Authorization=sent).json()["user"] == "AnonymousUser"


def test_scopes_are_needed(alice: User) -> None:
    some = tokens.make(alice, "some", ["flattr"])
    both = tokens.make(alice, "both", ["flattr", "thing"])

    nobody = send("GET", "/rest/v2/private")
    lacking = send("GET", "/rest/v2/private", Authorization=bearer(some))
    right = send("GET", "/rest/v2/private", Authorization=bearer(both))

    assert (nobody.status_code, nobody.json()["error"]) == (401, "unauthorized")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert (lacking.status_code, lacking.json()["error"]) == (403, "insufficient_scope")
    assert "thing" in lacking.json()["error_description"]
    assert right.json() == {"user": "alice"}


def test_a_cookie_is_never_read(alice: User) -> None:
    """The API knows no session and its answers are not kept (T24, T32)."""
    browser = Client()
    browser.force_login(alice)

    answer = browser.get("/rest/v2/echo")

    assert answer.json()["user"] == "AnonymousUser"
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


# --- Headers


def test_anybodys_page_may_read(alice: User) -> None:
    asked = send(
        "OPTIONS", "/rest/v2/private", Origin="https://x.example",
        Access_Control_Request_Method="PATCH",
    )  # fmt: skip
    refused = send("GET", "/rest/v2/private", Origin="https://x.example")

    assert asked.status_code == 204
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    for answer in (asked, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "X-RateLimit-Limit" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_calls_are_counted_by_token_app_and_address(
    alice: User, bob: User, settings: Any, hour_begins: None
) -> None:
    settings.API_CALLS_AN_HOUR = 3
    hers = bearer(tokens.make(alice, "hers", []))
    callers = [{}, {"Authorization": hers}, keys(app_of(bob))]

    for headers in callers:
        for used in (1, 2, 3):
            answer = send("GET", **headers)
            assert answer.status_code == 200
            assert answer.headers["X-RateLimit-Limit"] == "3"
            assert answer.headers["X-RateLimit-Current"] == str(used)
            assert answer.headers["X-RateLimit-Remaining"] == str(3 - used)
            left = int(answer.headers["X-RateLimit-Reset"]) - time.time()
            assert 0 < left <= 3600
        refused = send("GET", **headers)
        assert refused.status_code == 403
        assert refused.json()["error"] == "rate_limit_exceeded"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        looked = send("GET", "/rest/v2/uncounted", **headers)
        assert looked.status_code == 200
        assert "X-RateLimit-Limit" not in looked.headers

    with time_machine.travel(time.time() + 3600):
        assert send("GET").status_code == 200


def test_errors_are_counted_and_say_so(alice: User) -> None:
    answer = send("GET", "/rest/v2/broken/gone")

    assert answer.headers["X-RateLimit-Current"] == "1"


def test_a_cache_that_is_away_counts_nobody(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "flattr.database.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        }
    }
    settings.API_CALLS_AN_HOUR = 1

    assert [send("GET").status_code for _ in range(3)] == [200, 200, 200]


def test_signing_in_counts_for_nothing_here(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)

    assert browser.post("/rest/v2/private").status_code == 401
