"""Whom what stands beside a page names: the FUNDING.yml and funding.json of the
repository that the page is, or the funding.json of its host and the feed that it
declares.

A page is proved by none that somebody else could have put there (promise T18). A
repository speaks for its own page alone, not for what people write below it. A host
that many people share has no funding.json, and no feed. A funding.json speaks for the
pages that it lists, a feed for those below its home page. What an organisation says for
all its repositories, in one called `.github`, is not asked for: its account's page can
name somebody for them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from buttons.legacy import old_links
from buttons.proofs import evidence, hosts
from buttons.proofs.evidence import Evidence
from buttons.reading.fetching import HTML, TEXT, Page
from buttons.reading.not_fetched import Gone, NoPage, NotFetched
from buttons.signals import feed_signals, funding_json, funding_yml, page_signals
from buttons.signals.funding_json import Manifest
from buttons.signals.kinds import Kind, Signal, Unreadable
from buttons.signals.repositories import Repository, repository_of
from buttons.things.addresses import host_of

# Most that is asked for beside a page: three places for FUNDING.yml and one file more,
# or two files and two feeds. With the page and that of its account these are six.
MOST_REQUESTS = 4
# No request begins later, so that a host that is slow keeps nobody else waiting.
SECONDS = 8.0
MOST_FEEDS = 2
MOST_OTHERS = 20

JSON = frozenset({"application/json", "text/json"})
YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
XML = frozenset({"application/xml", "text/xml"})
FILES = TEXT | JSON | YAML
FEEDS = TEXT | JSON | XML | page_signals.FEEDS

# As `fetching.fetch`: an address, and the types of which it has to be.
Fetch = Callable[[str, frozenset[str]], Page]


@dataclass(slots=True)
class Beside:
    """`found` is who is named, `unread` are the kinds of proof of which something could
    not be read, so that nothing is known of them; `notes` say in sentences what is
    broken. `named` are addresses that are said to be the same person's."""

    fetch: Fetch
    deadline: float
    found: list[Evidence] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    asked: int = 0

    def file_at(
        self,
        kind: str,
        address: str,
        types: frozenset[str],
        may_be_at: Callable[[str], bool],
    ) -> Page | None:
        """The file at an address, unless there is none, or it led elsewhere."""
        if self.asked >= MOST_REQUESTS or time.monotonic() >= self.deadline:
            self.unread.add(kind)
            return None
        self.asked += 1
        try:
            page = self.fetch(address, types)
        except (Gone, NoPage):
            return None
        except NotFetched:
            self.unread.add(kind)
            return None
        return page if may_be_at(page.url) else None

    def add(
        self, kind: str, given: Iterable[Signal], addresses: set[str], but: str = ""
    ) -> None:
        """What signals name here; `but` says why none of it counts."""
        for signal in given:
            self.named.append(signal.address)
            one = evidence.of_address(kind, signal.address, addresses, but)
            if one is not None:
                self.found.append(one)

    def note_broken(self, file: str) -> None:
        self.notes.append(_("Its %(file)s could not be read.") % {"file": file})


def seen(url: str, page: Page, fetch: Fetch, deadline: float = 0.0) -> Beside:
    """What stands beside a page that was fetched at the address `url`, and led to no
    other host. No request begins after the `deadline`, if there is one, of the clock
    that never goes back."""
    beside = Beside(fetch, deadline or time.monotonic() + SECONDS)
    addresses = evidence.addresses_of(url, page)
    if (repository := repository_at(url, page.url)) is not None:
        _read_funding_yml(beside, repository, addresses)
        _read_its_manifest(beside, repository, addresses)
    elif not hosts.is_shared(urlsplit(page.url).netloc):
        _read_manifest(beside, page, addresses)
        _read_feeds(beside, page, addresses)
    return beside


def others(url: str, page: Page, named: Iterable[str]) -> tuple[str, ...]:
    """The addresses of elsewhere that are its owner's too, as the page says by rel=me,
    and as what stands beside it does."""
    links = page_signals.of_page(page, url).signals
    told = [*(one.address for one in links if one.kind == Kind.ME), *named]
    there = (one for one in dict.fromkeys(told) if one)
    elsewhere = [one for one in there if not old_links.is_ours(host_of(one))]
    return tuple(elsewhere[:MOST_OTHERS])


def others_of_host(host: str, fetch: Fetch) -> tuple[str, ...]:
    """The same of a host's front page: at most six requests."""
    deadline = time.monotonic() + SECONDS
    for scheme in ("https", "http"):
        url = f"{scheme}://{host}/"
        try:
            page = fetch(url, HTML)
        except NotFetched:
            continue
        if urlsplit(page.url).netloc == host:
            return others(url, page, seen(url, page, fetch, deadline).named)
    return ()


