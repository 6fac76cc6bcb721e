"""Read a stranger's page without being led anywhere private (promise T30).

Every redirect is treated as a new address (`connecting`). Five seconds in all, 1 MB
once unpacked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urldefrag, urljoin

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from buttons.reading.connecting import (
    SECONDS,
    TOO_SLOW,
    Answer,
    Resolve,
    asked,
    resolve,
)
from buttons.reading.not_fetched import Failed, Gone, NoPage, NotFetched, TooLarge
from buttons.reading.unpacking import BadPacking, decoded, unpacked
from buttons.things.addresses import UNREADABLE, BadAddress, normalise

MOST_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
XHTML = "application/xhtml+xml"
HTML = frozenset({"text/html", XHTML})
# Many servers call a file without an ending a stream of bytes.
TEXT = frozenset({"text/plain", "application/octet-stream"})
KIND = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Page:
    """What was read: the last address after redirects, its text, and whether there was
    more of it than we read. `xml` says that it came as XHTML, `encoding` in which
    letters its links are sent, `links` are its `Link` headers, `size` its bytes, `kind`
    what the host calls it, if anything."""

    url: str
    text: str
    cut: bool = False
    xml: bool = False
    encoding: str = "utf-8"
    links: tuple[str, ...] = ()
    size: int = 0
    kind: str = ""


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
        with asked(url, deadline, resolver or resolve, _headers()) as answer:
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


def _headers() -> dict[str, str]:
    return {
        "User-Agent": f"Flattr (looks for the author's button; {settings.SITE_URL})",
        "Accept": f"text/html, {XHTML}, text/plain;q=0.9, */*;q=0.8",
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
    return Page(url, text, cut, xml, encoding, links, len(body), kind)


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
