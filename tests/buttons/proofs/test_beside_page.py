"""What stands beside a page proves it, if nobody else could have put it there: FUNDING.yml
and funding.json of a repository, funding.json of a host, podcast:funding of a feed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.conf import settings as conf

from accounts.models import User
from buttons.models import Outcome, Thing
from buttons.proofs import beside_page, looking
from buttons.proofs.settling import Finding
from buttons.reading.fetching import Page
from buttons.reading.not_fetched import Failed, Gone, NotFetched
from buttons.signals.repositories import FORGES
from buttons.things.addresses import host_of
from tests.buttons.proofs.published import (
    DECLARES,
    auto_submit,
    manifest,
    profile,
    rss,
    yml,
)
from tests.collisions import before_there_was_one_namespace
from tests.world.people import person

GARDEN = "https://github.com/anna/garden"
RAW = "https://raw.githubusercontent.com/anna/garden/HEAD/"
POST = "https://anna.example/blog/post"
MANIFEST = "https://anna.example/funding.json"
LIST = "https://anna.example/.well-known/funding-manifest-urls"
FEED = "https://anna.example/feed.xml"


@dataclass
class Web:
    """What stands where, as `fetching.fetch` would bring it, and what was asked for.
    An address may lead to another."""

    files: dict[str, str | NotFetched] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, _types: frozenset[str]) -> Page:
        self.asked.append(url)
        there = self.leads.get(url, url)
        held = self.files.get(there, Gone("There is no such page."))
        if isinstance(held, NotFetched):
            raise held
        return Page(there, held)

    def look(self, url: str, html: str = "<p>Hello", led: str = "") -> Finding:
        """Look at a page that was fetched at an address, and perhaps led on."""
        thing = Thing(url=url, host=host_of(url))
        return looking.check_read(thing, Page(led or url, html), self)


@pytest.fixture
def anna(db: None) -> User:
    return person("anna")


@pytest.fixture
def mallory(db: None) -> User:
    return person("mallory")


@pytest.fixture
def web(db: None) -> Web:
    return Web()


# --- FUNDING.yml


@pytest.mark.parametrize(
    "place", [".github/FUNDING.yml", "FUNDING.yml", "docs/FUNDING.yml"]
)
@pytest.mark.parametrize(
    "address", [profile("anna"), auto_submit("anna", GARDEN), profile("ANNA")]
)
def test_funding_yml_proves_its_repository(
    anna: User, web: Web, place: str, address: str
) -> None:
    web.files[RAW + place] = yml("https://ko-fi.com/anna", address)

    found = web.look(GARDEN)

    assert (found.person, found.kind) == (anna, "funding")
    assert found.reason == "Its FUNDING.yml names anna."
    assert found.about is None, "it is no button on the page"


def test_the_first_funding_yml_counts(anna: User, mallory: User, web: Web) -> None:
    web.files[f"{RAW}.github/FUNDING.yml"] = yml("https://ko-fi.com/anna")
    web.files[f"{RAW}docs/FUNDING.yml"] = yml(profile("mallory"))

    assert web.look(GARDEN).person is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (auto_submit("anna", f"{GARDEN}-b"), "It is for the address"),
        (f"{conf.SITE_URL}/submit/auto?user_id=anna", "It does not say which"),
        (profile("nobody-here"), "Nobody here has the name “nobody-here”."),
        ("https://flattr.example.evil.example/@anna", "it names nobody"),
        ("https://flattr.com/profile/anna", "it names nobody"),
        ("@anna", "it names nobody"),
    ],
)
def test_what_names_nobody_in_a_funding_yml(
    anna: User, web: Web, address: str, why: str
) -> None:
    web.files[f"{RAW}FUNDING.yml"] = yml(address)

    found = web.look(GARDEN)

    assert found.person is None
    assert why in found.reason


@pytest.mark.parametrize(
    "within",
    [
        *("/issues/1", "/pull/2", "/blob/HEAD/README.md", "/wiki", "/commit/0f0f0f"),
        *("/tree/main", "/discussions/3", "?tab=readme-ov-file", "#readme", "-b"),
    ],
)
def test_a_repository_does_not_speak_for_what_is_below_it(
    anna: User, web: Web, within: str
) -> None:
    """T18: issues, pull requests and commits of forks are by other people."""
    web.files[f"{RAW}FUNDING.yml"] = yml(profile("anna"))

    assert web.look(GARDEN + within).person is None


def test_a_fork_is_not_what_it_was_made_from(
    anna: User, mallory: User, web: Web
) -> None:
    """T18: Mallory's file says nothing of Anna's repository, nor a link for Anna's page
    anything of Mallory's."""
    forked = "https://raw.githubusercontent.com/mallory/garden/HEAD/FUNDING.yml"
    web.files[forked] = yml(profile("mallory"))
    assert web.look(GARDEN).person is None

    web.files[forked] = yml(auto_submit("anna", GARDEN))
    assert web.look("https://github.com/mallory/garden").person is None


