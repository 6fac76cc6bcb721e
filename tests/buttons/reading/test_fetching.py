"""T30: reading strangers' pages leads nowhere private, and never for long."""

from __future__ import annotations

import gzip
import socket
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from pytest_django import Settings

from buttons.reading import connecting, fetching
from buttons.reading.fetching import fetch
from buttons.reading.not_fetched import Gone, NotFetched
from tests.buttons.proofs.pages import Answer, Host

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


def names(*addresses: str) -> Callable[[str, float], list[str]]:
    return lambda *_asked: list(addresses)


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_private_is_touched(address: str, touched: list[Any]) -> None:
    """Private, reserved and mapped addresses are never connected to (T30)."""
    for url in ("http://evil.example/", "https://evil.example/"):
        with pytest.raises(NotFetched, match="not a host on the public internet"):
            fetch(url, resolver=names(address))
        with pytest.raises(NotFetched):
            fetch(url, resolver=names(PUBLIC, address))

    assert touched == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700:4700::1111", "2a00::1"])
def test_the_public_internet_is_public(address: str) -> None:
    assert connecting.places("bob.example", 443, names(address), 0) == [address]


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

    assert (len(page.text), page.cut) == (1024 * 1024, True)


@pytest.mark.parametrize(
    "kind", ["image/png", "application/json", "text/plain", "application/zip"]
)
def test_only_html_is_read(host: Host, kind: str) -> None:
    host.pages["/"] = Answer(b"<p>Hello", kind=kind)

    with pytest.raises(NotFetched, match=f"It is {kind}, and not"):
        fetch(host.url())


@pytest.mark.parametrize("kind", ["", "html", "*/*;q=1/"])
def test_a_host_that_does_not_say_what_it_sends(host: Host, kind: str) -> None:
    """Bob's server knows no ending, and so no type."""
    host.pages["/page"] = Answer(b"\xef\xbb\xbf \n<!doctype html><p>Hello", kind=kind)
    host.pages["/picture"] = Answer(b"\x89PNG<p>Hello", kind=kind)

    assert "Hello" in fetch(host.url("/page")).text
    with pytest.raises(NotFetched, match="does not begin like a page"):
        fetch(host.url("/picture"))


def bare(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "X-GZip": gzip.compress,
    "deflate": zlib.compress,
    " deflate": bare,
    "br": brotli.compress,
    "none": bytes,
    "UTF-8": bytes,
}


@pytest.mark.parametrize("packing", PACKERS)
def test_a_page_that_comes_packed_although_asked_plain(
    host: Host, packing: str
) -> None:
    html = "<p>Grüße ".encode() * 20_000
    host.pages["/"] = Answer(
        PACKERS[packing](html), headers={"Content-Encoding": packing}
    )

    page = fetch(host.url())

    assert (page.text, page.cut) == (html.decode(), False)
    assert host.asked[0][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br"])
def test_what_unpacks_to_very_much_is_read_up_to_a_megabyte(
    host: Host, packing: str
) -> None:
    """T30: a hundred kilobytes that would be a hundred megabytes."""
    much = PACKERS[packing](b"<p>Hi" + bytes(100_000_000))
    host.pages["/"] = Answer(much, headers={"Content-Encoding": packing})

    tracemalloc.start()
    page = fetch(host.url())
    _now, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(page.text), page.cut) == (1024 * 1024, True)
    assert most_bytes < 20_000_000


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd", "compress"])
def test_what_cannot_be_unpacked_is_said_to_be_so(host: Host, packing: str) -> None:
    host.pages["/"] = Answer(b"\x1f\x8b", headers={"Content-Encoding": packing})
    host.pages["/b"] = Answer(b"<p>Hello" * 9, headers={"Content-Encoding": packing})

    for path in ("/", "/b"):
        with pytest.raises(NotFetched, match="packed, and could not be unpacked"):
            fetch(host.url(path))


