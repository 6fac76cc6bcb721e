"""Read one address: what stands there, who it would give to, and what creators have
published about themselves.

All text is a stranger's; every host is asked as for proofs (promise T30). Who would get
it is what the check after a click would say (`buttons.proofs.looking`). Nothing is
stored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from buttons.anywhere import vouching_files
from buttons.anywhere.asking_hosts import ANY, Asking
from buttons.anywhere.found_there import Found
from buttons.models import Outcome, Seen, Thing
from buttons.proofs import looking
from buttons.proofs.beside_page import FEEDS, JSON
from buttons.reading.fetching import HTML, Page
from buttons.reading.not_fetched import NotFetched, is_login
from buttons.signals import feed_signals, listings, page_signals, peertube
from buttons.signals.feed_signals import Feed
from buttons.signals.kinds import MOST_SIGNALS, Signal, Unreadable
from buttons.signals.listings import Listing
from buttons.signals.repositories import Repository, repository_of
from buttons.things import own_profiles
from buttons.things.addresses import host_of

# Why nothing was read.
NOT_READ = {
    Outcome.GONE: Seen.GONE,
    Outcome.LOGIN: Seen.LOGIN,
    Outcome.NO_PAGE: Seen.NO_PAGE,
}
MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html[\s>])", re.IGNORECASE | re.DOTALL
)


def gather(address: str) -> Found:
    """What stands at a normalised address."""
    if own_profiles.is_one(address):
        return _own_profile(address)
    asking = Asking()
    repository = repository_of(address)
    there = repository.address if repository else address
    try:
        page = asking.fetch(there, ANY)
    except NotFetched as failure:
        return _not_read(there, failure)
    if _is_page(page):
        return _of_page(asking, there, page, repository)
    if listing := _listing(page):
        return Found(
            Seen.LIST,
            there,
            listing.title,
            entries=listing.entries,
            left_out=listing.left_out,
        )
    try:
        feed = feed_signals.of_feed(page.text, page.url)
    except Unreadable:
        return Found(Seen.NO_PAGE, there)
    return _of_feed(asking, there, feed)


def _own_profile(address: str) -> Found:
    person = own_profiles.person_at(urlsplit(address).path)
    if person is None:
        return Found(Seen.GONE, address)
    return Found(
        Seen.PAGE,
        own_profiles.address_of(person),
        person.name,
        person=person,
        reason=_("It is their profile here."),
    )


def _not_read(there: str, failure: NotFetched) -> Found:
    seen = NOT_READ.get(failure.outcome, Seen.UNREACHED)
    return Found(seen, there, reason=str(failure))


def _is_page(page: Page) -> bool:
    return page.kind in HTML or bool(MARKUP.match(page.text[:2000]))


def _listing(page: Page) -> Listing | None:
    name = urlsplit(page.url).path.rpartition("/")[2]
    try:
        return listings.listing_of(name, page.text)
    except Unreadable:
        return None


def _of_page(
    asking: Asking,
    asked: str,
    page: Page,
    repository: Repository | None = None,
    feed: Feed | None = None,
) -> Found:
    """What a page says, and what its host and its feed say of it."""
    if is_login(page.url) and not is_login(asked):
        return Found(Seen.LOGIN, asked)
    there = led_to(asked, page.url)
    thing = Thing(url=there, host=host_of(there))
    judged = looking.check_read(thing, page, asking.fetch)
    if judged.refused:
        return Found(Seen.REFUSED, there)
    said = page_signals.of_page(page, there)
    title = repository.path if repository else said.title
    # The feed of a repository tells of changes to it.
    if feed is None and said.feeds and repository is None:
        feed = _feed(asking, said.feeds[0])
    around = [
        *(feed.about(there) if feed else ()),
        *vouching_files.signals_for(asking, there, repository),
        *_of_video(asking, page),
    ]
    return Found(
        Seen.REPOSITORY if repository else Seen.PAGE,
        there,
        title,
        signals=each_once([*said.signals, *around]),
        person=judged.person,
        kind=judged.kind,
        reason=judged.reason if judged.person else "",
    )


def _feed(asking: Asking, url: str) -> Feed | None:
    """The feed that a page declares, as far as it goes: those of podcasts are long."""
    try:
        page = asking.fetch(url, FEEDS)
        return feed_signals.of_feed(page.text, page.url)
    except (NotFetched, Unreadable):
        return None


def _of_feed(asking: Asking, asked: str, feed: Feed) -> Found:
    """A feed stands for the page that it says it belongs to; where it names none, or
    that cannot be read, for itself."""
    found = Found(Seen.FEED, feed.home or asked, feed.title, each_once(feed.signals))
    if not feed.home:
        return found
    try:
        page = asking.fetch(feed.home, HTML)
    except NotFetched:
        return found
    by_page = _of_page(asking, feed.home, page, feed=feed)
    if by_page.seen != Seen.PAGE:
        return by_page
    signals = each_once([*by_page.signals, *feed.signals])
    title = feed.title or by_page.title
    return replace(by_page, seen=Seen.FEED, title=title, signals=signals)


def _of_video(asking: Asking, page: Page) -> Iterator[Signal]:
    if not (there := peertube.api_address(page)):
        return
    if (answer := asking.find(there, JSON)) is not None:
        try:
            yield from peertube.of_answer(answer.text, answer.url)
        except Unreadable:
            return


def led_to(asked: str, there: str) -> str:
    """What would be flattred of an address that led on: the page there if it is on
    another host, or is the same with encryption; else the one that was asked for, since
    a host may lead its visitors to what is new today.

    >>> led_to("http://bob.example/a", "https://bob.example/a")
    'https://bob.example/a'
    >>> led_to("https://bob.example/", "https://bob.example/today")
    'https://bob.example/'
    """
    before, after = urlsplit(asked), urlsplit(there)
    same = (before.scheme, before.netloc) == (after.scheme, after.netloc)
    return asked if same else there


def each_once(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    return tuple(dict.fromkeys(signals))[:MOST_SIGNALS]
