"""Lists of things to flattr, of any kind: what it is, and the addresses in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from buttons.signals import subscription_lists
from buttons.signals.kinds import LONGEST_NAME, address_of
from buttons.signals.subscription_lists import Followed
from buttons.things import submitting

MOST_ENTRIES = 500
# More are not looked at, only counted: whoever writes what is no address has them all
# tried.
MOST_TRIED = 2_000


class ListKind(StrEnum):
    OPML = "opml"
    ADDRESSES = "addresses"


@dataclass(frozen=True, slots=True)
class Entry:
    """`url` is normalised, `title` in one line and perhaps empty."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`left_out` counts the addresses behind the first `MOST_ENTRIES`, `unusable` what
    is in it without an address that could be flattred."""

    kind: ListKind
    title: str
    entries: tuple[Entry, ...]
    left_out: int
    unusable: int = 0


def listing_of(name: str, text: str) -> Listing | None:
    """What the list in a file of that name says, or in a text that was pasted, which
    has no name; None if it is no list, `Unreadable` if it is a broken one."""
    if name.lower().endswith(".opml") or subscription_lists.is_opml(text):
        title, followed = subscription_lists.of_opml(text)
        return _listing(ListKind.OPML, title, followed)
    return _of_lines(text)


def _of_lines(text: str) -> Listing | None:
    """One address is no list, and what begins like a page or JSON is none of lines."""
    if text.lstrip("\ufeff \t\r\n")[:1] in {"<", "{", "["}:
        return None
    found = _listing(ListKind.ADDRESSES, "", subscription_lists.of_lines(text))
    return found if len(found.entries) > 1 else None


def _listing(kind: ListKind, title: str, named: Iterable[Followed]) -> Listing:
    entries: dict[str, Entry] = {}
    unusable = left_out = 0
    once: dict[tuple[str, ...], str] = {}
    for addresses, called in named:
        once.setdefault(addresses, called)
    for tried, (addresses, called) in enumerate(once.items()):
        if len(entries) >= MOST_ENTRIES or tried >= MOST_TRIED:
            left_out = len(once) - tried
            break
        if url := next(filter(None, map(address_of, addresses)), ""):
            entries.setdefault(url, Entry(url, submitting.line(called, LONGEST_NAME)))
        else:
            unusable += 1
    title = submitting.line(title, LONGEST_NAME)
    return Listing(kind, title, tuple(entries.values()), left_out, unusable)