@pytest.mark.parametrize(
    ("body", "kind", "text", "encoding"),
    [
        ("é€".encode("utf-16"), "text/html", "é€", "utf-8"),
        ("é€".encode("utf-16-be"), "text/html; charset=UTF-16BE", "é€", "utf-8"),
        (b"\xe9\x80", "text/html; charset=iso-8859-1", "é€", "windows-1252"),
        ("é€".encode(), "text/html; charset=nonsense", "é€", "utf-8"),
        ("é€".encode(), "text/html", "é€", "utf-8"),
        (b"\xe9 \x80", "text/html", "é €", "windows-1252"),
        ("жук".encode("koi8-r"), 'text/html; charset="koi8-r"', "жук", "koi8-r"),
        ("蛙".encode("shift_jis"), "text/html; charset=x-sjis", "蛙", "shift_jis"),
        ("\ufeffé".encode(), "text/html; charset=koi8-r", "é", "utf-8"),
        (b"\xe9", "application/xhtml+xml", "\ufffd", "utf-8"),
    ],
)
def test_every_page_is_read_in_its_own_letters(
    host: Host, body: bytes, kind: str, text: str, encoding: str
) -> None:
    host.pages["/"] = Answer(body, kind=kind)

    page = fetch(host.url())

    assert (page.text, page.encoding) == (text, encoding)


@pytest.mark.parametrize(
    "start",
    [
        '<meta charset="koi8-r">',
        "<!-- --><meta content='text/html; charset=koi8-r' http-equiv=Content-Type>",
        '<?xml version="1.0" encoding="KOI8-R"?><html>',
    ],
)
def test_a_page_says_itself_in_which_letters_it_is(host: Host, start: str) -> None:
    host.pages["/"] = Answer(f"{start}жук".encode("koi8-r"), kind="text/html")
    host.pages["/wide"] = Answer(b'<meta charset="utf-16">\xc3\xa9', kind="text/html")

    assert fetch(host.url()).text.endswith("жук")
    assert fetch(host.url("/wide")).text.endswith("é")


def test_a_host_that_sends_no_html_unless_asked_for_everything(host: Host) -> None:
    """Such hosts answer 406 to whoever does not say `*/*`."""
    host.shows("/", "Hello")

    fetch(host.url())

    accepted = host.asked[0][1]["Accept"]
    assert {kind.partition(";")[0] for kind in accepted.split(", ")} == {
        *("text/html", "application/xhtml+xml", "text/plain", "*/*")
    }


def test_a_redirect_in_raw_letters_is_followed(host: Host) -> None:
    host.pages["/summer"] = Answer(
        status=301, headers={"Location": "/été".encode().decode("latin-1")}
    )
    host.pages["/old"] = Answer(status=301, headers={"Location": "/caf\xe9#top"})
    host.shows("/%C3%A9t%C3%A9", "Summer")
    host.shows("/caf%E9", "Coffee")

    assert fetch(host.url("/summer")).text == "Summer"
    assert fetch(host.url("/old")).text == "Coffee"
    assert fetch(host.url("/old")).url == host.url("/caf%E9")


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
    host.pages["/body"] = Answer(b"x" * 5_000, pauses=0.05)
    host.pages["/silent"] = Answer(b"x", pauses=250)
    began = time.monotonic()

    for path in ("/body", "/silent"):
        with pytest.raises(NotFetched, match="longer than five seconds"):
            fetch(host.url(path))

    assert time.monotonic() - began < 60  # on a busy machine; else 250, or for ever


def test_a_host_that_never_ends_its_headers_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time limit covers the headers too (T30)."""
    monkeypatch.setattr(fetching, "SECONDS", 0.4)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PROOF_HOSTS = [f"127.0.0.1:{silent.getsockname()[1]}"]
        for scheme in ("http", "https"):
            with pytest.raises(NotFetched, match="longer than five seconds"):
                fetch(f"{scheme}://{settings.PROOF_HOSTS[0]}/")

    assert time.monotonic() - began < 60  # on a busy machine; else 250, or for ever


def test_no_cookie_and_no_proxy(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    host.pages["/"] = Answer(
        status=302, headers={"Location": "/there", "Set-Cookie": "a=b"}
    )
    host.shows("/there", "Hello")

    assert fetch(host.url()).text == "Hello"

    assert all("Cookie" not in headers for _path, headers in host.asked)
