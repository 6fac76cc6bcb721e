"""Read a stranger's page without being led anywhere private (promise T30).

A name is resolved once, every address that it has is looked at, and the connection
goes to that very address: what the name means a moment later does not matter. Every
redirect is treated as a new address. Five seconds in all, 1 MB once unpacked, no
cookies, no proxy, ports 80 and 443 only.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from buttons.reading.not_fetched import Failed, Gone, NoPage, NotFetched, TooLarge
from buttons.reading.public_addresses import is_public_text
from buttons.reading.unpacking import BadPacking, decoded, unpacked
from buttons.things.addresses import PORTS, UNREADABLE, BadAddress, normalise

SECONDS = 5.0
MOST_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024
MOST_REDIRECTS = 5
TOO_SLOW = _("It took longer than five seconds.")
REDIRECTS = {301, 302, 303, 307, 308}
XHTML = "application/xhtml+xml"
HTML = frozenset({"text/html", XHTML})
# Many servers call a file without an ending a stream of bytes.
TEXT = frozenset({"text/plain", "application/octet-stream"})
KIND = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")

Answer = http.client.HTTPResponse
Resolve = Callable[[str, float], list[str]]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Page:
    """What was read: the last address after redirects, its text, and whether there was
    more of it than we read. `xml` says that it came as XHTML, `encoding` in which
    letters its links are sent, `links` are its `Link` headers, `size` its bytes."""

    url: str
    text: str
    cut: bool = False
    xml: bool = False
    encoding: str = "utf-8"
    links: tuple[str, ...] = ()
    size: int = 0


def resolve(name: str, timeout_seconds: float) -> list[str]:
    """All addresses of a name, asked for once, IPv4 first; the hosts file of this
    machine does not count."""
    try:
        answers = dns.resolver.resolve_name(
            f"{name}.", lifetime=max(0.1, timeout_seconds)
        )
        return sorted(answers.addresses(), key=lambda address: ":" in address)
    except dns.exception.DNSException as failure:
        raise NotFetched(
            _("The name %(name)s could not be looked up."), name=name
        ) from failure


def fetch(
    url: str, kinds: frozenset[str] = HTML, resolver: Resolve | None = None
) -> Page:
    """The page at a normalised address, or `NotFetched` with the reason."""

    def read(there: str, answer: Answer, deadline: float) -> Page:
        return _parse(there, answer, kinds, deadline)

    return _followed(url, read, resolver)


def fetch_picture(
    url: str, most_bytes: int, resolver: Resolve | None = None
) -> bytes | Page:
    """The file at a normalised address, if it may be a picture, or the page there.
    `NotFetched` with the reason, `TooLarge` for a file of more than `most_bytes`."""

    def read(there: str, answer: Answer, deadline: float) -> bytes | Page:
        kind = _kind(answer)
        if kind in HTML:
            return _parse(there, answer, HTML, deadline)
        if kind and not kind.startswith("image/") and kind not in TEXT:
            raise NoPage(_("It is %(kind)s, and not a picture."), kind=kind)
        body, cut = _body(answer, most_bytes, deadline)
        if cut:
            raise TooLarge(_("It is larger than 5 MB."))
        return body

    return _followed(url, read, resolver)


def _followed(
    url: str,
    read: Callable[[str, Answer, float], Read],
    resolver: Resolve | None,
) -> Read:
    """What stands where an address leads to in the end."""
    deadline = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        with _answer(url, deadline, resolver or resolve) as answer:
            if answer.status not in REDIRECTS:
                _check_status(answer)
                return read(url, answer, deadline)
            there = _location(answer)
        try:
            url = normalise(urldefrag(urljoin(url, there)).url)
        except (BadAddress, ValueError) as refusal:
            raise NotFetched(
                _("It redirects to a bad address. %(why)s"), why=refusal
            ) from refusal
    raise NotFetched(
        _("It redirects more than %(number)s times."), number=MOST_REDIRECTS
    )


def places(host: str, port: int, resolver: Resolve, deadline: float) -> list[str]:
    """Where to connect for a host: every address it has, if each of them is public."""
    if f"{host}:{port}" in settings.PROOF_HOSTS:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return sorted({str(where[4][0]) for where in found}, key=lambda at: ":" in at)
    if port not in PORTS.values():
        raise NotFetched(_("We only ask the ports 80 and 443."))
    try:
        named = [str(ip_address(host))]
    except ValueError:
        named = resolver(host, deadline - time.monotonic())
    if not named:
        raise NotFetched(_("The name %(name)s has no address."), name=host)
    if not all(map(is_public_text, named)):
        raise NotFetched(_("%(host)s is not a host on the public internet."), host=host)
    return named


@contextmanager
def _answer(url: str, deadline: float, resolver: Resolve) -> Iterator[Answer]:
    """One request, whose connection is cut at the deadline whatever it is doing."""
    parts = urlsplit(url)
    host, scheme = parts.hostname or "", parts.scheme
    port = parts.port or PORTS[scheme]
    with contextlib.ExitStack() as stack:
        try:
            opened = _open(places(host, port, resolver, deadline), port, deadline)
            stack.callback(opened.close)
            stack.enter_context(_cut_at(deadline, opened))
            if scheme == "https":
                opened = _trust().wrap_socket(opened, server_hostname=host)
                stack.callback(opened.close)
            asked = http.client.HTTPConnection(host, port)
            asked.sock = opened
            asked.request("GET", _target(url), headers=_headers(parts.netloc))
            yield asked.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as failure:
            if time.monotonic() >= deadline:
                raise NotFetched(TOO_SLOW) from failure
            raise _why(host, failure) from failure


def _open(places: list[str], port: int, deadline: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for place in places:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((place, port), timeout=left)
        except OSError as refused:
            failure = refused
    raise failure


@contextmanager
def _cut_at(deadline: float, opened: socket.socket) -> Iterator[None]:
    """End the connection at the deadline: a host that sends a byte a second would
    otherwise never run out of time."""
    # TLS takes the socket away from its object; a double of it stays ours.
    with opened.dup() as double:
        left = max(0.0, deadline - time.monotonic())
        cutter = threading.Timer(left, _cut, [double])
        cutter.daemon = True
        cutter.start()
        try:
            yield
        finally:
            cutter.cancel()


def _cut(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _headers(netloc: str) -> dict[str, str]:
    return {
        "Host": netloc,
        "User-Agent": f"Flattr (looks for the author's button; {settings.SITE_URL})",
        "Accept": f"text/html, {XHTML}, text/plain;q=0.9, */*;q=0.8",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _location(answer: Answer) -> str:
    """Where a redirect leads; servers write it in UTF-8 although they should not."""
    given: str = answer.headers.get("Location", "")
    return given.encode("latin-1").decode("utf-8", UNREADABLE)


def _check_status(answer: Answer) -> None:
    if answer.status in {404, 410}:
        raise Gone(
            _("The host answers that there is no such page (%(status)s)."),
            status=answer.status,
        )
    if answer.status != 200:
        raise Failed(_("The host answers with %(status)s."), answer.status)


def _parse(url: str, answer: Answer, kinds: frozenset[str], deadline: float) -> Page:
    kind = _kind(answer)
    if kind and kind not in kinds:
        raise NoPage(
            _("It is %(kind)s, and not one of these: %(kinds)s."),
            kind=kind,
            kinds=", ".join(sorted(kinds)),
        )
    body, cut = _body(answer, MOST_BYTES, deadline)
    xml = kind == XHTML
    charset = answer.headers.get_content_charset("")
    text, encoding = decoded(body, charset, xml=xml)
    if not kind and kinds is HTML and not text.lstrip().startswith("<"):
        raise NoPage(_("It does not say what it is, and does not begin like a page."))
    links = tuple(answer.headers.get_all("Link", []))
    return Page(url, text, cut, xml, encoding, links, len(body))


def _body(answer: Answer, most_bytes: int, deadline: float) -> tuple[bytes, bool]:
    """What came, unpacked, at most so much of it, and whether there was more."""
    packing = answer.headers.get("Content-Encoding", "").strip().lower()
    try:
        body, cut = unpacked(_pieces(answer), packing, most_bytes)
    except BadPacking as failure:
        raise NoPage(_("It came packed, and could not be unpacked.")) from failure
    if time.monotonic() >= deadline:
        raise NotFetched(TOO_SLOW)
    return body, cut


def _kind(answer: Answer) -> str:
    """What a host says that it sends; empty where it says nothing, or nonsense."""
    given: str = answer.headers.get("Content-Type", "")
    kind = given.partition(";")[0].strip().lower()
    return kind if KIND.fullmatch(kind) and len(kind) < 80 else ""


def _pieces(answer: Answer) -> Iterator[bytes]:
    while piece := answer.read(PIECE_BYTES):
        yield piece


def _why(host: str, failure: Exception) -> NotFetched:
    if isinstance(failure, ssl.SSLError):
        said = _("%(host)s has no valid certificate, or its encryption failed.")
    elif isinstance(failure, TimeoutError):
        said = TOO_SLOW
    elif isinstance(failure, OSError):
        said = _("%(host)s could not be reached.")
    else:
        said = _("%(host)s answered something that is not HTTP.")
    return NotFetched(said, host=host)
