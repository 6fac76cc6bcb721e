"""What reading one address finds: the page, and what its host has beside it."""

from __future__ import annotations

import json

import pytest

from accounts.models import User
from buttons.anywhere import gathering
from buttons.anywhere.asking_hosts import ANY, MOST_REQUESTS, Asking
from buttons.anywhere.found_there import Found
from buttons.models import Seen
from buttons.reading.not_fetched import NotFetched
from buttons.signals.kinds import Kind
from tests.buttons.anywhere.lists import button, opml, rss
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Answer, Host

RSS = "application/rss+xml"
PERSON = '<podcast:person role="host">Jun Park</podcast:person>'


def named(found: Found) -> list[tuple[Kind, str]]:
    return [(signal.kind, signal.name) for signal in found.signals]


@pytest.mark.django_db
def test_a_podcast_of_many_years_is_read_as_far_as_it_goes(host: Host) -> None:
    """The host sends more than the megabyte that we take."""
    url = host.shows(
        "/post", '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    )
    feed = rss("Tides", host.url("/"), PERSON + "<item></item>" * 100_000)
    host.pages["/feed.xml"] = Answer(feed.encode(), RSS)

    assert named(gathering.gather(url)) == [(Kind.PODCAST_PERSON, "Jun Park")]


def test_a_page_its_feed_and_the_manifest_of_its_host(bob: User, host: Host) -> None:
    url = host.shows(
        "/post",
        "<title>Low water</title>"
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        f'<link rel="me" href="https://social.example/@jun">{button("bob", host.url("/post"))}',
    )
    host.pages["/feed.xml"] = Answer(rss("Tides", host.url("/"), PERSON).encode(), RSS)
    manifest = {
        "version": "v1.1.0",
        "entity": {
            "type": "individual", "role": "owner", "name": "Jun Park",
            "webpageUrl": {"url": host.url("/")},
        },
        "projects": [], "funding": {"channels": [], "plans": []},
    }  # fmt: skip
    host.pages["/funding.json"] = Answer(
        json.dumps(manifest).encode(), "application/json"
    )

    found = gathering.gather(url)

    assert (found.seen, found.url, found.title) == (Seen.PAGE, url, "Low water")
    assert (found.person, found.kind) == (bob, "button")
    assert found.reason == "The page names bob."
    assert named(found)[1:] == [
        (Kind.BUTTON, "bob"),
        (Kind.PODCAST_PERSON, "Jun Park"),
        (Kind.FUNDING_JSON, "Jun Park"),
    ]
    assert found.signals[0].address == "https://social.example/@jun"


def test_a_manifest_about_other_pages_says_nothing(db: None, host: Host) -> None:
    url = host.shows("/post", "<title>Low water</title>")
    entity = {"name": "Jun", "webpageUrl": {"url": host.url("/postcards")}}
    manifest = {"version": "v1.0.0", "entity": entity, "funding": {}}
    host.pages["/funding.json"] = Answer(
        json.dumps(manifest).encode(), "application/json"
    )

    assert gathering.gather(url).signals == ()


def test_a_feed_stands_for_the_page_that_it_belongs_to(bob: User, host: Host) -> None:
    home = host.shows("/", f'<meta name="flattr:id" content="{bob.public_id}">')
    host.pages["/feed"] = Answer(rss("Tides", home, PERSON).encode(), RSS)

    found = gathering.gather(host.url("/feed"))

    assert (found.seen, found.url, found.title) == (Seen.FEED, home, "Tides")
    assert (found.person, found.kind) == (bob, "meta")
    assert (Kind.PODCAST_PERSON, "Jun Park") in named(found)


def test_a_feed_without_a_page_stands_for_itself(db: None, host: Host) -> None:
    host.pages["/feed"] = Answer(rss("Tides", "", PERSON).encode(), "text/xml")

    found = gathering.gather(host.url("/feed"))

    assert (found.seen, found.url) == (Seen.FEED, host.url("/feed"))
    assert named(found) == [(Kind.PODCAST_PERSON, "Jun Park")]


def test_a_link_into_a_repository_stands_for_all_of_it(db: None, host: Host) -> None:
    host.shows("/jun/tides", "<title>jun/tides: when it comes</title>")
    host.pages["/jun/tides/raw/HEAD/FUNDING.yml"] = Answer(
        b"ko_fi: junpark\n", "text/plain"
    )
    host.pages["/jun/tides/raw/HEAD/package.json"] = Answer(
        b'{"funding": "https://junpark.example/give"}', "text/plain"
    )

    found = gathering.gather(host.url("/jun/tides/blob/main/README.md"))

    assert (found.seen, found.url) == (Seen.REPOSITORY, host.url("/jun/tides"))
    assert found.title == "jun/tides"
    assert named(found) == [(Kind.FUNDING_YML, "junpark"), (Kind.PACKAGE, "")]
    assert found.signals[1].address == "https://junpark.example/give"


def test_a_video_on_peertube(db: None, host: Host) -> None:
    url = host.shows("/w/abc", '<meta property="og:platform" content="PeerTube">')
    video = {
        "uuid": "abc",
        "support": "Thanks: https://junpark.example/give",
        "channel": {"displayName": "Jun Park"},
    }
    host.pages["/api/v1/videos/abc"] = Answer(
        json.dumps(video).encode(), "application/json"
    )

    assert named(gathering.gather(url)) == [(Kind.PEERTUBE, "Jun Park")]


def test_a_list_at_an_address(db: None, host: Host) -> None:
    text = opml([("Tides", "https://tides.example/feed")])
    host.pages["/my.opml"] = Answer(text.encode(), "text/x-opml")

    found = gathering.gather(host.url("/my.opml"))

    assert (found.seen, found.title) == (Seen.LIST, "What I follow")
    assert [entry.url for entry in found.entries] == ["https://tides.example/feed"]


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (Answer(status=404), Seen.GONE),
        (Answer(status=403), Seen.LOGIN),
        (Answer(status=503), Seen.UNREACHED),
        (Answer(b"%PDF", "application/pdf"), Seen.NO_PAGE),
        (Answer(b"Dear diary", "text/plain"), Seen.NO_PAGE),
        (Answer(b"<rss", "application/rss+xml"), Seen.NO_PAGE),
        (Answer(status=302, headers={"Location": "/login"}), Seen.LOGIN),
    ],
)
def test_what_cannot_be_read(db: None, host: Host, answer: Answer, seen: Seen) -> None:
    host.pages["/post"] = answer
    host.shows("/login", "<form>Who are you?")

    found = gathering.gather(host.url("/post"))

    assert (found.seen, found.url) == (seen, host.url("/post"))