def repository_at(*addresses: str) -> Repository | None:
    """The repository whose own page has all these addresses, as the first names it.
    Forges take names in capital and in small letters for the same."""
    found = [repository_of(address) for address in addresses]
    own = [
        one
        for one, address in zip(found, addresses, strict=True)
        if one is not None and _plain(address) == _plain(one.address)
    ]
    same = len({_plain(one.address) for one in own}) == 1
    return own[0] if same and len(own) == len(addresses) else None


def _plain(address: str) -> str:
    return address.partition("://")[2].removesuffix("/").lower()


def _read_funding_yml(
    beside: Beside, repository: Repository, addresses: set[str]
) -> None:
    """The first that there is counts, as at GitHub."""
    for place in funding_yml.PLACES:
        file = _raw(beside, "funding", repository, place)
        if file is None:
            if beside.unread:
                return
            continue
        try:
            given = funding_yml.of_text(file.text)
        except Unreadable:
            beside.note_broken("FUNDING.yml")
        else:
            beside.add("funding", given, addresses)
        return


def _read_its_manifest(
    beside: Beside, repository: Repository, addresses: set[str]
) -> None:
    """A fork keeps the file of what it was made from, which lists that."""
    file = _raw(beside, "manifest", repository, funding_json.FILE[1:])
    if file is None or (manifest := _manifest(beside, file)) is None:
        return
    pages = (repository_of(one.address) for one in manifest.covers)
    listed = {_plain(one.address) for one in pages if one is not None}
    _add_manifest(beside, manifest, addresses, _plain(repository.address) in listed)


def _raw(beside: Beside, kind: str, repository: Repository, path: str) -> Page | None:
    """A file of the repository as it is now, and of no other."""
    address = repository.raw(path)
    within = f"{urlsplit(address).netloc}/{repository.path}/".lower()
    return beside.file_at(
        kind,
        address,
        FILES,
        lambda there: there.partition("://")[2].lower().startswith(within),
    )


def _read_manifest(beside: Beside, page: Page, addresses: set[str]) -> None:
    """The first of the host's list that is on the host itself, else the one at its
    root."""
    parts = urlsplit(page.url)
    root = f"{parts.scheme}://{parts.netloc}"
    address = root + funding_json.FILE
    listing = _at(beside, "manifest", root + funding_json.LIST)
    if listing is not None:
        named = funding_json.listed(listing.text, listing.url)
        own = (one for one in named if urlsplit(one).netloc == parts.netloc)
        address = next(own, address)
    file = _at(beside, "manifest", address)
    if file is None or (manifest := _manifest(beside, file)) is None:
        return
    pages = [one.address for one in manifest.covers]
    listed = all(any(covers(page, one) for page in pages) for one in addresses)
    _add_manifest(beside, manifest, addresses, listed)


def _at(beside: Beside, kind: str, address: str) -> Page | None:
    """What is at that address and no other: a host may lead on to anybody's file."""
    wanted = address.partition("://")[2]
    return beside.file_at(
        kind, address, FILES, lambda there: there.partition("://")[2] == wanted
    )


def _manifest(beside: Beside, file: Page) -> Manifest | None:
    try:
        return funding_json.of_text(file.text, file.url)
    except Unreadable:
        beside.note_broken("funding.json")
        return None


def _add_manifest(
    beside: Beside, manifest: Manifest, addresses: set[str], listed: bool
) -> None:
    beside.named += [one.address for one in manifest.covers]
    but = "" if listed else _("It does not list this page.")
    beside.add("manifest", manifest.signals, addresses, but)


def _read_feeds(beside: Beside, page: Page, addresses: set[str]) -> None:
    host = urlsplit(page.url).netloc
    for address in _own_feeds(page):
        file = beside.file_at(
            "podcast", address, FEEDS, lambda there: urlsplit(there).netloc == host
        )
        if file is None:
            continue
        try:
            feed = feed_signals.of_feed(file.text, file.url)
        except Unreadable:
            beside.note_broken(_("feed"))
            continue
        mine = feed.home and all(covers(feed.home, one) for one in addresses)
        but = "" if mine else _("The feed says that it belongs to another page.")
        given = (one for one in feed.own if one.kind == Kind.PODCAST_FUNDING)
        beside.add("podcast", given, addresses, but)


def _own_feeds(page: Page) -> Iterator[str]:
    """A page may declare the feeds of others, who would be named by them."""
    host = urlsplit(page.url).netloc
    feeds = page_signals.of_page(page).feeds
    own = [feed for feed in feeds if urlsplit(feed).netloc == host]
    yield from own[:MOST_FEEDS]


def covers(above: str, address: str) -> bool:
    """Whether an address is a page, or below it at a slash, over HTTP or HTTPS.

    >>> covers("https://bob.example/a", "http://bob.example/a/b?c=d")
    True
    >>> covers("https://bob.example/a", "https://bob.example/a-b")
    False
    >>> covers("https://bob.example/?a=1", "https://bob.example/?a=1/b")
    False
    """
    page, one = above.partition("://")[2], address.partition("://")[2]
    if "?" in page or "#" in page:
        return page == one
    stem = page.removesuffix("/")
    return one == stem or one.startswith(f"{stem}/")
