"""load.js and the frames: what old embeds of the first Flattr's get from us."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.embed import scripts
from buttons.models import Thing
from tests.world.people import thing_of

LOADERS = [
    "/button/load.js",
    "/js/0.5/load.js",
    "/js/0.5.0/load.js",
    "/js/0.6/load.js?mode=auto&uid=bob",
]
FRAMES = ["/view/", "/view", "/button/view/", "/button/view"]
PICTURES = {
    "/button/flattr-badge-large.png": (93, 20),
    "/button/flattr-badge-small.png": (16, 16),
    "/flattr-badge-large.png": (93, 20),
    "/flattr-badge-small.png": (16, 16),
    "/_img/icons/flattr_logo_16.png": (16, 16),
    "/button/button-static-50x60.png": (50, 60),
    "/button/button-compact-static-100x17.png": (100, 17),
}


def frame_of(thing: Thing, path: str = "/view/", **facts: str) -> str:
    return f"{path}?{urlencode({'url': thing.url, **facts})}"


@pytest.mark.parametrize("address", LOADERS)
def test_every_version_is_one_small_file(client: Client, address: str) -> None:
    zipped = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address)

    assert len(zipped.content) <= 2_500
    assert gzip.decompress(zipped.content) == plain.content
    assert plain.content == client.get(LOADERS[0]).content
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert plain.headers["Cache-Control"] == "public, max-age=86400"
    assert plain.headers["Access-Control-Allow-Origin"] == "*"
    assert not plain.cookies


@pytest.fixture
def https_site(settings: Settings) -> Iterator[None]:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    scripts.served_script.cache_clear()
    yield
    scripts.served_script.cache_clear()


@pytest.mark.parametrize("path", ["/js/0.6/load.js?https=0", "/button.js"])
def test_an_https_site_is_asked_by_https_whatever_the_tag_says(
    https_site: None, path: str
) -> None:
    script = Client().get(path, secure=True).content.decode()

    assert "const origin = `https://${" in script
    assert "http:" not in script


@pytest.mark.parametrize(
    "path", [*LOADERS, *FRAMES, *PICTURES, "/button.js", "/button/count?url=https://a/"]
)
def test_where_an_embed_is_led_on_its_page_may_follow(
    https_site: None, path: str
) -> None:
    led = Client().get(path)

    assert led.status_code == 301
    assert led.headers["Location"].startswith("https://")
    assert led.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_that_people_are_led_to_are_no_other_sites_to_read(
    https_site: None,
) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get("/month").headers


def test_it_does_nothing_behind_the_page(client: Client) -> None:
    """load.js loads no code, sets no cookie and listens to no window (T28, T29)."""
    script = client.get("/js/0.6/load.js").content.decode()

    for word in [
        *(
            "postMessage",
            "noopener",
            ".closed",
            "cookie",
            "innerHTML",
            "eval",
            "Storage",
        ),
        *(
            "document.write",
            "Function(",
            ".style",
            "setAttribute",
            "insertAdjacentHTML",
        ),
    ]:
        assert word not in script
    assert 'credentials: "omit"' in script


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_shows_the_count_and_leads_to_the_confirm_page(
    client: Client, alice: User, bob: User, path: str
) -> None:
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    answer = client.get(frame_of(song, path, uid="bob", title="Song", e="1"))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "<b>1</b>" in page
    assert 'class="tall"' in page
    found = re.search(r'href="(http[^"]+)" target="_blank"', page)
    assert found
    assert found[1].startswith("http://127.0.0.1:8000/submit/auto?user_id=bob&amp;url=")
    asked = client.get(found[1].replace("&amp;", "&"))
    assert "by <strong><bdi>bob</bdi>" in asked.content.decode()


def test_a_frame_may_be_framed_and_reads_no_cookie(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The old frames' addresses may be framed because they know nobody (T22)."""
    song = thing_of(bob, "song")
    client = Client(headers={"Cookie": "s=broken; csrf=broken"})

    with django_assert_num_queries(1):
        answer = client.get(frame_of(song))

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert "<script" not in answer.content.decode()
    assert "<form" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(
        frame_of(song), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.post(frame_of(song)).status_code == 405


def test_a_frame_says_what_old_parameters_ask_for(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    said = client.get(
        frame_of(
            song,
            fid=bob.public_id,
            button="compact",
            popout="0",
            title='"><script>alert(1)</script>',
            tags="a,b",
            hidden="1",
            category="audio",
            language="de_DE",
        )
    ).content.decode()

    assert 'class="compact"' in said
    assert " title=" not in said.partition("<body>")[2]
    assert "<script" not in said
    for pair in ["language=de_DE", "tags=a%2Cb", "category=audio", "hidden=1"]:
        assert pair in said


def test_a_frame_for_no_page_leads_home(client: Client, db: None) -> None:
    for query in ["", "?url=", "?url=javascript:alert(1)", "?uid=bob"]:
        answer = client.get(f"/view/{query}")

        assert answer.status_code == 400
        assert 'href="http://127.0.0.1:8000"' in answer.content.decode()


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_stand_where_they_stood(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.content.startswith(b"\x89PNG")
    width, height = answer.content[16:20], answer.content[20:24]
    size = (int.from_bytes(width, "big"), int.from_bytes(height, "big"))
    assert size == PICTURES[path]
    assert answer.headers["Cache-Control"] == "public, max-age=2592000"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_people_are_led_to_where_they_are_signed_in(
    client: Client, settings: Settings, bob: User
) -> None:
    """On further hosts of ours, buttons work; pages lead on to the one with cookies."""
    settings.ALLOWED_HOSTS = ["api.flattr.example", "127.0.0.1"]
    settings.OTHER_HOSTS = ["api.flattr.example"]
    there = {"host": "api.flattr.example"}

    asked = client.get(
        "/submit/auto?url=https%3A%2F%2Fa.example%2F&user_id=bob", headers=there
    )
    assert asked.status_code == 302
    assert asked.headers["Location"] == (
        "http://127.0.0.1:8000/submit/auto?url=https%3A%2F%2Fa.example%2F&user_id=bob"
    )
    asked = client.get("/oauth/authorize?client_id=x&state=a%20b", headers=there)
    assert asked.headers["Location"] == (
        "http://127.0.0.1:8000/oauth/authorize?client_id=x&state=a%20b"
    )
    # Programs ask for tokens wherever they are.
    assert client.post("/oauth/token", headers=there).status_code in {400, 401}
    assert client.get("/js/0.6/load.js", headers=there).status_code == 200
    assert client.get("/view/?url=https://a.example/", headers=there).status_code == 200
    assert client.get("/profile/bob", headers=there).status_code == 302
    assert client.get("/profile/bob", headers={"host": "127.0.0.1"}).status_code == 200
    assert (
        client.get("/submit/auto", headers={"host": "evil.example"}).status_code == 400
    )
