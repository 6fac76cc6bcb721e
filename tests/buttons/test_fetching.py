"""T30: reading strangers' pages leads nowhere private, and never for long."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from buttons import fetching
from buttons.fetching import Gone, NotFetched, fetch
from tests.buttons import pages
from tests.buttons.pages import Answer, Host

PUBLIC = "93.184.215.14"
PRIVATE = [
    "0.0.0.0",  # noqa: S104 (an address to refuse)
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:93.184.215.14",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "not an address",
]

watched: list[Any] | None = None


def _watch(event: str, facts: tuple[Any, ...]) -> None:
    if watched is not None and event in {"socket.connect", "socket.sendto"}:
        watched.append(facts[1])


sys.addaudithook(_watch)


@pytest.fixture
def touched() -> Iterator[list[Any]]:
    """Every address that anything in this process connects to."""
    global watched  # noqa: PLW0603 (a hook cannot be taken off again)
    watched = []
    yield watched
    watched = None


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    """A host on this machine that the fetcher may reach, as the demo's blog."""
    with pages.host() as made:
        settings.PROOF_HOSTS = [made.name]
        yield made


def names(*addresses: str) -> Callable[[str, float], list[str]]:
    return lambda *_asked: list(addresses)


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_private_is_touched(address: str, touched: list[Any]) -> None:
    """T30"""
    for url in ("http://evil.example/", "https://evil.example/"):
        with pytest.raises(NotFetched, match="not a host on the public internet"):
            fetch(url, resolver=names(address))
        with pytest.raises(NotFetched):
            fetch(url, resolver=names(PUBLIC, address))

    assert touched == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700:4700::1111", "2a00::1"])
def test_the_public_internet_is_public(address: str) -> None:
    assert fetching.places("bob.example", 443, names(address), 0) == [address]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/"]
)
def test_an_address_instead_of_a_name_is_looked_at_too(
    url: str, touched: list[Any]
) -> None:
    with pytest.raises(NotFetched):
        fetch(url, resolver=names(PUBLIC))

    assert touched == []


def test_a_name_that_changes_its_mind_is_asked_once(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: a name server that says something public first and 127.0.0.1 then."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    opened: list[Any] = []
    real = socket.create_connection

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        opened.append(address)
        return real(("127.0.0.1", int(host.name.split(":")[1])), timeout)

    host.shows("/post", "Hello")
    monkeypatch.setattr(socket, "create_connection", connect)

    page = fetch("http://bob.example/post", resolver=lambda *_asked: next(answers))

    assert page.text == "Hello"
    assert opened == [(PUBLIC, 80)]
    assert next(answers) == ["127.0.0.1"]
    assert host.asked[0][1]["Host"] == "bob.example"


def test_a_redirect_is_resolved_and_looked_at_anew(
    host: Host, touched: list[Any]
) -> None:
    for there in (
        "http://evil.example/",
        "http://169.254.169.254/",
        "http://127.0.0.1:80/",
        "//[::1]/",
        "file:///etc/passwd",
        "gopher://evil.example/",
        "http://user:word@bob.example/",
        "http://bob.example:6379/",
        "",
    ):
        host.pages["/"] = Answer(status=302, headers={"Location": there})
        with pytest.raises(NotFetched):
            fetch(host.url(), resolver=names("10.0.0.1"))

    port = int(host.name.split(":")[1])
    assert {where[:2] for where in touched} <= {("127.0.0.1", port), ("::1", port)}


def test_five_redirects_are_followed_and_a_sixth_is_not(host: Host) -> None:
    for step in range(6):
        headers = {"Location": f"/{step + 1}"}
        host.pages[f"/{step}"] = Answer(status=301 + step % 2, headers=headers)
    host.shows("/6", "Here")

    assert fetch(host.url("/1")).text == "Here"
    assert fetch(host.url("/1")).url == host.url("/6")
    with pytest.raises(NotFetched, match="more than 5 times"):
        fetch(host.url("/0"))


def test_ports_and_hosts_of_this_machine_are_refused(
    host: Host, settings: Settings, touched: list[Any]
) -> None:
    settings.PROOF_HOSTS = []

    with pytest.raises(NotFetched, match="ports 80 and 443"):
        fetch(host.url())

    assert touched == []


def test_of_a_huge_page_only_the_start_is_read(host: Host) -> None:
    host.pages["/"] = Answer(endless=True)

    page = fetch(host.url())

    assert (len(page.text), page.cut) == (256 * 1024, True)


@pytest.mark.parametrize(
    "kind", ["", "image/png", "application/json", "text/plain", "application/zip"]
)
def test_only_html_is_read(host: Host, kind: str) -> None:
    host.pages["/"] = Answer(b"<p>Hello", kind=kind)

    with pytest.raises(NotFetched, match="It is not"):
        fetch(host.url())


def test_packed_pages_are_not_unpacked(host: Host) -> None:
    host.pages["/"] = Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    with pytest.raises(NotFetched, match="packed"):
        fetch(host.url())


def test_a_page_that_is_not_there_is_told_from_a_host_in_trouble(host: Host) -> None:
    host.pages["/ill"] = Answer(status=503)

    with pytest.raises(Gone):
        fetch(host.url("/nothing"))
    with pytest.raises(NotFetched, match="503") as failure:
        fetch(host.url("/ill"))
    assert not isinstance(failure.value, Gone)


def test_a_slow_host_is_left(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """T30: every byte comes in time, and the page never ends."""
    monkeypatch.setattr(fetching, "SECONDS", 0.4)
    host.pages["/body"] = Answer(b"x" * 500, pauses=0.05)
    host.pages["/silent"] = Answer(b"x", pauses=2)
    began = time.monotonic()

    for path in ("/body", "/silent"):
        with pytest.raises(NotFetched, match="longer than five seconds"):
            fetch(host.url(path))

    assert time.monotonic() - began < 1.5


def test_a_host_that_never_ends_its_headers_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30"""
    monkeypatch.setattr(fetching, "SECONDS", 0.4)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PROOF_HOSTS = [f"127.0.0.1:{silent.getsockname()[1]}"]
        for scheme in ("http", "https"):
            with pytest.raises(NotFetched, match="longer than five seconds"):
                fetch(f"{scheme}://{settings.PROOF_HOSTS[0]}/")

    assert time.monotonic() - began < 1.5


def test_no_cookie_and_no_proxy(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    host.pages["/"] = Answer(
        status=302, headers={"Location": "/there", "Set-Cookie": "a=b"}
    )
    host.shows("/there", "Hello")

    assert fetch(host.url()).text == "Hello"

    assert all("Cookie" not in headers for _path, headers in host.asked)
