"""What the feeds of Radio Nacht, Anna, Rita, Bob and Jun say of them, and what looks
like it and does not."""

from __future__ import annotations

import json

import pytest

from buttons.reading.fetching import Page
from buttons.signals.feed_signals import Entry, Feed, of_feed
from buttons.signals.kinds import Kind, Signal, Unreadable
from buttons.signals.page_signals import of_page
from tests.buttons.signals.files import text_of

NACHT = "https://nacht.example"
SITE = "http://127.0.0.1:8000"
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:itunes="http://www.itunes.com/DTDs/Podcast-1.0.dtd"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    ' xmlns:other="https://other.example/namespace"'
)


def published(name: str, url: str = f"{NACHT}/feed") -> Feed:
    return of_feed(text_of(name), url)


def channel(inside: str) -> Feed:
    """A feed of Radio Nacht that says this of itself."""
    return of_feed(f"<rss {SPACES}><channel>{inside}</channel></rss>", f"{NACHT}/feed")


def author(name: str, address: str = "") -> Signal:
    return Signal(Kind.FEED_AUTHOR, name, address)


def test_a_podcast_says_who_makes_it_and_how_to_give() -> None:
    feed = published("podcast.rss")

    assert (feed.title, feed.home) == ("Radio Nacht & Friends", f"{NACHT}/")
    assert feed.signals == (
        Signal(Kind.PAYMENT, address="https://pay.example/nacht"),
        author("Radio Nacht"),
        author("Amira"),
        author("Tomás"),
        Signal(Kind.PODCAST_FUNDING, address=f"{NACHT}/give"),
        Signal(Kind.PODCAST_FUNDING, address=f"{NACHT}/members"),
        Signal(Kind.PODCAST_PERSON, "Amira", f"{NACHT}/amira", "host"),
        Signal(Kind.PODCAST_PERSON, "Tomás", role="guest"),
        Signal(Kind.PODCAST_PERSON, "Yuki", role="host"),
        Signal(Kind.PODCAST_VALUE, "Amira", share=57),
        Signal(Kind.PODCAST_VALUE, "Tomás", share=38),
        Signal(Kind.PODCAST_VALUE, "The app", share=5),
    )


def test_an_episode_says_more_of_itself() -> None:
    """Who is heard in night 8 is not heard in night 7."""
    feed = published("podcast.rss")

    eighth, seventh = feed.entries
    assert (eighth.url, eighth.title) == (
        f"{NACHT}/8",
        "Night 8: the ferry landing",
    )
    assert eighth.signals == (
        author("Jun"),
        Signal(Kind.PODCAST_PERSON, "Jun", "https://jun.example/", "guest"),
        Signal(Kind.PAYMENT, address="https://pay.example/nacht/8"),
    )
    assert seventh == Entry(f"{NACHT}/7", "Night 7", ())
    told = feed.about(f"{NACHT}/8#t=20")
    assert told[:3] == eighth.signals
    assert author("Amira") not in told
    assert feed.about(f"{NACHT}/7") == feed.about(f"{NACHT}/elsewhere") == feed.signals


def test_a_feed_that_names_no_page_has_none() -> None:
    """The page of its last episode is not that of the podcast."""
    feed = channel(f"<item><title>7</title></item><item><guid>{NACHT}/8</guid></item>")

    assert feed.home == ""
    assert [entry.url for entry in feed.entries] == [f"{NACHT}/8"]


def test_wallets_are_never_told() -> None:
    assert "02d5c1bf8b" not in repr(published("podcast.rss"))


def test_atom_says_it_relative_to_its_base() -> None:
    feed = published("atom.xml")
    anna = author("Anna Bergström", "https://anna.example/about")

    assert (feed.title, feed.home) == ("Anna’s garden", "https://anna.example/blog/")
    assert feed.signals == (
        Signal(Kind.PAYMENT, address="https://pay.example/anna"),
        anna,
    )
    [entry] = feed.entries
    assert entry == Entry(
        "https://anna.example/blog/spring", "Spring notes", (author("Kit"),)
    )


