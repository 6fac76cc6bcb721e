"""Each example in docs/signals.md is read as the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from buttons.reading.fetching import Page
from buttons.signals import funding_json, funding_yml, packages, peertube
from buttons.signals.feed_signals import of_feed
from buttons.signals.kinds import Kind, Signal
from buttons.signals.listings import listing_of
from buttons.signals.page_signals import of_page

PAGE = Path(__file__).parents[3] / "docs" / "signals.md"
POST = "https://anna.example/post"
FEED = "https://anna.example/feed.xml"
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)

Told = tuple[str, str, str]


def rows() -> dict[str, str]:
    """What each row is about, and its example; code in several pieces is several
    lines."""
    found: dict[str, str] = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] not in {"what", "---"}:
            what, example = cells
            assert what not in found
            found[what] = "\n".join(re.findall(r"`([^`]+)`", example))
    return found


ROWS = rows()


def told(signals: tuple[Signal, ...] | list[Signal]) -> list[Told]:
    return [(one.kind, one.name or one.here, one.address) for one in signals]


def on_page(example: str) -> list[Told]:
    return told(of_page(Page(POST, f"<head>{example}</head>")).signals)


def in_header(example: str) -> list[Told]:
    page = Page(POST, "", links=(example.removeprefix("Link: "),))
    return told(of_page(page).signals)


def feeds(example: str) -> list[Told]:
    return [("", "", feed) for feed in of_page(Page(POST, example)).feeds]


def in_rss(example: str) -> list[Told]:
    text = f'<rss version="2.0" {SPACES}><channel>{example}</channel></rss>'
    return told(of_feed(text, FEED).signals)


def in_atom(example: str) -> list[Told]:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom">{example}</feed>'
    return told(of_feed(text, FEED).signals)


def in_json_feed(example: str) -> list[Told]:
    text = f'{{"version": "https://jsonfeed.org/version/1.1", {example}}}'
    return told(of_feed(text, FEED).signals)


def in_manifest(example: str) -> list[Told]:
    return told(funding_json.of_text(example, f"{POST}/funding.json").signals)


def in_list(example: str) -> list[Told]:
    return [("", "", one) for one in funding_json.listed(example, POST)]


def on_peertube(example: str) -> list[Told]:
    video = {"uuid": "8f3c", "support": example, "channel": {"displayName": "Anna"}}
    return told(peertube.of_answer(json.dumps(video), POST))


def listed(text: str, name: str = "") -> list[Told]:
    found = listing_of(name, text)
    assert found is not None
    return [(found.kind, one.title, one.url) for one in found.entries]


def of_lines(example: str) -> list[Told]:
    return listed(f"{example}\nhttps://bob.example/")[:1]


def in_toml(name: str) -> Callable[[str], list[Told]]:
    return lambda text: listed(f'[[package]]\nname = "garden"\n{text}', name)


def in_npm(example: str) -> list[Told]:
    packages = f'"packages": {{"node_modules/garden": {{{example}}}}}'
    return listed(f'{{"lockfileVersion": 3, {packages}}}')


OURS = "https://flattr.example/@anna"
HOME = "https://anna.example/"
GARDEN = "https://github.com/anna/garden"
BUTTON = "https://flattr.example/submit/auto?user_id=anna&url=https%3A%2F%2Fanna.example%2Fpost"

READ: dict[str, tuple[Callable[[str], list[Told]], list[Told]]] = {
    "Your tag": (on_page, [(Kind.TAG, "k3x9qt2m", "")]),
    "Your button": (on_page, [(Kind.BUTTON, "anna", BUTTON)]),
    "A payment link": (on_page, [(Kind.PAYMENT, "anna", OURS)]),
    "A payment link sent with the page": (
        in_header,
        [(Kind.PAYMENT, "", "https://liberapay.com/anna")],
    ),
    "A profile of yours": (on_page, [(Kind.ME, "", "https://social.example/@anna")]),
    "The author": (on_page, [(Kind.AUTHOR, "", "https://anna.example/about")]),
    "An account of the fediverse": (
        on_page,
        [(Kind.FEDIVERSE, "@anna@social.example", "https://social.example/@anna")],
    ),
    "Your feed, which is read too": (feeds, [("", "", FEED)]),
    "RSS: the editor": (in_rss, [(Kind.FEED_AUTHOR, "Anna Berg", "")]),
    "RSS: the creator": (in_rss, [(Kind.FEED_AUTHOR, "Anna Berg", "")]),
    "RSS: the podcast's author": (in_rss, [(Kind.FEED_AUTHOR, "Anna Berg", "")]),
    "RSS and Atom: a payment link": (
        in_rss,
        [(Kind.PAYMENT, "", "https://liberapay.com/anna")],
    ),
    "Atom: the author": (in_atom, [(Kind.FEED_AUTHOR, "Anna Berg", HOME)]),
    "JSON Feed: the authors": (in_json_feed, [(Kind.FEED_AUTHOR, "Anna Berg", HOME)]),
    "A podcast: where to give": (in_rss, [(Kind.PODCAST_FUNDING, "anna", OURS)]),
    "A podcast: who is in it": (
        in_rss,
        [(Kind.PODCAST_PERSON, "Bob", "https://bob.example/")],
    ),
    "A podcast: who shares": (in_rss, [(Kind.PODCAST_VALUE, "Anna", "")]),
    "`.github/FUNDING.yml` of a repository, in its root or in `docs/`": (
        lambda text: told(funding_yml.of_text(text)),
        [(Kind.FUNDING_YML, "anna", OURS)],
    ),
    "The same, with GitHub's other names: `patreon`, `open_collective`, `ko_fi`,"
    " `liberapay` …": (
        lambda text: told(funding_yml.of_text(text)),
        [
            (Kind.FUNDING_YML, "anna", "https://github.com/anna"),
            (Kind.FUNDING_YML, "bob", "https://github.com/bob"),
        ],
    ),
    "`funding.json` at the root of a host or a repository": (
        in_manifest,
        [(Kind.FUNDING_JSON, "Anna Berg", HOME), (Kind.FUNDING_JSON, "anna", OURS)],
    ),
    "`/.well-known/funding-manifest-urls`, where a `funding.json` is elsewhere": (
        in_list,
        [("", "", "https://anna.example/about/funding.json")],
    ),
    "`package.json` of a repository": (
        lambda text: told(packages.of_package_json(text)),
        [(Kind.PACKAGE, "anna", OURS), (Kind.PACKAGE, "Anna Berg", HOME)],
    ),
    "The support text of a video or a channel on PeerTube": (
        on_peertube,
        [(Kind.PEERTUBE, "Anna", OURS)],
    ),
    "What an app for feeds or podcasts exports (OPML)": (
        listed,
        [("opml", "Anna", HOME)],
    ),
    "Any text with an address on each line": (of_lines, [("addresses", "", HOME)]),
    "`requirements.txt`": (listed, [("requirements.txt", "garden", GARDEN)]),
    "`uv.lock`": (in_toml("uv.lock"), [("uv.lock", "garden", GARDEN)]),
    "`poetry.lock`": (in_toml("poetry.lock"), [("poetry.lock", "garden", GARDEN)]),
    "`Cargo.lock`": (in_toml("Cargo.lock"), [("Cargo.lock", "garden", GARDEN)]),
    "`go.sum`": (listed, [("go.sum", "github.com/anna/garden", GARDEN)]),
    "`package-lock.json`: a repository": (
        in_npm,
        [("package-lock.json", "garden", GARDEN)],
    ),
    "`package-lock.json`: its funding": (
        in_npm,
        [("package-lock.json", "garden", "https://github.com/anna")],
    ),
}


def test_every_row_is_tried() -> None:
    assert [*ROWS] == [*READ]


@pytest.mark.parametrize("what", READ)
def test_an_example_is_read(what: str, settings: Settings) -> None:
    settings.SITE_HOST = "flattr.example"
    read, expected = READ[what]

    assert read(ROWS[what]) == expected


def test_every_way_to_find_somebody_has_a_row() -> None:
    kinds = {
        kind for _read, expected in READ.values() for kind, _name, _url in expected
    }

    assert kinds >= {*Kind}
