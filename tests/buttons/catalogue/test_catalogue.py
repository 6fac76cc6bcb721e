"""What there is to flattr, and the pages of things and people."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Thing
from buttons.things.listing import PAGE_LENGTH
from flattr.database import clock
from tests.hostility import one_in
from tests.questions import Questions
from tests.world.people import execute, open_budget, person, thing_of

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    '" autofocus onfocus=alert(1) x="',
    "<a href=javascript:alert(1)>x</a>",
    "<!--<script>alert(1)//-->",
    "]]><script>alert(1)</script>",
    "\u2028<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>@import 'https://evil.example'</style>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<form action=https://evil.example><button>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "`${alert(1)}`",
    "[x](javascript:alert(1))",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/src=//evil.example/x.js>",
    "<script\t>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<img src='x' onerror='alert(1)'>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<link rel=stylesheet href=https://evil.example>",
    "<a href='\tjava\nscript:alert(1)'>x</a>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><use href=data:image/svg+xml,x>",
    "' onmouseover='alert(1)",
    "=cmd|' /C calc'!A0",
]


def titles(answer: object) -> list[str]:
    text = answer.content.decode()  # type: ignore[attr-defined]
    return re.findall(r'<h2><a href="/thing/\d+"><bdi>([^<]+)', text)


def test_the_most_flattred_come_first(
    client: Client, alice: User, bob: User, carol: User
) -> None:
    song, film = thing_of(bob, "song"), thing_of(carol, "film")
    thing_of(bob, "poem")
    open_budget(bob)
    flattr_thing(alice, film)
    flattr_thing(bob, film)
    flattr_thing(alice, song)

    assert titles(client.get("/discover")) == ["Film", "Song", "Poem"]
    assert titles(client.get("/discover?sort=new")) == ["Poem", "Film", "Song"]


def test_search_finds_words_tags_and_sites(client: Client, bob: User) -> None:
    garden = thing_of(bob, "a-year-in-the-garden")
    Thing.objects.filter(pk=garden.pk).update(
        description="Beans, mostly.", tags=["compost", "Upland"]
    )
    thing_of(bob, "sea")

    for words in ["garden", "GARDEN year", "beans", "compost", '"in the garden"']:
        assert titles(client.get("/discover", {"q": words})) == ["A year in the garden"]
    assert len(titles(client.get("/discover?q=creators.example"))) == 2
    assert titles(client.get("/discover", {"q": "garden -beans"})) == []
    assert "Nothing found" in client.get("/discover?q=xyz").content.decode()
    assert 'class="person"' in client.get("/discover?q=BOB").content.decode()


@pytest.mark.parametrize("words", ["\0", "'", "((", "a" * 5000, "&|!", "\\", '"'])
def test_search_takes_anything(client: Client, bob: User, words: str) -> None:
    assert client.get("/discover", {"q": words}).status_code == 200


def test_search_uses_its_index(db: None) -> None:
    execute("SET LOCAL enable_seqscan = off")
    query = Thing.objects.named("garden").values("pk")

    assert "found_thing_words" in query.explain()


def test_hidden_and_suspended_things_are_not_listed(
    client: Client, bob: User, carol: User
) -> None:
    hidden, suspended = thing_of(bob, "hidden"), thing_of(bob, "suspended")
    Thing.objects.filter(pk=hidden.pk).update(hidden=True)
    Thing.objects.filter(pk=suspended.pk).update(suspended_at=clock.now())
    thing_of(carol, "film")
    thing_of(None, "poem", proved=False)
    User.objects.filter(pk=carol.pk).update(suspended_at=clock.now())

    assert titles(client.get("/discover")) == ["Poem"]
    assert titles(client.get("/profile/bob")) == []
    profile = client.get("/profile/carol").content.decode()
    assert "suspended this person" in profile


def test_every_thing_is_on_exactly_one_page(client: Client, bob: User) -> None:
    """Odd page numbers are cut to pages that exist, and no thing is lost (T41)."""
    for number in range(PAGE_LENGTH + 3):
        thing_of(bob, f"song-{number:02d}")

    for address in ["/discover?x=1", "/discover?sort=new", "/profile/bob?x=1"]:
        first = client.get(address)
        after = re.search(
            r'rel="next" href="\?[^"]*after=([\d-]+)', first.content.decode()
        )
        assert after
        second = client.get(f"{address}&after={after[1]}")
        assert len(titles(first)) == PAGE_LENGTH
        assert len(set(titles(first) + titles(second))) == PAGE_LENGTH + 3
    for odd in ["x", "-1", "9" * 99, "1-2-3", "²"]:
        assert client.get("/discover", {"after": odd}).status_code == 200


@pytest.mark.parametrize(
    ("address", "most"),
    [("/discover", 4), ("/discover?q=song", 10), ("/profile/bob", 8)],
)
def test_a_list_asks_the_same_whatever_its_length(
    client: Client, bob: User, address: str, most: int
) -> None:
    thing_of(bob, "song")

    def questions() -> int:
        with Questions() as asked:
            client.get(address)
        return asked.count

    before = questions()
    for number in range(20):
        thing_of(person(f"creator{number}"), f"song-{number}")
        thing_of(bob, f"another-{number}")

    assert questions() == before <= most


def test_the_page_of_a_thing(
    client: Client,
    alice: User,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(
        flattrs_before=26, sample="sample data of 2013"
    )
    flattr_thing(alice, song)

    with django_assert_num_queries(2):
        text = client.get(f"/thing/{song.pk}").content.decode()
    assert "and 26 before this platform" in text
    assert "sample data of 2013" in text
    assert "Proved by the operator" in text
    assert "/submit/auto?user_id=bob&amp;url=" in text
    assert client.get(f"/thing/{song.pk}/any-slug").status_code == 200
    assert client.get("/thing/999999999999999999999").status_code == 404

    client.force_login(alice)
    assert "Undo" in client.get(f"/thing/{song.pk}").content.decode()
    client.force_login(bob)
    assert "This is yours" in client.get(f"/thing/{song.pk}").content.decode()


def test_a_suspended_thing_says_so_and_has_no_button(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(suspended_at=clock.now())

    text = client.get(f"/thing/{song.pk}").content.decode()

    assert "has suspended it" in text
    assert "/submit/auto" not in text


def test_a_profile_is_found_whatever_the_case(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(about="Songs.", city="Malmö")

    text = client.get("/profile/BOB").content.decode()

    assert "Songs." in text
    assert "Malmö" in text
    assert "bob@people.example" not in text
    assert client.get("/profile/nobody").status_code == 404


@pytest.mark.parametrize("payload", one_in(4, PAYLOADS))
def test_what_people_write_stays_text(
    client: Client, alice: User, bob: User, payload: str
) -> None:
    """Titles, names and descriptions are escaped in the catalogue (T25)."""
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(
        title=payload[:100], description=payload, tags=[payload[:60]], sample=payload
    )
    User.objects.filter(pk=bob.pk).update(
        first_name=payload[:150], about=payload, city=payload[:100]
    )
    flattr_thing(alice, song)
    client.force_login(alice)
    new = {"url": "https://new.example/", "title": payload, "user_id": payload}

    answers = [
        client.get("/discover"),
        client.get("/discover", {"q": payload, "category": payload, "sort": payload}),
        client.get("/profile/bob"),
        client.get(f"/thing/{song.pk}"),
        client.get(f"/flattr/done/{song.pk}"),
        client.get("/submit/auto", {"url": song.url}),
        client.get("/submit/auto", new),
        client.get("/submit/auto", {"url": payload}),
        client.get("/button", {"url": "https://new.example/", "title": payload}),
        client.get("/button", {"url": payload, "tags": payload}),
    ]

    for answer in answers:
        Suspicion().feed(answer.content.decode())


class Suspicion(HTMLParser):
    """Fails at the first tag that is not ours, as a browser would read it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        assert tag not in {"iframe", "style", "math", "base", "object", "mi"}, tag
        assert not any(name.startswith("on") for name in facts), facts
        assert tag != "meta" or "http-equiv" not in facts, facts
        ours = facts.get("aria-hidden") == "true" or facts.get("class") == "proved"
        assert tag != "svg" or ours, facts
        if tag in {"script", "img", "form"}:
            source = facts.get("src") or facts.get("action") or "/"
            assert re.match(r"/(?!/)", source), facts
            assert tag != "script" or "src" in facts, facts
        if "href" in facts:
            assert re.match(r"/(?!/)|https?://|[?#]|$", facts["href"]), facts
            assert "evil" not in facts["href"].partition("?")[0], facts