def test_old_feeds_are_read_as_well() -> None:
    rita, kino = published("rss10.rdf"), published("rss091.xml")

    assert (rita.title, rita.home) == ("Rita", "https://rita.example/")
    assert rita.signals == (
        author("Rita"),
        Signal(Kind.PAYMENT, address="https://pay.example/rita"),
    )
    assert rita.entries == (Entry("https://rita.example/1", "One", (author("Bob"),)),)
    assert (kino.title, kino.home) == ("Café & Kino", "http://kino.example/")
    assert kino.signals == (author("Bob"),)


def test_a_json_feed_names_its_authors() -> None:
    feed = published("feed.json", "https://jun.example/feed.json")

    assert (feed.title, feed.home) == ("Jun’s notes", "https://jun.example/")
    assert feed.signals == (
        author("Jun Park", "https://jun.example/about"),
        author("", "https://social.example/@jun"),
    )
    [entry] = feed.entries
    assert entry.signals == (author("Kit"),)


def test_a_json_feed_of_version_1_has_one_author() -> None:
    told = {
        "version": "https://jsonfeed.org/version/1",
        "author": {"name": "Jun"},
        "items": [],
    }
    assert of_feed(json.dumps(told), f"{NACHT}/feed").signals == (author("Jun"),)


def test_our_own_json_feeds_say_where_they_are_flattred() -> None:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "_flattr": {"url": f"{SITE}/@anna"},
    }
    [found] = of_feed(json.dumps(told), f"{NACHT}/feed").signals
    assert found == Signal(Kind.PAYMENT, address=f"{SITE}/@anna", here="anna")


def test_a_payment_link_of_ours_names_whom_it_would_flattr() -> None:
    """As on a page, so that a page and its feed say it once."""
    link = f"{SITE}/submit/auto?user_id=Anna&url={NACHT}/"
    feed = channel(f'<atom:link rel="payment" href="{link.replace("&", "&amp;")}"/>')

    [found] = feed.signals
    page = f"<link rel=payment href='{link.replace('&', '&amp;')}'>"
    assert (found.name, found.here) == ("anna", "anna")
    assert of_page(Page(f"{NACHT}/", page)).signals == (found,)


def test_a_feed_without_an_author_is_by_those_of_its_entries() -> None:
    """Anna and Kit share a site; each post is by one of them."""
    feed = channel(
        "<link>/</link>"
        "<item><link>/1</link><dc:creator>Anna</dc:creator></item>"
        "<item><link>/2</link><dc:creator>Kit</dc:creator></item>"
        "<item><link>/3</link><dc:creator>Anna</dc:creator></item>"
    )
    assert feed.signals == (author("Anna"), author("Kit"))
    assert feed.about(f"{NACHT}/") == feed.signals
    assert feed.about(f"{NACHT}/2") == (author("Kit"),)
    assert feed.about(f"{NACHT}/4") == ()


@pytest.mark.parametrize(
    "inside",
    [
        # Payment links:
        '<atom:link rel="payments" href="https://m.example/"/>',
        '<atom:link rel="payment" type="application/json" href="https://m.example/"/>',
        '<other:link rel="payment" href="https://m.example/"/>',
        '<atom:link rel="payment" href="https://flattr.com/submit/auto?user_id=m'
        '&amp;url=https://nacht.example/"/>',
        '<atom:link rel="payment" href="bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W"/>',
        '<image><atom:link rel="payment" href="https://m.example/"/></image>',
        # Funding:
        '<other:funding url="https://m.example/">x</other:funding>',
        '<item><podcast:funding url="https://m.example/">x</podcast:funding></item>',
        "<description><![CDATA[<podcast:funding url='https://m.example/'/>]]></description>",
        "<!-- <podcast:funding url='https://m.example/'/> -->",
        "<podcast:funding>https://m.example/</podcast:funding>",
        '<podcast:funding url="javascript:alert(1)">x</podcast:funding>',
        # Who shares what listeners send:
        '<podcast:valueRecipient name="Mallory" split="100"/>',
        '<podcast:value><other:valueRecipient name="Mallory" split="1"/></podcast:value>',
        '<podcast:value><podcast:valueRecipient address="02d5" split="1"/></podcast:value>',
        "<podcast:value><podcast:valueTimeSplit>"
        '<podcast:valueRecipient name="Mallory" split="1"/>'
        "</podcast:valueTimeSplit></podcast:value>",
        # Who is heard:
        "<other:person>Mallory</other:person>",
        '<podcast:person href="https://m.example/"> </podcast:person>',
        "<podcast:liveItem><podcast:person>Mallory</podcast:person></podcast:liveItem>",
        # Authors:
        "<other:author>Mallory</other:author>",
        "<managingEditor>mallory@m.example</managingEditor>",
        "<image><dc:creator>Mallory</dc:creator></image>",
        "<atom:author><atom:email>mallory@m.example</atom:email></atom:author>",
        "<atom:contributor><atom:name>Mallory</atom:name></atom:contributor>",
    ],
)
def test_what_looks_like_it_says_nothing(inside: str) -> None:
    assert channel(inside).signals == ()


