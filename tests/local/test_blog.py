"""The demo blog: another site, with buttons as its authors pasted them."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from buttons.things.addresses import normalise
from local import blog, pictures
from local.posts import POSTS

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("FLATTR_DEMO_BLOG_URL", raising=False)
    server = blog.serve(0, SITE)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
        policy = answer.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy
        text: str = answer.read().decode()
    return text


def test_every_post_has_its_button(address: str) -> None:
    for post in POSTS:
        page = read(f"{address}/{post.slug}")
        assert f"{SITE}/submit/auto?user_id={post.owner}&amp;url=" in page
        assert 'rel="payment"' in page
        assert ("/button.js" in page) == (post.form == "button")
        assert ("flattr-badge-large.png" in page) == (post.form == "badge")
    assert {post.form for post in POSTS} == {"button", "link", "badge"}
    assert read(f"{address}/").count('class="FlattrButton"') == len(POSTS)


def test_every_post_has_a_picture_for_whoever_shares_it(address: str) -> None:
    for post in POSTS:
        page = read(f"{address}/{post.slug}")
        assert f'<meta property="og:title" content="{post.title}">' in page
        picture = f"{address}/pictures/{post.picture}.webp"
        assert f'<meta property="og:image" content="{picture}">' in page
        with urllib.request.urlopen(picture, timeout=10) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == "image/webp"
            assert answer.read() == pictures.body_of(post.picture)
    icon = '<link rel="icon" type="image/webp" sizes="256x256" href="/pictures/'
    assert icon in read(f"{address}/")


def test_the_attic_has_a_button_of_every_generation(address: str) -> None:
    page = read(f"{address}/attic")

    assert f'src="{SITE}/js/0.6/load.js?mode=auto"' in page
    for word in ['rel="flattr;', 'rev="flattr;', "data-flattr-uid", "compact"]:
        assert word in page
    assert f"{SITE}/button/view/?uid=" in page
    assert f"{SITE}/view/?uid=" in page


def test_the_feeds_are_feeds(address: str) -> None:
    for name in ("feed.atom", "feed.rss"):
        feed = ET.fromstring(read(f"{address}/{name}"))  # noqa: S314
        payments = [
            link
            for link in feed.iter("{http://www.w3.org/2005/Atom}link")
            if link.attrib.get("rel") == "payment"
        ]
        assert len(payments) == len(POSTS)


def test_what_is_not_there_is_not_found(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        read(f"{address}/nothing")

    assert refused.value.code == 404


def test_the_posts_have_addresses_of_their_own() -> None:
    addresses = {normalise(f"http://localhost:8001/{post.slug}") for post in POSTS}

    assert len(addresses) == len(POSTS)
