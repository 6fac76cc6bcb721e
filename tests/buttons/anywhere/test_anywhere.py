"""Alice flattrs pages that have no button: by address, bookmark and phone."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from buttons.models import Promise, Thing
from buttons.things.addresses import BadAddress
from buttons.things.typed_addresses import address_in
from tests.world.browsing import signed_in

POST = "https://carols.example/spring?a=1&b=2#top"


def led_to(answer: Any) -> dict[str, list[str]]:
    there = urlsplit(answer.headers["Location"])
    assert (answer.status_code, there.path) == (302, "/submit/auto")
    return parse_qs(there.query)


def test_alice_types_an_address_and_promises(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("buttons.clicks.intents.NOT_BEFORE_SECONDS", 0.0)
    client = signed_in(alice)
    assert "/anywhere" in client.get("/discover").content.decode()
    assert 'action="/share"' in Client().get("/anywhere").content.decode()

    asked = client.get("/share", {"url": POST}, follow=True).content.decode()
    assert not Thing.objects.exists(), "asking stores nothing"
    intent = re.search(r'name="intent" value="([^"]+)"', asked)
    assert intent
    client.post("/flattr/confirm", {"intent": intent[1]})

    promise = Promise.objects.get()
    assert (promise.reader, promise.thing.url) == (alice, POST)
    assert promise.thing.owner is None


@pytest.mark.parametrize(
    ("shared", "url"),
    [
        ({"url": POST, "title": "Spring"}, POST),
        ({"text": f"Spring notes {POST}"}, POST),
        ({"text": f"“{POST}”: read it!", "url": ""}, POST),
        ({"text": "see (https://a.example/b)."}, "https://a.example/b"),
        ({"text": "https://a.example/ https://b.example/"}, "https://a.example/"),
        ({"url": "carols.example/spring"}, "https://carols.example/spring"),
        ({"url": "HTTP://Carols.Example"}, "http://carols.example/"),
    ],
)
def test_a_phone_shares_in_many_ways(
    db: None, client: Client, shared: dict[str, str], url: str
) -> None:
    asked = led_to(client.get("/share", shared))

    assert asked["url"] == [url]
    assert asked.get("title", [""]) == [shared.get("title", "")]
    assert "user_id" not in asked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a song",
        "javascript:alert(1)",
        "https://good.example\\@evil.example/",
        "https://anna:secret@a.example/",
        "http://127.1/",
        "file:///etc/passwd",
        "https://.",
        "x" * 5000,
    ],
)
def test_what_holds_no_address_is_asked_again(
    db: None, client: Client, text: str
) -> None:
    """Text without an address comes back with a question (T21)."""
    with pytest.raises(BadAddress):
        address_in(text, "")

    answer = client.get("/share", {"text": text})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    if text:
        assert html.escape(text)[:40] in answer.content.decode().replace("&#x27;", "'")


def test_the_bookmark_leads_to_the_confirm_page(db: None, client: Client) -> None:
    page = client.get("/anywhere").content.decode()

    link = re.search(r'href="(javascript:[^"]+)"', page)
    assert link
    code = html.unescape(link[1])
    assert '"http://127.0.0.1:8000/submit/auto"' in code
    assert "%" not in code, "browsers decode what stands after javascript:"


def test_a_phone_learns_where_to_share_to(db: None, client: Client) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in (
        client.get("/").content.decode()
    )

    answer = client.get("/manifest.webmanifest")

    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert "Vary" not in answer.headers
    told = answer.json()
    target = told["share_target"]
    assert (target["method"], target["action"]) == ("GET", "/share")
    assert set(target["params"]) == {"title", "text", "url"}
    for icon in told["icons"]:
        assert client.get(icon["src"]).status_code == 200
