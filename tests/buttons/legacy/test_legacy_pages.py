"""Old addresses of pages, Connect, and interfaces that have ended."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from tests.world.browsing import signed_in
from tests.world.people import thing_of

CALLBACK = "https://blog.example/wp-admin/admin.php?page=flattr/settings.php"


def connect_url(callback: str) -> str:
    return f"/login?{urlencode({'idCallback': callback})}"


@pytest.mark.parametrize("name", ["bob", "Bob"])
def test_people_are_found_at_their_old_address(
    client: Client, bob: User, name: str
) -> None:
    answer = client.get(f"/user/{name}", follow=True)

    assert answer.redirect_chain == [(f"/profile/{name}", 301)]
    assert "<bdi>bob</bdi>" in answer.content.decode()
    assert client.get("/user/nobody", follow=True).status_code == 404


@pytest.mark.parametrize(
    "slug", ["", "/", "/song", "/Mein%20Lied", "/a.b", "/%C3%BCber-uns", "/1"]
)
def test_a_thing_is_found_under_any_slug(client: Client, bob: User, slug: str) -> None:
    song = thing_of(bob, "song")

    page = client.get(f"/thing/{song.pk}{slug}").content.decode()

    assert "Song" in page
    assert f'rel="canonical" href="http://127.0.0.1:8000/thing/{song.pk}"' in page


def test_a_thing_has_a_code_to_print(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")

    page = client.get(f"/thing/qr/{song.pk}").content.decode()

    assert f"http://127.0.0.1:8000/thing/{song.pk}" in page
    assert re.search(r'<path fill="#000" d="M2,2h1v1h-1z', page)
    assert "style=" not in page
    assert client.get("/thing/qr/999999").status_code == 404


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("/signin", "/account/login/"),
        ("/settings/profile", "/settings"),
        ("/settings/domains", "/things/hosts"),
        ("/settings/account/subscription", "/budget"),
        ("/flattrsgiven", "/month"),
        ("/donation/give/to/bob", "/profile/bob"),
        ("/support/", "/help"),
        ("/support/faq/x", "/help"),
    ],
)
def test_old_paths_lead_to_what_they_are_called_now(
    client: Client, db: None, old: str, now: str
) -> None:
    answer = client.get(old)

    assert (answer.status_code, answer.headers["Location"]) == (302, now)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head"])
@pytest.mark.parametrize(
    "path",
    [
        "/rest/0.5/user/me",
        "/rest/0.5/thing/register",
        "/rest/0.5",
        "/rest/0.0.1/feed/categories/",
        "/oauth/request_token",
        "/oauth/access_token",
        "/oauth/authenticate?oauth_token=x",
    ],
)
def test_interfaces_before_v2_say_where_v2_is(path: str, method: str) -> None:
    """Without the database, and whatever a form would need."""
    client = Client(enforce_csrf_checks=True, headers={"Cookie": "s=broken"})

    answer = getattr(client, method)(path)

    assert answer.status_code == 410
    assert answer.headers["Content-Type"] == "application/json"
    assert not answer.cookies
    if method != "head":
        assert answer.json()["error"] == "gone"
        assert "/rest/v2" in answer.json()["error_description"]
        assert answer.json()["error_uri"].endswith("/rest/v2")


# --- Connect


def test_a_plugin_learns_who_bob_is_when_he_says_so(bob: User) -> None:
    """Connect sends Bob's name only to the address he agreed to (T26)."""
    client = signed_in(bob)

    asked = client.get(connect_url(CALLBACK))
    page = asked.content.decode()
    assert "Tell" in page
    assert "blog.example</span> who you are?" in page
    assert CALLBACK in page.replace("&amp;", "&")
    assert "form-action 'self' https://blog.example;" in (
        asked.headers["Content-Security-Policy"] + ";"
    )
    assert "FlattrUsername" not in page

    told = client.post("/login", {"idCallback": CALLBACK})
    assert told.status_code == 302
    assert told.headers["Location"] == (
        f"{CALLBACK}&FlattrId={bob.pk}&FlattrUsername=bob"
    )
    plain = client.post("/login/", {"idCallback": "http://blog.example/x#top"})
    assert plain.headers["Location"] == (
        f"http://blog.example/x?FlattrId={bob.pk}&FlattrUsername=bob#top"
    )


def test_signed_out_one_signs_in_first_and_comes_back(
    client: Client, bob: User
) -> None:
    """A stranger's POST tells nothing either."""
    for answer in (
        client.get(connect_url(CALLBACK)),
        client.post("/login", {"idCallback": CALLBACK}),
    ):
        assert answer.status_code == 302
        there = answer.headers["Location"]
        assert there.startswith("/account/login/?next=%2Flogin%3FidCallback%3D")
    landed: Any = client.post(there, {"login": "bob", "password": "correct horse"})
    assert landed.headers["Location"] == connect_url(CALLBACK)


@pytest.mark.parametrize(
    "callback",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/\\evil.example",
        "https://good.example\\@evil.example/",
        "https://user@evil.example/",
        "https://evil.example:8443/",
        "https://",
        "ftp://evil.example/",
        "https://evil.example/\r\nSet-Cookie:x",
        "https://evil.example; script-src *",
        "https://evil.example' 'unsafe-inline'/",
    ],
)
def test_a_callback_that_browsers_might_read_otherwise_is_refused(
    bob: User, callback: str
) -> None:
    """Ambiguous callbacks are refused before anybody is asked (T21, T26)."""
    client = signed_in(bob)

    for answer in (
        client.get(connect_url(callback)),
        client.post("/login", {"idCallback": callback}),
    ):
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert "evil" not in policy
        assert "unsafe" not in policy


def test_no_stranger_sends_the_form(bob: User) -> None:
    """Connect's form needs our token and our origin (T24)."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)

    forged = client.post("/login", {"idCallback": CALLBACK})
    foreign = client.post(
        "/login", {"idCallback": CALLBACK}, headers={"Origin": "https://blog.example"}
    )

    assert (forged.status_code, foreign.status_code) == (403, 403)


def test_without_a_callback_it_is_the_page_to_sign_in(client: Client, db: None) -> None:
    for path in ("/login", "/login/", "/login?idCallback="):
        assert client.get(path).headers["Location"] == "/account/login/"
