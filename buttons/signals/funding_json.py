"""funding.json: who an entity is, which pages are its, and how it is given to.

https://fundingjson.org, versions 1.0 and 1.1. A manifest may be on another host than
the pages that it is about; then each host has to name it in a list of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from buttons.signals.kinds import (
    MOST_SIGNALS,
    Kind,
    Signal,
    Unreadable,
    address_of,
    signal,
)
from buttons.signals.untrusted import object_of, several, table, typed_address, words

FILE = "/funding.json"
# Where a host lists the manifests that may speak for its pages.
LIST = "/.well-known/funding-manifest-urls"
MOST_PROJECTS = 30
MOST_LISTED = 10


class Covered(NamedTuple):
    """A page that a manifest speaks for. `well_known` is the list by which the page's
    host says so too: empty where the manifest is on the same host, or names none."""

    address: str
    well_known: str


@dataclass(frozen=True, slots=True)
class Manifest:
    signals: tuple[Signal, ...]
    covers: tuple[Covered, ...]


def of_text(text: str, url: str) -> Manifest:
    """The manifest at the address `url`; `Unreadable` if it is none of version 1.

    Of its channels, those that are pages: numbers of bank accounts and wallets are
    not ours to show."""
    whole = object_of(text)
    entity = whole.get("entity")
    version = words(whole.get("version")).lower().removeprefix("v")
    if version.partition(".")[0] != "1" or not isinstance(entity, dict):
        raise Unreadable
    pages = [entity.get("webpageUrl")]
    for project in map(table, several(whole.get("projects"))[:MOST_PROJECTS]):
        pages += [project.get("webpageUrl"), project.get("repositoryUrl")]
    covers = dict.fromkeys(_covered(table(page), url) for page in pages)
    return Manifest(
        signals=tuple(_signals(entity, table(whole.get("funding")))),
        covers=tuple(covered for covered in covers if covered.address),
    )


def listed(text: str, url: str) -> tuple[str, ...]:
    """The manifests that a list at the address `url` names, an address on each line;
    those on its own host first. None in a page, which hosts answer with where they
    have no list."""
    if text.lstrip().startswith("<"):
        return ()
    lines = (line.strip() for line in text.split("\n", MOST_SIGNALS)[:MOST_SIGNALS])
    found = dict.fromkeys(address_of(line) for line in lines)
    here = urlsplit(url).netloc
    manifests = [address for address in found if address]
    manifests.sort(key=lambda address: urlsplit(address).netloc != here)
    return tuple(manifests[:MOST_LISTED])


def _signals(entity: dict[str, object], funding: dict[str, object]) -> list[Signal]:
    who = signal(
        Kind.FUNDING_JSON,
        name=words(entity.get("name")),
        address=address_of(words(table(entity.get("webpageUrl")).get("url"))),
        role=words(entity.get("role")),
    )
    channels = (
        typed_address(table(channel).get("address"))
        for channel in several(funding.get("channels"))
    )
    ways = (signal(Kind.FUNDING_JSON, address=address) for address in channels)
    return [*dict.fromkeys(one for one in (who, *ways) if one)][:MOST_SIGNALS]


def _covered(page: dict[str, object], url: str) -> Covered:
    address = address_of(words(page.get("url")))
    here, there = urlsplit(url).netloc, urlsplit(address).netloc
    well_known = address_of(words(page.get("wellKnown")))
    parts = urlsplit(well_known)
    if here == there or parts.netloc != there or not parts.path.endswith(LIST):
        well_known = ""
    return Covered(address, well_known)
