"""A feed in XML: RSS 0.9x, 1.0 and 2.0, and Atom.

No tree is built: what is wanted is taken as it comes by, at its own place and in its
own namespace.
"""

from __future__ import annotations

from typing import NamedTuple

from buttons.reading.fetching import HTML
from buttons.reading.markup import small, words
from buttons.signals import untrusted_xml
from buttons.signals.feed_scopes import (
    LONGEST_TEXT,
    MOST_ENTRIES,
    Scope,
    author_in,
    whole,
)
from buttons.signals.kinds import MOST_SIGNALS, Unreadable, address_of

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# As people write them, in small letters; those of RSS have no mark.
NAMESPACES = {
    "": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/rss/1.0/": "",
    "http://backend.userland.com/rss2": "",
    RDF: "rdf:",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "https://podcastindex.org/namespace/1.0": "podcast:",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": (
        "podcast:"
    ),
}
# Where the feed as a whole, and an entry, is told of.
WHOLE = {("rss", "channel"), ("rdf:RDF", "channel"), ("atom:feed",)}
ENTRY = {("rss", "channel", "item"), ("rdf:RDF", "item"), ("atom:feed", "atom:entry")}
ROOTS = {path[0] for path in WHOLE}
DEEPEST = 5
# No feed of a megabyte has more, unless it is made to keep us busy.
MOST_ELEMENTS = 100_000
TEXTS = {
    *("title", "atom:title", "link", "guid", "managingEditor", "author", "dc:creator"),
    *("itunes:author", "atom:author/atom:name", "atom:author/atom:uri"),
    *("atom:author/atom:url", "podcast:person"),
}


def parse(text: str, url: str) -> tuple[Scope, list[Scope]]:
    """The feed as a whole, and its entries; `Unreadable` for what is none. The end may
    be missing."""
    reader = untrusted_xml.parse(text, lambda: _Reader(url), whole=False)
    if not reader.begun:
        raise Unreadable
    return reader.whole, reader.entries


class _Open(NamedTuple):
    """An element that is open: where it is, the address that its links are relative to,
    what it tells of, and where in that."""

    path: tuple[str, ...]
    base: str
    scope: Scope | None
    place: str


class _Reader:
    """Takes what is wanted from the tags as they come by (a target of ElementTree)."""

    def __init__(self, url: str) -> None:
        self.whole = whole()
        self.entries: list[Scope] = []
        self.begun = False
        self.open = [_Open((), url, None, "")]
        self.depth = self.elements = 0
        self.held: list[str] | None = None
        self.size = 0
        self.given: dict[str, str] = {}
        self.author: dict[str, str] = {}
        self.recipients: list[tuple[str, str, bool]] = []
        self.guid = ""

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Unreadable
        if self.depth > DEEPEST:
            return
        self.open.append(opened := self._opened(tag, given))
        if opened.scope is None:
            return
        if opened.place in TEXTS:
            self.held, self.size, self.given = [], 0, given
        self._begin(opened.scope, opened.place, given, opened.base)

    def data(self, text: str) -> None:
        if self.held is not None and self.size < LONGEST_TEXT:
            self.held.append(text[:LONGEST_TEXT])
            self.size += len(text)

    def end(self, _tag: str) -> None:
        self.depth -= 1
        if self.depth >= DEEPEST:
            return
        _path, base, scope, place = self.open.pop()
        if scope is None:
            return
        if place in TEXTS and self.held is not None:
            text, self.held = "".join(self.held).strip()[:LONGEST_TEXT], None
            self._note(scope, place, text, base)
        elif place == "atom:author":
            scope.author(self.author.get("name", ""), self.author.get("uri", ""), base)
        elif place == "podcast:value":
            scope.recipients(self.recipients)
        elif not place:
            scope.name_page(self.guid, base)
            self.guid = ""

    def _opened(self, tag: str, given: dict[str, str]) -> _Open:
        """An element that begins; `Unreadable` for the root of something else."""
        above = self.open[-1]
        path = (*above.path, _name(tag))
        if len(path) == 1 and path[0] not in ROOTS:
            raise Unreadable
        scope = self._new(path)
        if scope is not None:
            base = address_of(given.get(XML_BASE, ""), above.base) or above.base
            return _Open(path, base, scope, "")
        if path in ENTRY:
            return _Open(path, above.base, None, "")
        place = f"{above.place}/{path[-1]}" if above.place else path[-1]
        return _Open(path, above.base, above.scope, place)

    def _new(self, path: tuple[str, ...]) -> Scope | None:
        """What an element begins to tell of, if it begins it, and is not one too many."""
        if path in WHOLE:
            self.begun = True
            return self.whole
        if path in ENTRY and len(self.entries) < MOST_ENTRIES:
            self.entries.append(Scope())
            return self.entries[-1]
        return None

    def _begin(
        self, scope: Scope, place: str, given: dict[str, str], base: str
    ) -> None:
        """What stands in the tag itself."""
        match place:
            case "atom:link" | "link":
                _follow(scope, given, base)
            case "podcast:funding" if scope is self.whole:
                scope.funding(given.get("url", ""), base)
            case "podcast:value":
                self.recipients = []
            case "podcast:value/podcast:valueRecipient":
                if len(self.recipients) < MOST_SIGNALS:
                    self.recipients.append(_recipient(given))
            case "atom:author":
                self.author = {}

    def _note(self, scope: Scope, place: str, text: str, base: str) -> None:
        """What stood between two tags."""
        match place:
            case "title" | "atom:title":
                scope.name_title(text)
            case "link":
                scope.name_page(text, base)
            case "guid":
                is_page = self.given.get("isPermaLink", "true").strip() == "true"
                self.guid = text if is_page and scope is not self.whole else ""
            case "managingEditor" | "author" | "dc:creator" | "itunes:author":
                scope.author(author_in(text))
            case "podcast:person":
                role, href = self.given.get("role", ""), self.given.get("href", "")
                scope.person(text, role, href, base)
            case _:
                self.author.setdefault(
                    "name" if place.endswith("name") else "uri", text
                )


def _follow(scope: Scope, given: dict[str, str], base: str) -> None:
    """Atom's `link`; RSS takes it over, and some leave out its namespace."""
    rel = words(small(given.get("rel", "alternate")))
    kind = small(given.get("type", "").partition(";")[0].strip())
    if kind and kind not in HTML:
        return
    if "payment" in rel:
        scope.payment(given.get("href", ""), base)
    elif "alternate" in rel:
        scope.name_page(given.get("href", ""), base)


def _recipient(given: dict[str, str]) -> tuple[str, str, bool]:
    fee = given.get("fee", "").strip().lower() == "true"
    return given.get("name", "")[:LONGEST_TEXT], given.get("split", ""), fee


def _name(tag: str) -> str:
    """The name of an element with the mark that its namespace has here."""
    space, _closes, name = tag.rpartition("}")
    mark = NAMESPACES.get(space[1:].lower(), "?:")
    return mark + name