def test_a_repository_that_has_moved_is_another_page(
    anna: User, mallory: User, web: Web
) -> None:
    """T18: who takes the name that Anna gave up is not paid for her page, nor she for
    theirs."""
    web.files[f"{RAW}FUNDING.yml"] = yml(profile("anna"))

    assert web.look(GARDEN, led="https://github.com/mallory/garden").person is None
    assert web.look(GARDEN, led="https://github.com/Anna/Garden/").person == anna


def test_a_file_that_is_led_to_is_the_repositorys_own(
    anna: User, mallory: User, web: Web
) -> None:
    here = f"{RAW}FUNDING.yml"
    for there in (
        "https://raw.githubusercontent.com/mallory/garden/HEAD/FUNDING.yml",
        "https://raw.githubusercontent.com/anna/garden-b/HEAD/FUNDING.yml",
        "https://evil.example/anna/garden/HEAD/FUNDING.yml",
    ):
        web.leads[here] = there
        web.files[there] = yml(profile("mallory"))
        assert web.look(GARDEN).person is None

    web.leads[here] = here.replace("HEAD", "main")
    web.files[web.leads[here]] = yml(profile("anna"))
    assert web.look(GARDEN).person == anna


def test_names_of_repositories_are_the_same_in_capitals(anna: User, web: Web) -> None:
    web.files["https://raw.githubusercontent.com/Anna/Garden/HEAD/FUNDING.yml"] = yml(
        profile("anna")
    )

    assert web.look("https://github.com/Anna/Garden").person == anna


def test_the_file_for_all_of_an_organisation_is_not_asked_for(
    anna: User, web: Web
) -> None:
    """Who may write there need not own what is beside it: the account's page says it."""
    everywhere = "https://raw.githubusercontent.com/anna/.github/HEAD/"
    for place in (".github/FUNDING.yml", "FUNDING.yml"):
        web.files[everywhere + place] = yml(profile("anna"))

    assert web.look(GARDEN).person is None
    assert not any("/.github/HEAD/" in address for address in web.asked)


def test_two_names_are_nobody_whatever_is_weaker(
    anna: User, mallory: User, web: Web
) -> None:
    web.files[f"{RAW}FUNDING.yml"] = yml(profile("anna"), profile("mallory"))
    web.files[f"{RAW}funding.json"] = manifest("anna", GARDEN)

    found = web.look(GARDEN)

    assert (found.person, found.outcome) == (None, Outcome.SEVERAL)
    assert found.reason == "Its FUNDING.yml names several people: anna, mallory."