@pytest.mark.parametrize(
    ("splits", "shares"),
    [
        ([("50", ""), ("50", "")], [50, 50]),
        ([("1", ""), ("2", "")], [33, 67]),
        ([("99", "false"), ("1", "true")], [99, 1]),
        ([("0", ""), ("0", "")], [None, None]),
        ([("-5", ""), ("5", "")], [0, 100]),
        ([("x", ""), ("9" * 10_000, "")], [None, None]),
        ([("1", ""), ("200", "true")], [None, None]),
        ([("60", "true"), ("60", "true"), ("1", "")], [None, None, None]),
    ],
)
def test_shares_are_of_100(
    splits: list[tuple[str, str]], shares: list[int | None]
) -> None:
    recipients = "".join(
        f'<podcast:valueRecipient name="{number}" split="{split}" fee="{fee}"/>'
        for number, (split, fee) in enumerate(splits)
    )
    feed = channel(f"<podcast:value>{recipients}</podcast:value>")

    assert [one.share for one in feed.signals] == shares


def test_whoever_is_named_by_two_kinds_of_money_is_named_once() -> None:
    value = '<podcast:value type="{}"><podcast:valueRecipient name="Anna" split="{}"/></podcast:value>'
    feed = channel(value.format("lightning", 9) + value.format("hive", 3))

    assert feed.signals == (Signal(Kind.PODCAST_VALUE, "Anna", share=100),)


def test_a_feed_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    """Three hundred episodes are more than a megabyte."""
    whole = text_of("podcast.rss")
    feed = of_feed(whole[: whole.index("Night 7")], f"{NACHT}/feed")

    assert feed.signals == published("podcast.rss").signals
    assert [entry.title for entry in feed.entries] == ["Night 8: the ferry landing"]


def test_a_feed_made_by_hand_may_break_the_rules_of_xml() -> None:
    feed = channel("<title>Q&A \x0b&nbsp;</title><link>/?a=1&b=2</link>")

    assert (feed.title, feed.home) == ("Q&A &nbsp;", f"{NACHT}/?a=1&b=2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Just words.",
        "<!doctype html><html><head><title>x</title></head></html>",
        '<opml version="2.0"><body/></opml>',
        "<rss></rss>",
        "<rss><channel></rss>",
        "<feed><title>in no namespace</title></feed>",
        '<other:feed xmlns:other="https://other.example/"><title>x</title></other:feed>',
        "<rss><channel>&nbsp;</rss>",
        "[]",
        "{}",
        '{"version": "https://jsonfeed.org/version/2", "items": []}',
        '{"version": "https://evil.example/jsonfeed.org/version/1", "items": []}',
        '{"version": "https://jsonfeed.org/version/1.10", "items": []}',
        '{"version": 1.1, "items": []}',
        '{"version": "https://jsonfeed.org/version/1.1", ',
    ],
)
def test_what_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        of_feed(text, f"{NACHT}/feed")
