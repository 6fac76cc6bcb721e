"""A control character in an address names nothing, at whatever door it comes in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import User
from tests.rest.asking import Caller
from tests.world.browsing import signed_in
from tests.world.people import person, thing_of

pytestmark = pytest.mark.django_db

CONTROLS = ["\0", "\x01", "\n", "\x1b", "\x7f", "\x85"]
DOORS = [
    "/profile/{}",
    "/user/{}",
    "/report/person/{}",
    "/profile/{}/things.atom",
    "/profile/{}/flattrs.rss",
    "/donation/give/to/{}",
    "/submit/auto?user_id={}&url=http://a.example/",
    "/submit/auto?user_id={}",
    "/submit/auto?uid=bob{}x",
    "/submit/auto?fid=x{}x&url=http://a.example/",
]
QUERIES = [
    *("url", "user_id", "uid", "fid", "owner", "title", "description", "language"),
    *("tags", "category", "hidden", "q", "sort", "after", "page", "link", "token"),
    *("next", "text", "name", "idCallback", "ids", "o", "p", "all", "month", "iss"),
    *("client_id", "redirect_uri", "scope", "state", "response_type", "session_id"),
]


@pytest.fixture
def world(bob: User) -> User:
    thing_of(bob, "song")
    return bob


def paths(
    resolver: Any = None, before: str = "/", value: str = "\0"
) -> Iterator[tuple[str, bool]]:
    """Every address of the platform, one of each kind, with `value` wherever callers
    choose, and whether they do anywhere."""
    resolver = resolver or get_resolver()
    for _, ways in resolver.reverse_dict.lists():
        for possibilities, _, _, converters in ways:
            for form, names in possibilities:
                chosen = {
                    name: "1" if "int" in repr(converters.get(name)).lower() else value
                    for name in names
                }
                yield before + form % chosen, value in chosen.values()
    for prefix, inner in resolver.namespace_dict.values():
        assert isinstance(inner, URLResolver)
        yield from paths(inner, before + prefix, value)


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
@pytest.mark.parametrize("door", DOORS)
def test_nobody_is_called_by_a_control(
    client: Client, world: User, door: str, control: str
) -> None:
    address = door.format("b" + quote(control, safe=""))

    assert client.get(address).status_code == 404, address


def test_no_page_is_found_by_a_control(client: Client, world: User) -> None:
    """Every address of the platform that holds what callers choose."""
    tried = {path for path, chosen in paths() if chosen}
    assert len(tried) > 20
    for path in tried:
        status = client.get(quote(path)).status_code
        assert status == (400 if path.startswith("/rest/v2") else 404), path


def test_a_link_inside_of_a_call_names_nobody_by_a_control(world: User) -> None:
    """Encoded once more it is no NUL to the API, and one to whoever reads the link."""
    bob = Caller(world)
    link = "http://testserver/submit/auto?user_id=b%00&url=http://a.example/"

    for answer in (
        bob.get(f"/things/lookup?url={quote(link, safe='')}"),
        bob.post("/flattr", {"url": link}),
    ):
        assert 400 <= answer.status_code < 500, answer.content


@pytest.mark.parametrize(
    ("who", "value"),
    [
        *(("nobody", "%00"), ("bob", "%00"), ("dora", "%00")),
        ("nobody", "9" * 5_000),
        pytest.param("dora", "%C2%B2", marks=pytest.mark.all),
    ],
    ids=["nobody", "bob", "dora", "nobody, a long number", "dora, no number"],
)
def test_no_page_breaks_on_what_it_is_asked(world: User, who: str, value: str) -> None:
    """Whatever stands behind the question mark of whatever page."""
    staff = person("dora", is_staff=True, is_superuser=True)
    browsers = {
        "nobody": Client(raise_request_exception=False),
        "bob": signed_in(world),
        "dora": signed_in(staff),
    }
    browser = browsers[who]
    browser.raise_request_exception = False
    query = "&".join(f"{name}={value}" for name in QUERIES)
    tried = {path for path, _ in paths(value="bob") if "logout" not in path}
    if who != "dora":
        tried = {path for path in tried if not path.startswith("/admin/")}
    broken = [
        path
        for path in sorted(tried)
        if browser.get(f"{path}?{query}").status_code > 499
    ]

    assert broken == []


@pytest.mark.parametrize("host", ["evil.example", "a b", "x" * 300, "[", "a/../b", ""])
def test_a_host_that_is_not_ours_is_one_line(
    client: Client, world: User, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Strangers send them all day: nobody reads a traceback for each."""
    [console] = [
        handler for handler in logging.getLogger().handlers if handler.name == "console"
    ]
    with caplog.at_level(logging.INFO):
        answer = client.get("/rest/v2/users/bob", headers={"Host": host})

    written = [console.format(r) for r in caplog.records if console.filter(r)]
    assert "Traceback" not in "\n".join(written)
    if host:
        assert answer.status_code == 400
        assert any("Invalid HTTP_HOST" in line for line in written)
