"""What people follow, as their apps write it down: OPML, or an address on each line.

OPML is read by defusedxml: listparser leaves out the pages of feeds, and a megabyte of
categories keeps it busy for minutes.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder

from buttons.signals import untrusted_xml
from buttons.signals.kinds import Unreadable
from buttons.signals.untrusted import BARE_HOST
from buttons.things.typed_addresses import ADDRESS, without_sentence

# Declarations and comments may stand before it.
OPML = re.compile(
    r"\ufeff?(?:(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>[]*(?:\[.*?\]\s*)?>))*+"
    r"<opml[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
# A feed that only its reader may see: the address is a key, and not to be shown.
PRIVATE = re.compile(
    r"[?&](?:auth|token|key|api_?key|secret|password|sig)=", re.IGNORECASE
)
# feed://anna.example, feed:https://anna.example, as old readers write them.
FEED = re.compile(r"feed:(?://(?=https?:))?", re.IGNORECASE)
LONGEST_LINE = 2000


class Followed(NamedTuple):
    """A feed or a page in a list: addresses as they were written, the best first."""

    addresses: tuple[str, ...]
    title: str


def is_opml(text: str) -> bool:
    return OPML.match(text) is not None


def of_opml(text: str) -> tuple[str, list[Followed]]:
    """The title of an OPML list, of version 1 or 2, and what is in it; `Unreadable` if
    it is broken."""
    root = untrusted_xml.parse(text, TreeBuilder)
    if _name(root) != "opml":
        raise Unreadable
    title, found = "", []
    for element in root.iter():
        if _name(element) == "title" and not title:
            title = (element.text or "").strip()
        elif _name(element) == "outline" and (followed := _followed(element)):
            found.append(followed)
    return title, found


def of_lines(text: str) -> list[Followed]:
    """The first address on each line of a text; none unless most of its lines have
    one, since then it is no list."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    lines = [line for line in lines if not line.startswith("#")]
    written = [address for line in lines if (address := _on_line(line))]
    if 2 * len(written) < len(lines):
        return []
    return [Followed((address,), "") for address in written]


def _on_line(line: str) -> str:
    if len(line) > LONGEST_LINE:
        return ""
    if found := ADDRESS.search(line):
        return without_sentence(found[0].partition("](")[0])
    return f"https://{line}" if BARE_HOST.fullmatch(line) else ""


def _followed(outline: Element) -> Followed | None:
    """The page of a feed, else the feed; None for what only groups others."""
    given = {name.lower(): value.strip() for name, value in outline.attrib.items()}
    page, feed = given.get("htmlurl", ""), given.get("xmlurl") or given.get("url", "")
    addresses = [page] if page else []
    if feed and not PRIVATE.search(feed):
        addresses.append(_on_the_web(feed))
    title = given.get("text") or given.get("title", "")
    return Followed(tuple(addresses), title) if page or feed else None


def _on_the_web(feed: str) -> str:
    if not (found := FEED.match(feed)):
        return feed
    rest = feed[found.end() :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _name(element: Element) -> str:
    """Without its namespace, in small letters."""
    return element.tag.rpartition("}")[2].lower()
