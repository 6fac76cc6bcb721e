"""What a feed says of whom it is by, and where they can be given something: RSS of all
ages, Atom, JSON Feed (https://www.jsonfeed.org/version/1.1/), and what podcasts add
(https://podcasting2.org/docs/podcast-namespace)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from urllib.parse import urldefrag

from buttons.signals import json_feeds, xml_feeds
from buttons.signals.feed_scopes import Scope
from buttons.signals.kinds import MOST_SIGNALS, Kind, Signal


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: the page that it is about, and what is said of that alone."""

    url: str
    title: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """`home` is the page that the feed says it belongs to, normalised, or empty. `own`
    is what is said of the feed as a whole."""

    title: str
    home: str
    own: tuple[Signal, ...]
    entries: tuple[Entry, ...]

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What is said of all of it; the authors of its entries where none is named for
        the whole."""
        if any(one.kind == Kind.FEED_AUTHOR for one in self.own):
            return self.own
        told = chain.from_iterable(entry.signals for entry in self.entries)
        authors = (one for one in told if one.kind == Kind.FEED_AUTHOR)
        return tuple(dict.fromkeys([*self.own, *authors]))[:MOST_SIGNALS]

    def about(self, page: str) -> tuple[Signal, ...]:
        """What is said of a page: that of its entry, then that of the feed as a whole;
        the feed's authors only where the entry has none of its own."""
        page = urldefrag(page).url
        entry = next((one for one in self.entries if one.url == page), None)
        if entry is None:
            return self.signals if page == self.home else self.own
        by_others = any(one.kind == Kind.FEED_AUTHOR for one in entry.signals)
        rest = [
            one for one in self.own if not (by_others and one.kind == Kind.FEED_AUTHOR)
        ]
        return tuple(dict.fromkeys([*entry.signals, *rest]))[:MOST_SIGNALS]


def of_feed(text: str, url: str) -> Feed:
    """The feed that came from `url`, or `Unreadable`. One that was cut off is read as
    far as it goes."""
    text = text.lstrip("\ufeff \t\r\n")
    parse = json_feeds.parse if text.startswith("{") else xml_feeds.parse
    whole, entries = parse(text, url)
    return Feed(
        whole.title,
        whole.page,
        whole.signals,
        tuple(_entry(scope) for scope in entries if scope.page),
    )


def _entry(scope: Scope) -> Entry:
    return Entry(urldefrag(scope.page).url, scope.title, scope.signals)
