"""What other people's pages load: small, cached, and without knowing anybody."""

from __future__ import annotations

import gzip
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from tests.world.people import thing_of

PUBLIC = [
    "/button.js",
    "/button/count?url=https%3A%2F%2Fbob.example%2F",
    "/button/flattr-badge-large.png",
    "/button/flattr-badge-small.png",
    "/button/flattr-badge.svg",
]


def count_url(*addresses: str) -> str:
    return f"/button/count?{urlencode([('url', address) for address in addresses])}"


def test_the_count_is_public(client: Client, alice: User, bob: User) -> None:
    song, film = thing_of(bob, "song"), thing_of(bob, "film", proved=False)
    flattr_thing(alice, song)
    flattr_thing(alice, film)

    answer = client.get(
        count_url(song.url, film.url, "https://new.example", "javascript:x")
    )

    assert answer.json() == {song.url: 1, film.url: 1, "https://new.example": 0}
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_all_counts_of_a_page_are_one_query(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    addresses = [thing_of(bob, f"song-{number}").url for number in range(50)]

    with django_assert_num_queries(1) as asked:
        assert len(client.get(count_url(*addresses)).json()) == 50

    assert "count(" not in asked.captured_queries[0]["sql"].lower()
    assert client.get(count_url(*addresses, "https://a.example/")).status_code == 400


def test_a_count_that_is_the_same_is_not_sent_again(
    client: Client, alice: User, bob: User
) -> None:
    song = thing_of(bob, "song")
    first = client.get(count_url(song.url))
    known = {"If-None-Match": first.headers["ETag"]}

    again = client.get(count_url(song.url), headers=known)
    assert (again.status_code, again.content) == (304, b"")

    flattr_thing(alice, song)
    assert client.get(count_url(song.url), headers=known).json() == {song.url: 1}


def test_a_count_that_everybody_asks_for_is_asked_once_a_second(
    client: Client,
    alice: User,
    bob: User,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """But who has just clicked sees it: `fetch` says `max-age=0` for that."""
    settings.KEPT_SECONDS = 3600.0
    song = thing_of(bob, "song-of-the-year")
    address, frame = count_url(song.url), f"/view/?{urlencode({'url': song.url})}"
    for asked in (address, frame):
        client.get(asked)
    flattr_thing(alice, song)

    with django_assert_num_queries(0):
        kept, framed = client.get(address), client.get(frame)
    fresh = client.get(address, headers={"Cache-Control": "max-age=0"})

    assert (kept.json(), fresh.json()) == ({song.url: 0}, {song.url: 1})
    assert "<b>0</b>" in framed.content.decode()
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert client.get(address).json() == {song.url: 1}
    assert kept.headers["Content-Type"] == "application/json"
    assert kept.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("address", PUBLIC)
def test_nobody_is_known_there(
    address: str, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The scripts and counts read no cookie and are the same for all (T27)."""
    client = Client(headers={"Cookie": "s=broken; csrf=broken"})

    with django_assert_num_queries(1 if "count" in address else 0):
        answer = client.get(address)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert answer.headers["ETag"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.post(address).status_code == 405


def test_the_script_is_small(client: Client) -> None:
    zipped = client.get("/button.js", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/button.js")

    assert len(zipped.content) <= 1_200
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["ETag"] != plain.headers["ETag"]


def test_the_script_does_nothing_behind_the_page(client: Client) -> None:
    """button.js holds no eval, no cookie and no message listener (T29)."""
    script = client.get("/button.js").content.decode()

    for word in ["postMessage", "noopener", ".closed", "cookie", "innerHTML", "eval"]:
        assert word not in script


@pytest.mark.parametrize(("name", "size"), [("large", (93, 20)), ("small", (16, 16))])
def test_the_badges_have_their_old_sizes(
    client: Client, name: str, size: tuple[int, int]
) -> None:
    picture = client.get(f"/button/flattr-badge-{name}.png").content

    assert picture.startswith(b"\x89PNG")
    assert (
        int.from_bytes(picture[16:20], "big"),
        int.from_bytes(picture[20:24], "big"),
    ) == size


def test_there_is_nothing_else(client: Client, db: None) -> None:
    assert client.get("/button/flattr-badge-huge.png").status_code == 404
    assert client.get("/button.json").status_code == 404
