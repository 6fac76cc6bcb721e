"""Lists of things to flattr, of any kind: what it is, and the addresses in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from buttons.signals import lock_files, subscription_lists
from buttons.signals.kinds import LONGEST_NAME, address_of
from buttons.signals.lock_files import Dependency
from buttons.things import submitting

MOST_ENTRIES = 500
# More are not looked at, only counted: whoever writes what is no address has them all
# tried.
MOST_TRIED = 2_000
# Of a program's packages, more than any program has.
MOST_PACKAGES = 10_000


class ListKind(StrEnum):
    OPML = "opml"
    ADDRESSES = "addresses"
    REQUIREMENTS = "requirements.txt"
    UV = "uv.lock"
    POETRY = "poetry.lock"
    CARGO = "Cargo.lock"
    NPM = "package-lock.json"
    GO = "go.sum"


READERS: dict[ListKind, Callable[[str], Iterable[Dependency]]] = {
    ListKind.REQUIREMENTS: lock_files.of_requirements,
    ListKind.UV: lock_files.of_toml,
    ListKind.POETRY: lock_files.of_toml,
    ListKind.CARGO: lock_files.of_toml,
    ListKind.NPM: lock_files.of_package_lock,
    ListKind.GO: lock_files.of_go_sum,
}
NAMES = {
    "uv.lock": ListKind.UV,
    "poetry.lock": ListKind.POETRY,
    "cargo.lock": ListKind.CARGO,
    "package-lock.json": ListKind.NPM,
    "npm-shrinkwrap.json": ListKind.NPM,
    "go.sum": ListKind.GO,
}
REQUIREMENTS = re.compile(r"(?:^|[-_.])(?:requirements|constraints)[-_.]")
# By what programs write at the beginning of files that were pasted, and have no name.
PACKAGE = re.compile(r"^\[\[package\]\]\s*$", re.MULTILINE)
GENERATED = {"by Poetry": ListKind.POETRY, "by Cargo": ListKind.CARGO}
BEGINNING = 1000


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
    if subscription_lists.is_opml(text):
        title, followed = subscription_lists.of_opml(text)
        return _listing(ListKind.OPML, title, followed)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<":
        return None
    if kind := _pinned(name.rpartition("/")[2].lower(), text):
        packages = dict.fromkeys(islice(READERS[kind](text), MOST_PACKAGES))
        return _listing(kind, "", (((one.address,), one.name) for one in packages))
    if start in {"{", "["}:
        return None
    # One address is no list.
    found = _listing(ListKind.ADDRESSES, "", subscription_lists.of_lines(text))
    return found if len(found.entries) > 1 else None


def _pinned(name: str, text: str) -> ListKind | None:
    """What kind of file pins a program's packages, by its name or what is in it."""
    if kind := NAMES.get(name):
        return kind
    if name.endswith((".txt", ".in")) and REQUIREMENTS.search(name):
        return ListKind.REQUIREMENTS
    if PACKAGE.search(text):
        generated = (GENERATED[by] for by in GENERATED if by in text[:BEGINNING])
        return next(generated, ListKind.UV)
    if text.lstrip().startswith("{") and '"lockfileVersion"' in text[:BEGINNING]:
        return ListKind.NPM
    if lock_files.is_go_sum(text):
        return ListKind.GO
    return ListKind.REQUIREMENTS if lock_files.is_requirements(text) else None


def _listing(
    kind: ListKind, title: str, named: Iterable[tuple[tuple[str, ...], str]]
) -> Listing:
    """`named` are the addresses of each entry, the best first, and what it is called."""
    entries: dict[str, Entry] = {}
    left_out = unusable = 0
    once: dict[tuple[str, ...], str] = {}
    for addresses, called in named:
        if any(addresses):
            once.setdefault(addresses, called)
        else:
            unusable += 1
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
