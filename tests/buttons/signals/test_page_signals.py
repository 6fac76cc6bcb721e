"""What Anna's page says of her, and what looks like it and does not."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import pytest

from buttons.reading.fetching import Page
from buttons.signals.kinds import Kind, Signal
from buttons.signals.page_signals import of_page

SITE = "http://127.0.0.1:8000"
PAGE = "https://anna.example/spring"
MALLORY = f"{SITE}/@mallory"


def link(page: str = PAGE, name: str = "anna", site: str = SITE) -> str:
    """An auto-submit link, as it stands in an attribute."""
    return escape(f"{site}/submit/auto?user_id={name}&url={quote(page, safe='')}")


def read(html: str, **given: object) -> list[Signal]:
    return list(of_page(Page(PAGE, html, **given)).signals)  # type: ignore[arg-type]


def address(page: str = PAGE) -> str:
    return f"{SITE}/submit/auto?user_id=anna&url={quote(page, safe='')}"


ANNA = f"{SITE}/@anna"
RIGHT = [
    (
        f'<link rel="payment" type="text/html" href="{link()}">',
        Signal(Kind.PAYMENT, "anna", address(), here="anna"),
    ),
    (
        "<a rel='nofollowed PAYMENT' href='/give?to=anna&amp;a=1'>Give</a>",
        Signal(Kind.PAYMENT, address="https://anna.example/give?to=anna&a=1"),
    ),
    (f"<a rel=me href={ANNA}>", Signal(Kind.ME, address=ANNA, here="anna")),
    (
        "<link rel='me nofollow noopener' href=https://social.example/@anna>",
        Signal(Kind.ME, address="https://social.example/@anna"),
    ),
    (
        "<base href=/blog/><a rel=author href=about>",
        Signal(Kind.AUTHOR, address="https://anna.example/blog/about"),
    ),
    (
        '<meta name=" Flattr:ID " content=" AB12cd ">',
        Signal(Kind.TAG, "ab12cd", here="ab12cd", by_id=True),
    ),
    (
        "<meta property=fediverse:creator content=@Anna@Social.example>",
        Signal(Kind.FEDIVERSE, "@Anna@social.example", "https://social.example/@Anna"),
    ),
    (
        f"<a class=FlattrButton href='{link()}'>Flattr this</a>",
        Signal(Kind.BUTTON, "anna", address(), here="anna"),
    ),
]


@pytest.mark.parametrize(("html", "found"), RIGHT)
def test_a_page_says_whom_it_is_by(html: str, found: Signal) -> None:
    assert read(html) == [found]


@pytest.mark.parametrize(
    "html",
    [
        # Payment links:
        f"<a rel='payment ugc' href={MALLORY}>a visitor's</a>",
        f"<a rel='payment nofollow' href={MALLORY}>not vouched for</a>",
        "<link rel=payment type=application/json href=/pay>",
        "<link rel=payments href=/pay>",
        f"<noscript><link rel=payment href={MALLORY}></noscript>",
        f"<link rel=payment href='{link(name='mallory', page='https://m.example/')}'>",
        f"<link rel=payment href='{link(site='https://flattr.com')}'>",
        "<link rel=payment href='bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W'>",
        # Profiles:
        f"<a rel='me ugc' href={MALLORY}>a visitor's</a>",
        f"<template><a rel=me href={MALLORY}></template>",
        f"<a rel=met href={MALLORY}>",
        "<a rel=me href=mailto:anna@anna.example>",
        # Authors:
        "<a rel='author external nofollow' href=https://m.example/>a comment</a>",
        "<link rel=author type=text/plain href=/humans.txt>",
        "<!-- <a rel=author href=/mallory> -->",
        f"<a rel=author href={PAGE}#about>",
        # Tags:
        "<meta name=flattr:id content=none>",
        "<meta name=flattr:id content=''>",
        "<meta name=flattr:id content='a\u200bb\u0007'>",
        "<meta name=flattr:ids content=mallory>",
        f"<meta name=flattr:id content={'m' * 31}>",
        "<textarea><meta name=flattr:id content=mallory></textarea>",
        # Accounts:
        "<meta name=fediverse:creator content=mallory>",
        "<meta name=fediverse:creator content=@mallory@social.example@other.example>",
        "<meta name=fediverse:creator content=@mallory@local\u200dhost>",
        "<meta name=fediverse:creators content=@mallory@social.example>",
        # Buttons:
        f"<a href='{link(name='mallory', page='https://m.example/')}'>",
        f"<a rel=ugc href='{link(name='mallory')}'>",
        f"<a href='{link(site='https://127.0.0.1.evil.example')}'>",
        f"<a href='{link(site='https://flattr.com')}'>",
        f"<a href='{SITE}/submit/auto?user_id=mallory'>without an address</a>",
        f"<link href='{link(name='mallory')}'>",
        f"<a href='{link(page=f'{SITE}/submit/auto?user_id=mallory&url={PAGE}')}'>",
    ],
)
def test_what_looks_like_it_says_nothing(html: str) -> None:
    """T18: what visitors wrote, what nobody sees, what is about another page."""
    assert read(html) == []


def test_a_header_says_it_too() -> None:
    """The page is a text of Anna's without a head."""
    headers = (
        f'<{SITE}/@anna>; rel="me", </give>; rel=payment; type="text/html"',
        '</feed>; rel="alternate"; type="application/atom+xml", <x>; rel=stylesheet',
        f'<{MALLORY}>; rel="me"; anchor="https://mallory.example/"',
    )
    seen = of_page(Page(PAGE, "<base href=https://b.example/>", links=headers))

    assert [one.address for one in seen.signals] == [ANNA, "https://anna.example/give"]
    assert seen.feeds == ("https://anna.example/feed",)