def test_what_stands_on_the_page_is_stronger(
    anna: User, mallory: User, web: Web
) -> None:
    web.files[f"{RAW}FUNDING.yml"] = yml(profile("anna"))
    tag = '<meta name="flattr:id" content="{}">'

    assert web.look(GARDEN, tag.format(mallory.public_id)).person == mallory
    assert web.asked == [], "nothing else is asked for then"
    assert web.look(GARDEN, tag.format("none")).outcome == Outcome.REFUSED
    both = tag.format(anna.public_id) + tag.format(mallory.public_id)
    assert web.look(GARDEN, both).outcome == Outcome.SEVERAL
    assert web.asked == []


def test_the_account_is_stronger_than_the_repository(
    anna: User, mallory: User, web: Web
) -> None:
    me = '<a rel="me" href="{}">'.format
    web.files[f"{RAW}FUNDING.yml"] = yml(profile("mallory"))
    web.files["https://github.com/anna"] = mine = me(profile("anna"))
    assert web.look(GARDEN).kind == "account"

    web.files["https://github.com/anna"] = mine + me(profile("mallory"))
    found = web.look(GARDEN)
    assert found.reason.startswith("The page of the account names several people")

    web.files["https://github.com/anna"] = '<meta name="flattr:id" content="none">'
    assert web.look(GARDEN).person == mallory, "that is said of the account's page"

    web.files["https://github.com/anna"] = Failed("The host answers %(status)s.", 500)
    assert web.look(GARDEN).person == mallory
    del web.files[f"{RAW}FUNDING.yml"]
    assert web.look(GARDEN).unread == {"account"}


def test_a_page_that_leads_to_another_account_is_not_the_first_ones(
    anna: User, mallory: User, web: Web
) -> None:
    """T18: hosts take any name before the number of a post, and lead on to whose it is;
    or Mallory took the name that Anna gave up."""
    me = '<a rel="me" href="{}">'.format
    web.files["https://x.com/mallory"] = me(profile("mallory"))
    typed, post = "https://x.com/mallory/status/1", "https://x.com/anna/status/1"

    found = web.look(typed, led=post)

    assert (found.person, found.unread) == (None, frozenset())
    assert f"It leads on to {post}" in found.reason
    assert web.look(typed, led="https://x.com/Mallory/status/1?s=20").person == mallory
    walled = web.look(typed, led="https://x.com/login")
    assert (walled.person, walled.outcome) == (None, Outcome.LOGIN)
    assert walled.unread == {"account"}, "nobody knows whose page that is"


def test_a_string_that_is_a_name_and_an_id_names_nobody(own_database: str) -> None:
    """T18: Mallory had Anna's public id for a username before that was refused."""
    with before_there_was_one_namespace():
        anna, web = person("anna"), Web()
        web.files[f"{RAW}FUNDING.yml"] = yml(profile(anna.public_id))
        assert web.look(GARDEN).person == anna

        User.objects.filter(pk=person("mallory").pk).update(username=anna.public_id)
        assert web.look(GARDEN).person is None


# --- funding.json


def test_a_repositorys_own_funding_json_proves_it(anna: User, web: Web) -> None:
    web.files[f"{RAW}funding.json"] = manifest(
        "anna", "https://anna.example/", "https://github.com/Anna/Garden.git"
    )

    found = web.look(GARDEN)

    assert (found.person, found.kind) == (anna, "manifest")


def test_the_manifest_in_a_fork_lists_what_it_was_made_from(
    anna: User, web: Web
) -> None:
    forked = "https://raw.githubusercontent.com/mallory/garden/HEAD/funding.json"
    web.files[forked] = manifest("anna", GARDEN, "https://github.com/")

    found = web.look("https://github.com/mallory/garden")

    assert found.person is None
    assert "“anna”, which does not count. It does not list this page." in found.reason


@pytest.mark.parametrize(
    "listed",
    [
        *(POST, "https://anna.example/", "https://anna.example/blog"),
        *("https://anna.example/blog/", "http://anna.example/blog/"),
    ],
)
@pytest.mark.parametrize("where", ["root", "list"])
def test_funding_json_of_a_host_proves_what_it_lists(
    anna: User, web: Web, listed: str, where: str
) -> None:
    there = MANIFEST
    if where == "list":
        there = "https://anna.example/about/money.json"
        web.files[LIST] = f"https://elsewhere.example/funding.json\n{there}\n"
    web.files[there] = manifest("anna", "https://other.example/", listed)

    found = web.look(POST)

    assert (found.person, found.kind) == (anna, "manifest")
    assert found.reason == "Its funding.json names anna."


