"""Requests as old clients put them on the wire, byte for byte, and what they get."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.models import User
from accounts.oauth import tokens
from buttons.models import Flattr, Look, Promise, Thing
from buttons.models.programs import Subscription
from tests.accounts.oauth.apps import SECRET, app_of, keys
from tests.world.people import open_budget, person, thing_of

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"


@dataclass
class Wire:
    """A connection for each request, and what came back on it."""

    server: str
    token: str

    def __call__(self, line: str, *headers: str, body: bytes | None = None) -> Reply:
        """`line` without the version; `$B` in a header is the token's header. With
        `body` a Content-Length goes along, unless a header says another."""
        method, _, path = line.partition(" ")
        host = urlsplit(self.server)
        lines = [f"{method} /rest/v2{path} HTTP/1.1", f"Host: {host.netloc}"]
        lines += [header.replace("$B", self.bearer) for header in headers]
        if body is not None and not any("Length" in header for header in headers):
            lines.append(f"Content-Length: {len(body)}")
        sent = "\r\n".join([*lines, "", ""]).encode() + (body or b"")
        with socket.create_connection((host.hostname, host.port), timeout=10) as wire:
            wire.sendall(sent)
            wire.settimeout(10)
            return read(wire, head_only=method == "HEAD")

    @property
    def bearer(self) -> str:
        return f"Authorization: Bearer {self.token}"


@dataclass
class Reply:
    status: int
    version: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def read(wire: socket.socket, *, head_only: bool) -> Reply:
    got = b""
    while b"\r\n\r\n" not in got:
        got += wire.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    while not head_only and len(body) < int(headers.get("content-length", 0)):
        body += wire.recv(65536)
    version, status, *_ = first.split(" ")
    return Reply(int(status), version, headers, body)


@pytest.fixture(scope="module")
def token(one_server: str) -> str:
    """Alice's, who gives; there is Bob, who makes."""
    alice, _bob = person("alice"), person("bob")
    open_budget(alice)
    return tokens.make(alice, "replay", ["flattr", "thing"])


@pytest.fixture
def wire(one_server: str, token: str) -> Iterator[Wire]:
    yield Wire(one_server, token)
    for table in (Subscription, Flattr, Promise, Look, Thing):
        table.objects.all().delete()


@pytest.fixture
def song(wire: Wire) -> Thing:
    return thing_of(User.objects.get(username="bob"), "song")


