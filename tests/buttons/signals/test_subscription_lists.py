"""What Alice's apps write of whom she follows."""

from __future__ import annotations

import pytest

from buttons.signals.kinds import Unreadable
from buttons.signals.listings import (
    MOST_ENTRIES,
    MOST_TRIED,
    Entry,
    Listing,
    ListKind,
    listing_of,
)
from tests.buttons.signals.files import text_of


def read(text: str, name: str = "") -> Listing:
    found = listing_of(name, text)
    assert found is not None
    return found


def urls(text: str) -> list[str]:
    return [one.url for one in read(text).entries]


def test_a_podcast_apps_list() -> None:
    assert read(text_of("antennapod.opml")) == Listing(
        ListKind.OPML,
        "AntennaPod Subscriptions",
        (
            Entry("https://gardens.example/", "Gardens at night"),
            Entry("https://feeds.example/bob-and-carol", "Bob & Carol"),
        ),
        0,
    )


def test_groups_are_no_entries_and_a_page_that_is_none_gives_way_to_its_feed() -> None:
    found = read(text_of("feedly.opml"))

    assert found.title == "Alice subscriptions in feedly Cloud"
    assert found.entries == (
        Entry("https://anna.example/", "Anna's notes"),
        Entry("https://broken.example/rss", "Broken"),
        Entry("https://www.youtube.com/channel/UCbob", "Bob films"),
    )


def test_a_mail_programs_list() -> None:
    found = read(text_of("thunderbird.opml"))

    assert found.title == "Thunderbird OPML Export - Blogs & News Feeds"
    assert found.entries == (Entry("https://anna.example/", "Anna's notes"),)


def test_a_feed_readers_list_begins_with_a_comment() -> None:
    assert urls(text_of("netnewswire.opml")) == [
        "https://anna.example/",
        "http://bob.example/rss",
    ]


def test_a_list_made_by_hand_may_break_the_rules_of_xml() -> None:
    found = read(text_of("by-hand.opml"))

    assert found.entries == (
        Entry("https://kitchen.example/?a=1&b=2", "Salt & pepper"),
        Entry("https://carol.example/links.opml", "More"),
        Entry("https://patrons.example/bob", "Of patrons"),
    )


def test_a_feed_that_only_its_reader_may_see_is_not_shared() -> None:
    found = read(text_of("by-hand.opml"))

    assert "aj99g75mFivh" not in str(found)
    assert found.unusable == 2


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://bob.example/rss", "http://bob.example/rss"),
        ("feed:https://bob.example/rss", "https://bob.example/rss"),
        ("FEED:http://bob.example/rss", "http://bob.example/rss"),
        ("feed://https://bob.example/rss", "https://bob.example/rss"),
    ],
)
def test_addresses_as_old_readers_write_them(written: str, url: str) -> None:
    assert urls(f'<opml><outline xmlUrl="{written}"/></opml>') == [url]


def test_our_own_list_can_be_read() -> None:
    assert urls(
        '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0"><head><title>Whom'
        ' I flattr</title></head><body><outline type="rss" text="bob" title="bob"'
        ' xmlUrl="http://127.0.0.1:8000/profile/bob/things.atom"'
        ' htmlUrl="http://127.0.0.1:8000/@bob"/></body></opml>'
    ) == ["http://127.0.0.1:8000/@bob"]


@pytest.mark.parametrize("number", [MOST_ENTRIES, MOST_ENTRIES + 7, 10_000])
def test_what_is_left_out_is_counted(number: int) -> None:
    outlines = (f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(number))
    found = read(f"<opml>{''.join(outlines)}</opml>")

    assert len(found.entries) == MOST_ENTRIES
    assert found.left_out == number - MOST_ENTRIES


def test_what_is_no_address_is_tried_two_thousand_times() -> None:
    useless = (f'<outline xmlUrl="gopher://a.example/{n}"/>' for n in range(MOST_TRIED))
    good = '<outline xmlUrl="https://anna.example/"/>'
    found = read(f"<opml>{''.join(useless)}{good}</opml>")

    assert (found.entries, found.unusable, found.left_out) == ((), MOST_TRIED, 1)


@pytest.mark.parametrize(
    "text",
    [
        "<opml><body>",
        "<opml><outline xmlUrl=https://a.example/></opml>",
        "<opml/><opml/>",
        '<!DOCTYPE opml [<!ENTITY a "https://a.example/">]><opml>&a;</opml>',
        '<?xml version="1.0"?><opml><outline text="a" text="b"/></opml>',
    ],
)
def test_what_is_broken(text: str) -> None:
    with pytest.raises(Unreadable):
        listing_of("", text)


def test_entities_are_no_way_in() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    for declared in (bomb, '<!ENTITY a8 SYSTEM "file:///etc/passwd">'):
        with pytest.raises(Unreadable):
            listing_of(
                "", f'<!DOCTYPE opml [<!ENTITY a0 "a">{declared}]><opml>&a8;</opml>'
            )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://anna.example/",
        "Listen: https://anna.example/213 (45 min).",
        "See https://anna.example/ and https://bob.example/ in one line.",
        "A letter\nof many\nlines\nthat names\nhttps://anna.example/\nhttps://bob.example",
        "<html><body>\nhttps://anna.example/\nhttps://bob.example/\n</body></html>",
        "<!DOCTYPE html><html><head></head><body>&lt;opml></body></html>",
        "<rss version='2.0'><channel><title>opml</title></channel></rss>",
        '{"urls":\n"https://anna.example/",\n"https://bob.example/"}',
        "one\ntwo\nthree",
        "1.2.3\n4.5.6",
        "anna@anna.example\nbob@bob.example",
    ],
)
def test_what_is_no_list(text: str) -> None:
    assert listing_of("", text) is None


def test_an_address_on_each_line() -> None:
    found = read(
        "\ufeff# Whom I read\r\n\r\nhttps://anna.example/\r\n"
        "- bob: https://bob.example/post.\n* [https://c.example](https://carol.example/)\n"
        "* [Carol](https://carol.example/a_(b))\n"
        "dora.example/notes\nhttps://anna.example/\n"
    )

    assert found == Listing(
        ListKind.ADDRESSES,
        "",
        (
            Entry("https://anna.example/", ""),
            Entry("https://bob.example/post", ""),
            Entry("https://c.example/", ""),
            Entry("https://carol.example/a_(b)", ""),
            Entry("https://dora.example/notes", ""),
        ),
        0,
    )


def test_a_table_that_a_video_site_exports() -> None:
    assert urls(
        "Channel Id,Channel Url,Channel Title\n"
        "UCbob,http://www.youtube.com/channel/UCbob,Bob films\n"
        "UCeve,http://www.youtube.com/channel/UCeve,Eve films\n"
    ) == [
        "http://www.youtube.com/channel/UCbob,Bob",
        "http://www.youtube.com/channel/UCeve,Eve",
    ]