@pytest.mark.parametrize(
    "listed",
    [
        *("https://anna.example/blo", "https://anna.example/blog/pos"),
        *("https://anna.example/blog/post/more", "https://anna.example/?blog/post"),
        *("https://other.example/", "https://anna.example.evil.example/"),
        "https://anna.example/Blog/",
    ],
)
def test_what_funding_json_does_not_list_is_not_proved(
    anna: User, web: Web, listed: str
) -> None:
    """T18: /anna is not /anna-b."""
    web.files[MANIFEST] = manifest("anna", listed)

    found = web.look(POST)

    assert found.person is None
    assert "It does not list this page." in found.reason


def test_a_manifest_cannot_claim_anothers_page(
    anna: User, mallory: User, web: Web
) -> None:
    """T18: what stands on Mallory's host, or where Anna's leads on to, is not Anna's."""
    evil = "https://mallory.example/funding.json"
    web.files[evil] = manifest("mallory", "https://anna.example/")
    assert web.look(POST).person is None

    web.leads[MANIFEST] = evil
    assert web.look(POST).person is None

    web.leads[MANIFEST] = upload = "https://anna.example/uploads/mallory.json"
    web.files[upload] = manifest("mallory", "https://anna.example/")
    assert web.look(POST).person is None

    web.files[LIST] = evil
    assert web.look(POST).person is None
    assert evil not in web.asked


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://youtube.com/watch",
            "https://www.medium.com/@anna",
            "https://itch.io/a",
        ),
        *("https://mastodon.social/@anna/1", "https://github.io/anna"),
        *(f"https://{forge}/anna/garden/wiki" for forge in FORGES),
    ],
)
def test_a_shared_host_has_no_funding_json_and_no_feed(
    anna: User, mallory: User, web: Web, url: str
) -> None:
    root = url[: url.index("/", 8)]
    web.files[f"{root}/funding.json"] = manifest("mallory", url, f"{root}/")
    web.files[f"{root}/feed"] = rss(url, profile("mallory"))

    assert web.look(url, DECLARES.format(f"{root}/feed")).person is None
    assert not any("funding" in address or "feed" in address for address in web.asked)


@pytest.mark.parametrize(
    "broken", ["", "[]", "<html>", '{"version": "v9"}', "[" * 90_000]
)
def test_a_broken_manifest_is_said(anna: User, web: Web, broken: str) -> None:
    web.files[MANIFEST] = broken

    found = web.look(POST)

    assert found.person is None
    assert found.reason.endswith("Its funding.json could not be read.")
    assert found.sure


# --- podcast:funding


@pytest.mark.parametrize(
    "home", [POST, "https://anna.example/", "http://anna.example/blog"]
)
@pytest.mark.parametrize("address", [profile("anna"), auto_submit("anna", POST)])
def test_podcast_funding_of_the_pages_own_feed_proves_it(
    anna: User, web: Web, home: str, address: str
) -> None:
    web.files[FEED] = rss(home, "https://patreon.com/anna", address)

    found = web.look(POST, DECLARES.format("/feed.xml"))

    assert (found.person, found.kind) == (anna, "podcast")
    assert found.reason == "Its feed names anna, by podcast:funding."


@pytest.mark.parametrize(
    "home",
    [
        *("https://mallory.example/", "https://anna.example/blo", ""),
        *("https://anna.example/blog/post/more", "https://www.anna.example/"),
    ],
)
def test_a_feed_of_another_page_proves_nothing(anna: User, web: Web, home: str) -> None:
    """T18: a magazine declares Carol's talks on all its pages; they are hers below their
    own home alone."""
    web.files[FEED] = rss(home, profile("anna"))

    found = web.look(POST, DECLARES.format(FEED))

    assert found.person is None
    assert "The feed says that it belongs to another page." in found.reason


