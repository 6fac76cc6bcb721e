"""The demo blog wears all that creators publish, so that whoever tries the platform on
one machine can paste its addresses and see each of them found."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from accounts.models import User
from buttons.anywhere import gathering
from buttons.anywhere.found_there import Found
from buttons.models import Seen
from buttons.reading.fetching import fetch
from buttons.signals.kinds import Kind, Signal
from local import blog
from local.posts import NEIGHBOURS
from tests.world import people

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


class Neighbourhood(NamedTuple):
    here: str
    people: dict[str, User]

    def found(self, path: str) -> Found:
        return gathering.gather(f"{self.here}{path}")

    def who(self, path: str) -> tuple[str, str]:
        """Whom the check after a click would find there, and by what."""
        found = self.found(path)
        assert found.person is not None, found
        return found.person.username, found.kind


@pytest.fixture
def hedgerow(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Neighbourhood]:
    """The blog is served, and those who write there are here."""
    monkeypatch.delenv("FLATTR_DEMO_BLOG_URL", raising=False)
    server = blog.serve(0, SITE)
    here = f"http://localhost:{server.server_port}"
    settings.PROOF_HOSTS = [urlsplit(here).netloc]
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    facts = {
        name: {"public_id": one.public_id} if one.public_id else {}
        for name, one in NEIGHBOURS.items()
    }
    yield Neighbourhood(
        here, {name: people.person(name, **more) for name, more in facts.items()}
    )
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_post_says_whose_it_is(hedgerow: Neighbourhood) -> None:
    here = hedgerow.here
    found = hedgerow.found("/spring")

    assert hedgerow.who("/spring") == ("anna", "payment")
    assert found.title == "Spring notes"
    assert [(one.kind, one.name, one.here) for one in found.signals] == [
        (Kind.PAYMENT, "anna", "anna"),
        (Kind.FEDIVERSE, "@anna@garden.example", ""),
        (Kind.AUTHOR, "", ""),
        (Kind.BUTTON, "anna", "anna"),
        (Kind.FEED_AUTHOR, "Anna Bergström", ""),
    ]
    assert found.signals[1].address == "https://garden.example/@anna"
    assert found.signals[2].address == found.signals[4].address == f"{here}/~anna"


def test_each_neighbour_is_found_by_something_else(hedgerow: Neighbourhood) -> None:
    assert {path: hedgerow.who(f"/~{path}") for path in NEIGHBOURS} == {
        "anna": ("anna", "meta"),
        "jun": ("jun", "payment"),
        "kit": ("kit", "me"),
        "radionacht": ("radionacht", "podcast"),
        "oelmuehle": ("oelmuehle", "manifest"),
    }


def test_a_podcast_says_who_is_heard_and_how_to_give(hedgerow: Neighbourhood) -> None:
    here = hedgerow.here
    assert hedgerow.found("/nacht.rss").signals == (
        Signal(Kind.FEED_AUTHOR, "Amira"),
        Signal(Kind.FEED_AUTHOR, "Radio Nacht"),
        Signal(Kind.PODCAST_FUNDING, "", f"{SITE}/@radionacht", here="radionacht"),
        Signal(Kind.PODCAST_PERSON, "Amira", f"{here}/~radionacht", "host"),
        Signal(Kind.PODCAST_PERSON, "Tomás", role="sound editor"),
        Signal(Kind.PODCAST_VALUE, "Amira", share=60),
        Signal(Kind.PODCAST_VALUE, "Radio Nacht", share=40),
    )
    heard = [one.name for one in hedgerow.found("/night-8").signals if one.role]
    assert heard == ["the man who counts", "Amira", "Tomás"]


@pytest.mark.parametrize("feed", ["/feed.atom", "/feed.rss", "/feed.json"])
def test_every_feed_names_its_authors(hedgerow: Neighbourhood, feed: str) -> None:
    found = hedgerow.found(feed)

    authors = {one.name for one in found.signals if one.kind == Kind.FEED_AUTHOR}
    assert authors == {one.name for one in NEIGHBOURS.values()}
    assert (found.seen, found.url) == (Seen.FEED, f"{hedgerow.here}/")


def test_a_repository_says_how_to_give(hedgerow: Neighbourhood) -> None:
    found = hedgerow.found("/kit/hedgerow")

    assert (found.seen, found.title) == (Seen.REPOSITORY, "kit/hedgerow")
    assert hedgerow.who("/kit/hedgerow") == ("kit", "funding")
    given = [one for one in found.signals if one.kind == Kind.FUNDING_YML]
    assert [(one.address, one.here) for one in given] == [
        ("https://ko-fi.com/kit-and-kaboodle", ""),
        (f"{SITE}/@kit", "kit"),
    ]
    package = [one for one in found.signals if one.kind == Kind.PACKAGE]
    assert [(one.name, one.here) for one in package] == [
        ("", "kit"),
        ("Kit", ""),
        ("Kaboodle", ""),
    ]


def test_a_film_says_how_to_give(hedgerow: Neighbourhood) -> None:
    found = hedgerow.found("/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d")

    assert [one for one in found.signals if one.kind == Kind.PEERTUBE] == [
        Signal(Kind.PEERTUBE, "Kit & Kaboodle", f"{SITE}/@kit", here="kit"),
        Signal(Kind.PEERTUBE, "Kit & Kaboodle", f"{hedgerow.here}/~kit"),
    ]


def test_the_blogroll_is_a_list(hedgerow: Neighbourhood) -> None:
    found = hedgerow.found("/blogroll.opml")

    assert (found.seen, found.title) == (Seen.LIST, "Who reads whom at Hedgerow")
    assert [entry.url for entry in found.entries] == [
        *(f"{hedgerow.here}/~{name}" for name in NEIGHBOURS),
        "https://haken.example/",
    ]


def test_the_blog_wears_them_all_and_its_readme_says_where(
    hedgerow: Neighbourhood,
) -> None:
    page = fetch(f"{hedgerow.here}/readme").text
    told = re.findall(r'<dt><a href="(.*?)"', page)
    worn = {one.kind for path in told for one in hedgerow.found(path).signals}

    assert len(told) == 10
    assert worn == {*Kind}