def test_one_body_of_an_answer_is_what_it_always_was(wire: Wire, song: Thing) -> None:
    """Java's readers take no other type, and PHP no other version of HTTP."""
    at = wire.server

    reply = wire(f"GET /things/{song.pk}", "Accept-Encoding: identity")

    assert (reply.status, reply.version) == (200, "HTTP/1.1")
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert reply.json == {
        "type": "thing",
        "resource": f"{at}/rest/v2/things/{song.pk}",
        "link": f"{at}/thing/{song.pk}",
        "id": song.pk,
        "url": "https://creators.example/bob/song",
        "title": "Song",
        "image": "",
        "flattrs": 0,
        "owner": {
            "type": "user",
            "resource": f"{at}/rest/v2/users/bob",
            "link": f"{at}/profile/bob",
            "username": "bob",
        },
        "description": "",
        "tags": [],
        "language": "en_GB",
        "category": "rest",
        "created_at": int(song.created_at.timestamp()),
        "hidden": False,
        "flattrs_user_count": 0,
    }
    limits = {
        name: int(reply.headers[f"x-ratelimit-{name}"])
        for name in ("limit", "remaining", "current", "reset")
    }
    assert limits["limit"] == 1000
    assert limits["remaining"] + limits["current"] == 1000
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        ("POST /things/{id}/flattr", ["$B", "Content-Length: 0"], None),
        ("POST /things/{id}/flattr", ["$B", JSON, "Content-Length: 0"], None),
        ("POST /things/{id}/flattr", ["$B", JSON], b"{}"),
        ("POST /things/{id}/flattr", ["$B"], None),
        ("POST /flattr", ["$B", JSON], b'{"url":"https://creators.example/bob/song"}'),
        (
            "POST /flattr/",
            ["$B", FORM],
            b"url=https%3A%2F%2Fcreators.example%2Fbob%2Fsong",
        ),
        (
            "POST /flattr",
            ["$B", JSON],
            b'{"url":"http://flattr.com/submit/auto?user_id=&url=https%3A%2F%2F'
            b'creators.example%2Fbob%2Fsong"}',
        ),
        (
            "POST /flattr",
            ["$B", JSON],
            b'{"url":"https://flattr.com/submit/auto?user_id=bob&'
            b'url=https://creators.example/bob/song&title=Song"}',
        ),
    ],
    ids=["py", "rb", "js", "java", "gPodder", "php", "js-auto", "feed"],
)
def test_a_flattr_in_every_manner(
    wire: Wire,
    song: Thing,
    line: str,
    headers: list[str],
    body: bytes | None,
) -> None:
    """Once 200 with the count gone up, then 403."""
    at = line.format(id=song.pk)

    first = wire(at, *headers, body=body)
    second = wire(at, *headers, body=body)

    assert first.status == 200, first.body
    assert first.json == {
        "message": "ok",
        "description": "Flattred.",
        "thing": {
            "type": "thing",
            "resource": f"{wire.server}/rest/v2/things/{song.pk}",
            "link": f"{wire.server}/thing/{song.pk}",
            "id": song.pk,
            "url": song.url,
            "title": "Song",
            "image": "",
            "flattrs": 1,
        },
        "location": f"{wire.server}/rest/v2/things/{song.pk}",
    }
    assert second.status == 403
    assert set(second.json) == {"error", "error_description", "error_uri"}
    assert second.json["error"] == "flattr_once"
    assert Flattr.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        (
            "POST /things/",
            ["$B", FORM],
            b"url=https%3A%2F%2Falice.example%2Fx&hidden=False&title=A+title"
            b"&description=Some+words&tags=x%2Cy",
        ),
        (
            "POST /things",
            ["$B", JSON],
            b'{"url":"https://alice.example/x","title":"A title",'
            b'"description":"Some words","tags":"x,y","hidden":false}',
        ),
        (
            "POST /things",
            ["$B", FORM],
            b"url=https%3A%2F%2Falice.example%2Fx&title=A%20title"
            b"&description=Some%20words&category=text&language=en_GB&tags=x,y",
        ),
    ],
    ids=["py", "rb, js, java", "php"],
)
def test_a_thing_is_made_in_every_manner(
    wire: Wire, line: str, headers: list[str], body: bytes
) -> None:
    """201, and again 201 with the same id."""
    first, second = wire(line, *headers, body=body), wire(line, *headers, body=body)

    made = Thing.objects.get(url="https://alice.example/x")
    assert first.status == second.status == 201
    assert first.json == second.json
    assert first.json == {
        "id": made.pk,
        "link": f"{wire.server}/rest/v2/things/{made.pk}",
        "message": "ok",
        "description": "The thing is there.",
    }
    assert (made.title, made.description, made.tags) == (
        "A title",
        "Some words",
        ["x", "y"],
    )
    assert (made.hidden, made.proved) == (False, False)


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        (
            "POST",
            ["$B", FORM],
            b"url=https%3A%2F%2Falice.example%2Fx&hidden=False&title=New&tags=x%2Cneu"
            b"&_method=patch",
        ),
        ("POST", ["$B", JSON], b'{"_method":"PATCH","title":"New","tags":"x,neu"}'),
        ("PATCH", ["$B", JSON], b'{"title":"New","tags":"x,neu"}'),
        (
            "PATCH",
            ["$B", JSON],
            b'{"title":"New","tags":["x","neu"],"_method":"patch"}',
        ),
    ],
    ids=["py", "java", "rb", "js"],
)
def test_a_thing_is_changed_and_deleted_in_every_manner(
    wire: Wire, method: str, headers: list[str], body: bytes
) -> None:
    made = wire("POST /things", "$B", JSON, body=b'{"url":"https://alice.example/x"}')
    at = f"/things/{made.json['id']}"

    changed = wire(f"{method} {at}", *headers, body=body)
    left = wire(f"PATCH {at}/", "$B", JSON, body=b'{"_method":"patch"}')

    thing = Thing.objects.get()
    assert changed.status == left.status == 200
    assert changed.json == {"message": "ok", "description": "The thing is changed."}
    assert (thing.title, thing.tags) == ("New", ["x", "neu"])
    gone = wire(f"DELETE {at}", "$B", JSON, body=b"{}")
    assert (gone.status, gone.body) == (204, b"")
    assert wire(f"DELETE {at}", "$B").status == 404