def test_a_host_that_is_not_public_is_not_asked(db: None) -> None:
    """T30: nobody is led by us to what is behind our own door."""
    for address in ("http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/"):
        assert gathering.gather(address).seen == Seen.UNREACHED


def test_an_author_who_wants_nothing(db: None, host: Host) -> None:
    url = host.shows("/post", '<meta name="flattr:id" content="none">')

    assert gathering.gather(url).seen == Seen.REFUSED


def test_a_page_that_moved_is_where_it_is_now(
    bob: User, host: Host, settings: object
) -> None:
    with pages.host() as other:
        settings.PROOF_HOSTS = [host.name, other.name]  # type: ignore[attr-defined]
        there = other.shows("/post", button("bob", other.url("/post")))
        host.pages["/post"] = Answer(status=301, headers={"Location": there})

        found = gathering.gather(host.url("/post"))

    assert (found.url, found.person) == (there, bob)


def test_somebodys_own_profile_needs_no_request(bob: User, settings: object) -> None:
    found = gathering.gather(f"{settings.SITE_URL}/@bob")  # type: ignore[attr-defined]

    assert (found.person, found.title) == (bob, "bob")
    assert found.url.endswith("/profile/bob")


def test_a_repository_that_has_nothing_is_asked_for_a_few_files(
    db: None, host: Host
) -> None:
    """Each once, although the check of whose it is reads some of them too."""
    host.shows("/jun/tides", "<title>x</title>")

    gathering.gather(host.url("/jun/tides"))

    asked = [path.removeprefix("/jun/tides/raw/HEAD/") for path, _ in host.asked]
    assert asked[1:4] == [".github/FUNDING.yml", "FUNDING.yml", "docs/FUNDING.yml"]
    assert len(asked) == len(set(asked)) <= MOST_REQUESTS


def test_one_address_takes_only_so_many_requests_and_so_long(host: Host) -> None:
    asking = Asking(left=2)
    asking.find(host.url("/a"), ANY)
    asking.find(host.url("/a"), ANY)
    asking.find(host.url("/b"), ANY)
    for late in (asking, Asking(ends=0)):
        with pytest.raises(NotFetched, match="often enough"):
            late.fetch(host.url("/c"))

    assert [path for path, _ in host.asked] == ["/a", "/b"]
