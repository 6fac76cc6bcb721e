"""Mallory publishes what is made to keep us busy: a page, a feed and an answer of a
megabyte are read in about a second, or refused (T30)."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buttons.reading.fetching import Page
from buttons.signals import listings, peertube
from buttons.signals.feed_signals import of_feed
from buttons.signals.kinds import MOST_SIGNALS, Signal, Unreadable
from buttons.signals.page_signals import of_page
from buttons.things.addresses import normalise
from tests.hostility import one_in

MEGABYTE = 1024 * 1024
# What they take is less than a second; what this is about took minutes.
SECONDS = 4
HERE = "https://m.example/"
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)
OURS = "//127.0.0.1:8000/submit/auto?url=https://m.example"


def filled(unit: str, start: str = "") -> str:
    return start + unit * ((MEGABYTE - len(start)) // len(unit))


def rss(unit: str, start: str = "") -> str:
    return filled(unit, f"<rss {SPACES}><channel>{start}")


def defined(attributes: int) -> str:
    """What says that each item has so many attributes, unwritten."""
    listed = " ".join(f"b{number} CDATA 'x'" for number in range(attributes))
    return filled("<item/>", f"<!DOCTYPE rss [<!ATTLIST item {listed}>]><rss><channel>")


def json_feed(**said: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", **said})


PAGES = {
    "tags": filled("<a>"),
    "links": filled("<a rel='me author payment' href=/b>"),
    "buttons": filled(f"<a href={OURS}>"),
    "many parameters": filled("url=&", f"<a rel=payment href='{OURS}&"),
    "one long address": filled("../", "<a rel=me href='"),
    "feeds": filled("<link rel=alternate type=application/rss+xml href=/a>"),
    "accounts": filled("<meta name=fediverse:creator content=@a@b.cd>"),
    "an account": filled("@a", "<meta name=fediverse:creator content='"),
    "titles": filled("<title></title>"),
    "a title": filled("&#99999999999999999999;", "<title>"),
    "never closed": filled("<noscript>"),
    "less than": filled("<"),
}
FEEDS = {
    "elements": rss("<a/>"),
    "depth": rss("<a>"),
    "items": rss("<item><link>http://a.b</link></item>"),
    "funding": rss('<podcast:funding url="http://a.b"/>'),
    "authors": rss("<author>a</author>", "<item>"),
    "recipients": rss(
        "<podcast:valueRecipient name='a' split='1'/>", "<podcast:value>"
    ),
    "bases": rss("<item xml:base='/a'/>"),
    "a title": rss("x", "<title>"),
    "pieces of a title": rss("<![CDATA[x]]>", "<title>"),
    "attributes": filled(" a=''", "<rss"),
    "unwritten attributes": defined(20_000),
    "few unwritten attributes": defined(50),
    "a bomb": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;',
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel>&a;',
    "a declaration": filled("(", "<!DOCTYPE rss [<!ELEMENT a "),
    "ands": rss("&"),
    "NULs": filled("\0"),
    "a lone surrogate": rss("\ud800", "<title>"),
    "JSON in depth": filled('{"a":'),
    "lists in depth": filled("[", '{"a":'),
    "a number": filled("9", '{"version":'),
    "authors in JSON": json_feed(authors=[{"name": "a", "url": "b"}] * 40_000),
    "items in JSON": json_feed(
        items=[{"url": "http://a.b", "authors": [{}] * 9}] * 9_000
    ),
    "a title in JSON": json_feed(title="x" * MEGABYTE),
    "a surrogate in JSON": json_feed(title="\ud800", home_page_url="https://a\ud800"),
}
ANSWERS = {
    "addresses": filled("https://a.b "),
    "an address that never ends": filled(".", "https://a"),
    "brackets": filled(")", "https://a"),
    "Markdown": filled("https://a]("),
}


def check(read: Callable[[], object]) -> None:
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        read()
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("kind", one_in(3, PAGES))
def test_no_page_keeps_us_busy(kind: str) -> None:
    check(lambda: of_page(Page(HERE, PAGES[kind])))
    check(lambda: peertube.api_address(Page(f"{HERE}w/a", PAGES[kind])))


@pytest.mark.parametrize("kind", FEEDS)
def test_no_feed_keeps_us_busy(kind: str) -> None:
    check(lambda: of_feed(FEEDS[kind], HERE))


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_support_text_keeps_us_busy(kind: str) -> None:
    answer = {"uuid": "a", "support": ANSWERS[kind], "channel": {"support": "x"}}
    check(lambda: peertube.of_answer(json.dumps(answer), HERE))


@pytest.mark.parametrize("attributes", [50, 20_000])
def test_no_list_keeps_us_busy_by_what_it_declares(attributes: int) -> None:
    """What a feed must not declare, a list of feeds must not."""
    text = defined(attributes).replace("item", "outline").replace("rss", "opml")
    check(lambda: listings.listing_of("feeds.opml", text))


def test_nothing_is_declared() -> None:
    """An entity that would be there, and attributes that would be."""
    for declared in ('<!ENTITY a "Mallory">', "<!ATTLIST title a CDATA 'x'>"):
        with pytest.raises(Unreadable):
            of_feed(f"<!DOCTYPE rss [{declared}]><rss><channel/></rss>", HERE)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([HERE, "/x", "\ud800", "9" * 5000, f"https:{OURS}", " "]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
tokens = st.sampled_from(
    [
        *("<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>"),
        *("</link>", "https://a.b/", "<author>", "</author>", "&amp;", "&", "<", ">"),
        *("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "\0"),
        *("<author><name>", "</name></author>", "<link href='x'/>", "<![CDATA[", "]]>"),
        *("<!--", "-->", "<?xml version='1.0'?>", "<!DOCTYPE rss>", "\ud800", "\ufeff"),
        *("<a rel=me href=", "<meta name=flattr:id content=", "<base href=", "'", '"'),
        *("<link rel=alternate type=application/rss+xml href=", "<title", "\u202e"),
        *(OURS, "//[", "https://[::1]", "%", "@a@b.example", "\x85", "/"),
    ]
)
texts = st.lists(tokens | st.text(max_size=3), max_size=20).map("".join)


def check_signals(found: tuple[Signal, ...] | list[Signal]) -> None:
    """Each is fit to be shown and stored."""
    assert len(found) <= MOST_SIGNALS
    for one in found:
        assert one.name or one.address
        assert len(one.name) <= 100
        f"{one.name}{one.role}{one.here}".encode()
        assert not one.address or normalise(one.address) == one.address
        assert one.share is None or 0 <= one.share <= 100


@given(text=texts, header=texts)
def test_any_page_can_be_read(text: str, header: str) -> None:
    seen = of_page(Page(HERE, text, links=(header,)))

    check_signals(seen.signals)
    assert all(normalise(feed) == feed for feed in seen.feeds)
    seen.title.encode()


@given(text=texts, start=st.sampled_from(["", "<rss><channel>", "{"]))
def test_any_text_is_a_feed_or_none(text: str, start: str) -> None:
    try:
        feed = of_feed(start + text, HERE)
    except Unreadable:
        return
    check_signals(feed.signals)
    check_signals(feed.about(HERE))
    f"{feed.title}{feed.home}".encode()


fields = ("title", "home_page_url", "author", "authors", "items", "_flattr", "name")


@given(
    said=st.dictionaries(st.sampled_from([*fields, "url"]), anything),
    item=st.dictionaries(st.sampled_from([*fields, "url"]), anything),
)
def test_any_fields_make_a_feed(
    said: dict[str, object], item: dict[str, object]
) -> None:
    feed = of_feed(json_feed(**{"items": [item], "authors": [item]} | said), HERE)

    check_signals(feed.signals)
    for entry in feed.entries:
        check_signals(entry.signals)
        check_signals(feed.about(entry.url))


@given(support=anything | texts, channel=anything, more=texts)
def test_any_answer_about_a_video_can_be_read(
    support: object, channel: object, more: str
) -> None:
    about = channel if isinstance(channel, dict) else {"support": more, "url": channel}
    for told in (channel, about):
        video = {"uuid": "a", "support": support, "channel": told}
        check_signals(peertube.of_answer(json.dumps(video), HERE))
