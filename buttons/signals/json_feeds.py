"""A JSON Feed, of version 1 or 1.1."""

from __future__ import annotations

import re
from typing import Any

from buttons.signals.feed_scopes import LONGEST_TEXT, MOST_ENTRIES, Scope, whole
from buttons.signals.kinds import MOST_SIGNALS, Unreadable
from buttons.signals.untrusted import object_of, table, words

VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.1)?/?")


def parse(text: str, url: str) -> tuple[Scope, list[Scope]]:
    """The feed as a whole, and its entries; `Unreadable` for what is none."""
    feed = object_of(text)
    if not VERSION.fullmatch(_text(feed, "version")):
        raise Unreadable
    scope = whole()
    scope.name_page(_text(feed, "home_page_url"), url)
    _fill(scope, feed, url)
    entries = []
    for item in _tables(feed.get("items"), MOST_ENTRIES):
        entry = Scope()
        entry.name_page(_text(item, "url"), url)
        _fill(entry, item, url)
        entries.append(entry)
    return scope, entries


def _fill(scope: Scope, said: dict[str, Any], url: str) -> None:
    scope.name_title(_text(said, "title"))
    # Version 1 had one author.
    authors = _tables(said.get("authors"), MOST_SIGNALS)
    for author in [*authors, table(said.get("author"))]:
        scope.author(_text(author, "name"), _text(author, "url"), url)
    # How our own feeds say where an entry, or all of the feed, is flattred.
    scope.payment(_text(table(said.get("_flattr")), "url"), url)


def _tables(given: object, most: int) -> list[dict[str, Any]]:
    listed = given[:most] if isinstance(given, list) else []
    return [table(one) for one in listed]


def _text(said: dict[str, Any], name: str) -> str:
    return words(said.get(name))[:LONGEST_TEXT]