@pytest.mark.parametrize(
    "query",
    [
        "?url=https%3A%2F%2Fcreators.example%2Fbob%2Fsong%3Fa%3D1%26b%3D2",
        "/?url=https%3A%2F%2Fcreators.example%2Fbob%2Fsong%3Fa%3D1%26b%3D2",
        "?url=https://creators.example/bob/song?a=1&b=2",
        "?url=http://flattr.com/submit/auto?url=https%3A%2F%2Fcreators.example%2Fbob"
        "%2Fsong%3Fa%3D1%26b%3D2",
        "/?url=https%3A%2F%2Fflattr.com%2Fsubmit%2Fauto%3Fuser_id%3Dbob%26url%3Dhttps"
        "%253A%252F%252Fcreators.example%252Fbob%252Fsong%253Fa%253D1%2526b%253D2",
        "/?url=https://flattr.com/submit/auto?user_id=bob&url=https%3A%2F%2F"
        "creators.example%2Fbob%2Fsong%3Fa%3D1%26b%3D2&language=de_DE",
        "/q/https%3A%2F%2Fcreators.example%2Fbob%2Fsong%3Fa%3D1%26b%3D2",
        "?q=https%3A%2F%2Fcreators.example%2Fbob%2Fsong%3Fa%3D1%26b%3D2&jsonp=cb",
    ],
    ids=["py", "java", "js", "js-auto", "java-auto", "gPodder", "php", "Chrome"],
)
def test_a_lookup_in_every_manner(wire: Wire, song: Thing, query: str) -> None:
    Thing.objects.filter(pk=song.pk).update(url=song.url + "?a=1&b=2")

    hit = wire(f"GET /things/lookup{query}")

    resource = f"{wire.server}/rest/v2/things/{song.pk}"
    assert hit.status == 302
    assert hit.headers["location"] == resource
    assert hit.json == {"message": "found", "location": resource}
    miss = wire(f"GET /things/lookup{query.replace('song', 'nothing')}", "$B")
    assert miss.status == 404
    assert set(miss.json) == {
        *("error", "error_description", "error_uri", "message", "description")
    }
    assert (miss.json["error"], miss.json["message"]) == ("not_found", "not_found")