def test_a_button_is_for_the_page_as_it_was_asked_for_too() -> None:
    """Anna's address leads on to one with a slash; her button names the first."""
    page = Page(f"{PAGE}/", f"<a href='{link()}'>")

    assert of_page(page).signals == ()
    [found] = of_page(page, PAGE).signals
    assert found.here == "anna"


def test_feeds_are_told_in_the_order_of_the_page() -> None:
    html = """
        <base href=//cdn.example/>
        <link rel="alternate home" type="application/rss+xml; charset=utf-8" href=/rss>
        <link rel=ALTERNATE type=APPLICATION/FEED+JSON href=feed.json>
        <link rel=alternate type=application/atom+xml href=/rss#top>
        <link rel=alternate type=application/rss+xml href=/rss>
        <link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>
        <link rel=alternate type=application/json+oembed href=/oembed>
        <link rel=alternate hreflang=de href=/de>
        <link rel=self type=application/rss+xml href=/self>
        <a rel=alternate type=application/rss+xml href=/a>
        <link rel=alternate type=application/rss+xml href=feed:x>
        <noscript><link rel=alternate type=application/rss+xml href=/no></noscript>
    """
    assert of_page(Page(PAGE, html)).feeds == (
        "https://cdn.example/rss",
        "https://cdn.example/feed.json",
        "https://cdn.example/rss#top",
    )


@pytest.mark.parametrize(
    ("html", "title"),
    [
        (
            "<title> Spring\n &amp; summer </title><svg><title>x</title></svg>",
            "Spring & summer",
        ),
        (
            "<title>Spring · Hedgerow</title><meta property=og:title content=Spring>",
            "Spring",
        ),
        ("<meta property=og:title content=' '><title>Spring</title>", "Spring"),
        ("<title>\u202eevil\0</title>", "evil\ufffd"),
        ("<h1>Spring</h1>", ""),
    ],
)
def test_a_page_is_called_what_it_calls_itself(html: str, title: str) -> None:
    assert of_page(Page(PAGE, html)).title == title


def test_a_page_names_each_once_and_no_more_than_fifty() -> None:
    one = f"<a rel='me author' href={ANNA}>"
    assert [found.kind for found in read(one * 3)] == [Kind.ME, Kind.AUTHOR]

    many = "".join(f"<a rel=me href=/{number}>" for number in range(200))
    assert len(read(many)) == 50


def test_links_are_looked_at_a_thousand_times() -> None:
    """Mallory's page has the same link a hundred thousand times."""
    same, other = f"<a rel=me href={ANNA}>", "<a rel=me href=/other>"

    assert len(read(same * 999 + other)) == 2
    assert len(read(same * 1_000 + other)) == 1