def test_a_feed_elsewhere_is_not_asked_for(anna: User, mallory: User, web: Web) -> None:
    """T18: a directory declares the feeds of those whom it lists, and each of them may
    say that it belongs to the directory."""
    there = "https://mallory.example/feed.xml"
    web.files[there] = rss("https://anna.example/", profile("mallory"))
    assert web.look(POST, DECLARES.format(there)).person is None
    assert there not in web.asked

    web.leads[FEED] = there
    assert web.look(POST, DECLARES.format(FEED)).person is None


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + FEED,
        DECLARES.format(FEED).replace("alternate", "stylesheet"),
        f"<template>{DECLARES.format(FEED)}</template>",
        f"<!-- {DECLARES.format(FEED)} -->",
        f'<a rel="alternate" type="application/rss+xml" href="{FEED}">',
    ],
)
def test_only_the_feed_that_the_page_declares_counts(
    anna: User, web: Web, html: str
) -> None:
    web.files[FEED] = rss(POST, profile("anna"))

    assert web.look(POST, html).person is None
    assert FEED not in web.asked


def test_what_an_entry_says_is_not_said_by_the_channel(
    anna: User, mallory: User, web: Web
) -> None:
    item = f'<podcast:funding url="{profile("mallory")}">x</podcast:funding>'
    web.files[FEED] = rss(POST, item=item)
    assert web.look(POST, DECLARES.format(FEED)).person is None


def test_two_feeds_that_name_two_people_name_nobody(
    anna: User, mallory: User, web: Web
) -> None:
    other = "https://anna.example/comments.xml"
    web.files |= {
        FEED: rss(POST, profile("anna")),
        other: rss(POST, profile("mallory")),
    }

    found = web.look(POST, DECLARES.format(FEED) + DECLARES.format(other))

    assert found.outcome == Outcome.SEVERAL


# --- How much is asked for, and what is known when it fails


def test_a_look_asks_for_six_files_at_most(anna: User, web: Web) -> None:
    web.look(GARDEN)
    assert web.asked == [
        "https://github.com/anna",
        f"{RAW}.github/FUNDING.yml",
        f"{RAW}FUNDING.yml",
        f"{RAW}docs/FUNDING.yml",
        f"{RAW}funding.json",
    ]

    web.asked.clear()
    feeds = [f"https://anna.example/{number}.xml" for number in range(5)]
    found = web.look(POST, "".join(map(DECLARES.format, feeds)))
    assert found.unread == frozenset()
    assert web.asked == [LIST, MANIFEST, *feeds[:2]]


def test_a_slow_host_is_asked_for_no_more_after_a_while(
    anna: User, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside_page, "SECONDS", 0.0)
    web.files[MANIFEST] = manifest("anna", POST)

    found = web.look(POST, DECLARES.format(FEED))

    assert web.asked == []
    assert found.unread == {"manifest", "podcast"}


@pytest.mark.parametrize(
    ("url", "html", "file", "kind"),
    [
        (GARDEN, "", f"{RAW}FUNDING.yml", "funding"),
        (GARDEN, "", f"{RAW}funding.json", "manifest"),
        (POST, "", MANIFEST, "manifest"),
        (POST, "", LIST, "manifest"),
        (POST, DECLARES.format(FEED), FEED, "podcast"),
    ],
)
def test_of_a_file_that_fails_nothing_is_known(
    web: Web, url: str, html: str, file: str, kind: str
) -> None:
    web.files[file] = Failed("The host answers %(status)s.", 503)

    found = web.look(url, html)

    assert found.unread == {kind}
    assert found.sure
    web.files[file] = Gone("There is no such page.")
    assert web.look(url, html).unread == frozenset()