LISTS = [
    "/things/search?query=x&full=False",
    "/things/search?full=full&query=x",
    "/things/search?query=nature&tags=a%20%7C%20b&",
    "/things/search?query=x&tags=a+%7C+b&count=10&page=1",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_search_in_every_manner(wire: Wire, path: str) -> None:
    reply = wire(f"GET {path}")

    assert reply.status == 200
    assert reply.json == {"total_items": 0, "items": 0, "page": 1, "things": []}


@pytest.mark.parametrize(
    ("line", "headers", "body", "ids"),
    [
        ("GET /users/bob/things?count=&page=", [], None, 1),
        ("GET /users/BOB/things?count=3&page=undefined", [], None, 1),
        ("GET /users/bob/things?count=10&page=2&full=False", [], None, 0),
        ("GET /users/bob/things.json?count=-1", [], None, 1),
        ("GET /users/bob/flattrs?count=&page=", [], None, 0),
        ("POST /user/things", ["$B", FORM], b"count=30&page=1", 0),
        ("GET /user/things/", ["$B"], None, 0),
        ("GET /user/flattrs", ["$B"], None, 0),
        ("GET /user/subscriptions", ["$B"], None, 0),
        ("GET /things/{id}/flattrs", [], None, 0),
        ("GET /things/{id},999", [], None, 1),
        ("GET /things/{id}%2C999?full", [], None, 1),
        ("GET /things?id={id},999", [], None, 1),
        ("GET /users/bob/things?count=-1&page=-1", [], None, 1),
        ("GET /categories", [], None, 7),
        ("GET /languages/", [], None, 44),
    ],
)
def test_a_list_in_every_manner(
    wire: Wire,
    song: Thing,
    line: str,
    headers: list[str],
    body: bytes | None,
    ids: int,
) -> None:
    reply = wire(line.format(id=song.pk), *headers, body=body)

    assert reply.status == 200, reply.body
    assert len(reply.json) == ids


def test_app_keys_are_nobody_on_public_calls(wire: Wire, song: Thing) -> None:
    app = app_of(User.objects.get(username="bob"))
    basic = f"Authorization: {keys(app, SECRET)['Authorization']}"

    assert wire(f"GET /things/{song.pk}/", basic).status == 200
    assert wire("GET /user", basic).status == 401
    assert wire("POST /flattr", basic, JSON, body=b"{}").status == 401


@pytest.mark.parametrize(
    "header", ["Authorization: Bearer ", "Authorization: Bearer x"]
)
def test_a_token_that_is_none_is_told_everywhere(wire: Wire, header: str) -> None:
    reply = wire("GET /categories", header)

    assert (reply.status, reply.json["error"]) == (401, "unauthorized")


def test_subscriptions_as_clients_send_them(wire: Wire, song: Thing) -> None:
    at = f"/things/{song.pk}/subscriptions"

    begun = wire(f"POST {at}", "$B")
    twice = wire(f"POST {at}", "$B", JSON, "Content-Length: 0")
    paused = wire(f"PUT {at}", "$B", JSON, "Content-Length: 0")
    started = wire(f"PUT {at}", "$B")
    ended = wire(f"DELETE {at}", "$B", JSON, body=b"{}")
    missing = wire(f"PUT {at}", "$B")

    assert (begun.status, begun.json["message"]) == (200, "ok")
    assert begun.json["thing"]["id"] == song.pk
    assert (twice.status, twice.json["error"]) == (403, "subscribed")
    assert (paused.status, paused.json["message"]) == (200, "paused")
    assert (started.status, started.json["message"]) == (200, "started")
    assert (ended.status, ended.body) == (204, b"")
    assert (missing.status, missing.json["error"]) == (404, "not_found")
    assert not Subscription.objects.exists()


def test_a_body_cut_short_ends_the_connection(wire: Wire) -> None:
    """Node counts letters where bytes are meant."""
    body = '{"url":"https://alice.example/ü","title":"Grün"}'.encode()

    reply = wire(
        "POST /things", "$B", JSON, f"Content-Length: {len(body) - 3}", body=body
    )

    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert reply.headers["connection"].lower() == "close"
    assert not Thing.objects.exists()


def test_the_extension_sends_many_at_once(wire: Wire, song: Thing) -> None:
    body = json.dumps(
        [{"url": song.url}, {"url": song.url}, {"url": "https://new.example/"}]
    ).encode()

    reply = wire("POST /flattr/bulk", "$B", JSON, body=body)

    assert reply.status == 200
    assert [item["message"] for item in reply.json["items"]] == ["ok"] * 3
    assert (Flattr.objects.count(), Promise.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("path", "accept", "status", "kind"),
    [
        ("/user/activities", "application/stream+json", 200, "application/stream+json"),
        ("/user/activities", "application/json", 200, "application/json"),
        ("/user/activities.as?type=outgoing", "application/json", 200, "stream+json"),
        ("/user/activities.atom", "*/*", 200, "application/atom+xml"),
        ("/user/activities.xml", "*/*", 406, "json"),
        ("/user", "application/stream+json", 200, "application/json"),
        ("/user", "text/xml", 406, "application/json"),
        ("/categories.txt", "application/json", 200, "text/plain"),
        ("/languages.foo", "application/json", 406, "application/json"),
        ("/nothing/here", "*/*", 404, "application/json"),
    ],
)
def test_formats(
    wire: Wire, song: Thing, path: str, accept: str, status: int, kind: str
) -> None:
    wire(f"POST /things/{song.pk}/flattr", "$B")

    reply = wire(f"GET {path}", "$B", f"Accept: {accept}")

    assert reply.status == status, reply.body
    assert kind in reply.headers["content-type"]
    if kind.endswith("stream+json"):
        [item] = reply.json["items"]
        assert re.fullmatch(r"\d{4}(-\d\d){2}T(\d\d:){2}\d\d\+00:00", item["published"])
        assert (item["verb"], item["object"]["objectType"]) == ("like", "bookmark")


def test_the_rate_limit_is_told_and_not_counted(wire: Wire) -> None:
    used = wire("GET /rate_limit", "$B").json["current_hits"]
    wire("GET /categories", "$B")

    replies = [wire("GET /rate_limit", "$B") for _ in range(2)]

    for reply in replies:
        assert reply.json["hourly_limit"] == 1000
        assert reply.json["current_hits"] == used + 1
        assert reply.json["remaining_hits"] == 999 - used
        assert re.fullmatch(
            r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000 GMT", reply.json["reset_time"]
        )
        assert "x-ratelimit-limit" not in reply.headers


def test_head_is_answered(wire: Wire, song: Thing) -> None:
    assert wire(f"HEAD /things/{song.pk}").status == 200
