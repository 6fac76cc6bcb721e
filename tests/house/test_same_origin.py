"""Unsafe requests come from our own pages, or change nothing (T24)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import resolve

from accounts.signing_in.middleware import is_exempt
from tests.accounts.signing_in.visiting import is_signed_in, sign_in
from tests.house.test_headers import ALL, example
from tests.world.people import person

pytestmark = pytest.mark.django_db

OURS = django_settings.SITE_URL
MORE_METHODS = ["put", "patch", "delete"]


@pytest.fixture
def bob() -> Client:
    person("bob")
    client = Client(enforce_csrf_checks=True, headers={"host": OURS.split("//")[1]})
    page = client.get("/account/login/")
    sign_in(client, "bob", "correct horse", headers={"x-csrftoken": token_in(page)})
    assert is_signed_in(client)
    return client


def token_in(page: Any) -> str:
    found = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()
    )
    assert found
    return found[1]


def send(client: Client, **headers: str) -> int:
    token = token_in(client.get("/settings"))
    form = {"city": "Malmö", "csrfmiddlewaretoken": token}
    return int(client.post("/settings", form, headers=headers).status_code)


def test_our_own_form_is_taken(bob: Client) -> None:
    assert send(bob) == 302
    assert send(bob, origin=OURS) == 302
    assert send(bob, origin=OURS, **{"sec-fetch-site": "same-origin"}) == 302


def test_a_browser_that_keeps_its_pages_name_to_itself_is_believed(bob: Client) -> None:
    """Some send `Origin: null` for privacy; that it is our page they say elsewhere."""
    assert send(bob, origin="null", **{"sec-fetch-site": "same-origin"}) == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "none"},
        {"origin": f"{OURS}.evil.example"},
        {"origin": OURS.replace("http:", "https:")},
        {"origin": OURS + "0"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": OURS, "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_of_somebody_elses_is_refused(
    bob: Client, headers: dict[str, str]
) -> None:
    """T24: even with a token that is right."""
    assert send(bob, **headers) == 403


def test_a_form_without_its_token_is_refused(bob: Client) -> None:
    """A POST without the CSRF token changes nothing (T24)."""
    unnamed = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert bob.post("/settings", {"city": "Malmö"}, headers=unnamed).status_code == 403
    assert bob.post("/settings", {"city": "Malmö"}).status_code == 403
    plain = bob.post("/settings", "city=Malm", content_type="text/plain")
    assert plain.status_code == 403


def test_signing_somebody_in_from_elsewhere_is_refused() -> None:
    """T24: login CSRF."""
    person("eve")
    victim = Client(enforce_csrf_checks=True)

    answer = sign_in(
        victim, "eve", "correct horse", headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert not is_signed_in(victim)


@pytest.mark.parametrize(
    "method",
    ["post", *(pytest.param(one, marks=pytest.mark.all) for one in MORE_METHODS)],
)
def test_no_route_takes_an_unsafe_request_from_elsewhere(
    bob: Client, method: str
) -> None:
    """T24: each route that a cookie signs in to."""
    taken = []
    for route, _name in ALL:
        path = example(route)
        if is_exempt(path):
            continue
        answer = getattr(bob, method)(path, headers={"origin": "https://evil.example"})
        # Embeds know no cookie and take no unsafe request from anybody.
        if answer.status_code not in {403, 405}:
            taken.append((path, answer.status_code))

    assert not taken


def test_what_is_exempt_signs_nobody_in() -> None:
    """The few views without a form token are known by name."""
    exempt = {name for route, name in ALL if is_exempt(example(route))}

    webhooks = {"payouts:webhook", "payouts:connect_webhook"}
    known = {"mail_off", "oauth_token", "buttons:old_interface", "api", *webhooks}
    assert exempt <= known, exempt
    assert resolve("/settings").func.__name__ == "profile"


def test_what_was_typed_is_shown_to_be_copied(bob: Client) -> None:
    """A form that is older than the sign-in loses nothing."""
    answer = bob.post(
        "/settings",
        {"about": "A long story", "password": "open sesame", "city": "<b>Malmö"},
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "A long story" in page
    assert "&lt;b&gt;Malmö" in page
    assert "open sesame" not in page
    assert "<form" not in page.split("<main")[1], "not a click away from being sent"


def test_what_somebody_else_typed_is_not_shown(bob: Client) -> None:
    answer = bob.post(
        "/settings", {"about": "Call me"}, headers={"sec-fetch-site": "cross-site"}
    )

    assert "Call me" not in answer.content.decode()
