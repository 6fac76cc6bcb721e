"""What other sites and search engines learn of each page: of a public one what it is,
its one address and a card; of any other that it is not for them."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from PIL import Image

from tests.world.demo import Visit
from tests.world.pages import PAGES

# Pages of the list that strangers may find and pass on.
PUBLIC = (
    *("/", "/how-it-works", "/fees", "/terms", "/privacy", "/contact", "/imprint"),
    *("/discover", "/discover/creators", "/thing/{thing}", "/profile/anna"),
    *("/@anna", "/@mila", "/closes", "/closes/{closed}", "/anywhere"),
    *("/developers/api/", "/privacy/record", "/help", "/help/why-is-my-money-held"),
    *("/status", "/numbers", "/accessibility"),
    "/help/how-does-my-statement-add-up",
)
# Who has made nothing, and what somebody searched for, can be passed on all the same.
NOT_INDEXED = re.compile(r"^/@mila$|[?&]q=")
# Pages with a head of their own, which stand inside of other people's.
FRAMES = ("/view/",)


class Head(HTMLParser):
    """The metas and links of a page, by name, property or rel."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = defaultdict(list)
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = facts.get("name") or facts.get("property", "")
            self.found[name].append(facts.get("content", ""))
        if tag == "link":
            self.found[facts["rel"]].append(facts["href"])

    def one(self, name: str) -> str:
        [value] = self.found[name]
        return value


def test_public_pages_say_what_they_are(visits: list[Visit]) -> None:
    public = {path: visit for visit, path in named(visits) if is_public(path)}
    assert {plain(path) for path in public} == set(PUBLIC)
    for path, visit in public.items():
        head = Head(visit.get())
        here = head.one("canonical")

        assert here.startswith(f"{settings.SITE_URL}/"), path
        assert not urlsplit(here).query, path
        assert head.one("og:url") == here
        assert head.one("og:description") == head.one("description")
        assert 10 < len(head.one("description")) <= 160, path
        assert head.one("og:title")
        assert head.one("og:image:alt")
        assert head.one("og:site_name") == settings.OPERATOR_NAME
        assert head.one("og:locale") == "en_GB"
        assert head.one("og:type") == kind(path)
        assert head.one("twitter:card") == "summary_large_image"
        assert len(head.found["theme-color"]) == 2
        assert bool(head.found["robots"]) == bool(NOT_INDEXED.search(path)), path


def test_public_pages_have_a_card(visits: list[Visit]) -> None:
    for visit, path in named(visits):
        if not is_public(path):
            continue
        head = Head(visit.get())
        image = head.one("og:image")
        assert image.startswith(f"{settings.SITE_URL}/card/"), path

        card = Client().get(image.removeprefix(settings.SITE_URL))

        assert (card.status_code, card["Content-Type"]) == (200, "image/png"), path
        size = Image.open(BytesIO(card.content)).size
        assert size == (1200, 630)
        assert size == (
            int(head.one("og:image:width")),
            int(head.one("og:image:height")),
        )


def test_a_page_has_one_address_however_it_was_reached(
    visitors: dict[str, Client],
) -> None:
    for path in ("/discover?after=3-4&utm_source=x", "/@ANNA?after=5", "/?x=1"):
        head = Head(visitors[""].get(path))
        here = plain(path).replace("ANNA", "anna")
        assert head.one("canonical") == settings.SITE_URL + here


def test_other_pages_ask_to_be_left_out(visits: list[Visit]) -> None:
    wrong = []
    for visit, path in named(visits):
        if is_public(path) or path.startswith((*FRAMES, "/admin/")):
            continue
        head = Head(visit.get())
        shows = [name for name in head.found if name.startswith(("og:", "twitter:"))]
        if head.found["robots"] != ["noindex"] or shows or head.found["canonical"]:
            wrong.append(f"{visit}: {head.found['robots']} {shows}")

    assert "\n".join(wrong) == ""


def named(visits: list[Visit]) -> list[tuple[Visit, str]]:
    """Each visit with its path as the list writes it."""
    paths = [path for paths in PAGES.values() for path in paths]
    return list(zip(visits, paths, strict=True))


def plain(path: str) -> str:
    return path.partition("?")[0]


def is_public(path: str) -> bool:
    return plain(path) in PUBLIC


def kind(path: str) -> str:
    kinds = {
        "/thing/": "article",
        "/help/": "article",
        "/profile/": "profile",
        "/@": "profile",
    }
    return next((kinds[start] for start in kinds if path.startswith(start)), "website")
