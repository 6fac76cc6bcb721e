"""What a page says of whom it is by, where they can be given something, and where its
feeds are: its tags, its links, and the `Link` headers that came with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urldefrag

from buttons.legacy import old_links
from buttons.legacy.old_links import WITHIN, Sent
from buttons.reading import link_headers
from buttons.reading.fetching import HTML, Page
from buttons.reading.markup import LONGEST_TITLE, Tag, small, tags
from buttons.signals.kinds import (
    MOST_SIGNALS,
    Kind,
    Signal,
    address_of,
    named_here,
    signal,
)
from buttons.signals.vouching import NOBODY, called, rel_of, unvouched, unvouched_me
from buttons.things import submitting
from buttons.things.addresses import BadAddress

MOST_FEEDS = 10
# So many links are looked at, since each may be the same.
MOST_TRIES = 1_000
FEEDS = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
# `@anna@social.example`, as Mastodon writes an account; some leave out the first sign.
HANDLE = re.compile(r"@?([0-9A-Za-z_][0-9A-Za-z_.-]{0,63})@([^\s/@?#:]+(?::[0-9]+)?)")
RELS = {"payment": Kind.PAYMENT, "me": Kind.ME, "author": Kind.AUTHOR}


@dataclass(frozen=True, slots=True)
class PageSignals:
    """Each signal once, in the order of the page; addresses of feeds are normalised."""

    title: str
    signals: tuple[Signal, ...]
    feeds: tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    """What has been seen of a page so far. `addresses` are its own."""

    page: Page
    addresses: set[str]
    base: str
    title: str = ""
    social_title: str = ""
    signals: dict[Signal, None] = field(default_factory=dict)
    feeds: dict[str, None] = field(default_factory=dict)
    tries: int = 0


def of_page(page: Page, asked: str = "") -> PageSignals:
    """What counts of a page; `asked` is the address that led to it, where that is
    another. A button or a payment link of ours counts for the page that a click on it
    would flattr, and for no other."""
    seen = _Seen(page, {page.url, asked} - {""}, page.url)
    for tag in chain(link_headers.tags(page.links), tags(page.text, xml=page.xml)):
        _see(seen, tag)
    title = seen.social_title or seen.title
    return PageSignals(
        submitting.line(title, submitting.LONGEST_TITLE),
        tuple(seen.signals)[:MOST_SIGNALS],
        tuple(seen.feeds)[:MOST_FEEDS],
    )


def _see(seen: _Seen, tag: Tag) -> None:
    if tag.inside:
        return
    if tag.name == "title":
        seen.title = seen.title or tag.text
    elif tag.name == "base" and seen.base == seen.page.url:
        seen.base = address_of(tag.given.get("href", ""), seen.base) or seen.base
    elif tag.name == "meta":
        if called(tag) == "og:title":
            said = tag.given.get("content", "")[:LONGEST_TITLE].strip()
            seen.social_title = seen.social_title or said
        _record(seen, _of_meta(tag))
    elif tag.name in {"a", "link"}:
        for found in _of_link(seen, tag):
            _record(seen, found)
        there = (
            address_of(tag.given.get("href", ""), seen.base) if _is_feed(tag) else ""
        )
        if there and len(seen.feeds) < MOST_FEEDS:
            seen.feeds[there] = None


def _record(seen: _Seen, found: Signal | None) -> None:
    if found is not None and len(seen.signals) < MOST_SIGNALS:
        seen.signals[found] = None


def _of_meta(tag: Tag) -> Signal | None:
    content = tag.given.get("content", "").strip()
    if called(tag) == "flattr:id" and not unvouched(tag):
        name = content.lower()
        if len(name) > submitting.LONGEST_NAME or not name.isprintable():
            return None
        told = name and name != NOBODY
        return Signal(Kind.TAG, name=name, here=name, by_id=True) if told else None
    if called(tag) == "fediverse:creator":
        found = HANDLE.fullmatch(content)
        where = address_of(f"https://{found[2]}/@{found[1]}") if found else ""
        if found and where:
            name = f"@{found[1]}@{found[2].lower()}"
            return signal(Kind.FEDIVERSE, name=name, address=where)
    return None


def _of_link(seen: _Seen, tag: Tag) -> Iterator[Signal | None]:
    """What an `a` or a `link` says, once for each of its kinds."""
    if not (href := tag.given.get("href", "")):
        return
    rel = rel_of(tag)
    kinds = [kind for word, kind in RELS.items() if word in rel]
    # Most links of a page are neither.
    if not kinds and (tag.name == "link" or "submit" not in href.translate(WITHIN)):
        return
    seen.tries += 1
    if seen.tries > MOST_TRIES or not _is_for_people(tag):
        return
    there = old_links.sent(href, seen.page.encoding)
    if there is not None and _is_button(there):
        if (Kind.PAYMENT in kinds or tag.name == "a") and not unvouched(tag):
            kind = Kind.PAYMENT if Kind.PAYMENT in kinds else Kind.BUTTON
            yield _of_button(seen, kind, there, href)
        return
    address = address_of(href, seen.base)
    if not address or urldefrag(address).url in seen.addresses:
        return
    for kind in kinds:
        if not (unvouched_me(tag) if kind == Kind.ME else unvouched(tag)):
            yield signal(kind, address=address)


def _of_button(seen: _Seen, kind: Kind, there: Sent, href: str) -> Signal | None:
    """What a link says that flattrs a page, of this page. In a link to the first Flattr
    stands a name of there, and in one about another link that of its own reader."""
    facts, again = old_links.facts(there.query)
    if again or old_links.is_legacy(there.host):
        return None
    try:
        about = submitting.parse(facts)
    except BadAddress:
        return None
    if about.url not in seen.addresses:
        return None
    address = address_of(href, seen.base)
    return signal(kind, name=named_here(address)[0], address=address)


def _is_button(there: Sent) -> bool:
    ours = old_links.is_ours_or_legacy(there.host)
    return ours and bool(old_links.SUBMIT.fullmatch(there.path))


def _is_for_people(tag: Tag) -> bool:
    """Whether a link does not lead to what only programs read, such as `humans.txt`."""
    given = _kind(tag)
    return not given or given in HTML


def _is_feed(tag: Tag) -> bool:
    is_other = tag.name == "link" and "alternate" in rel_of(tag)
    return is_other and _kind(tag) in FEEDS


def _kind(tag: Tag) -> str:
    return small(tag.given.get("type", "").partition(";")[0].strip())
