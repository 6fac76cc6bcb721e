"""An app is let in with a real browser, and a program on the same machine gets its
token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from accounts.models.oauth import Application
from tests.accounts.oauth.apps import VERIFIER, app_of, public_app_of, s256
from tests.browser.conftest import SignIn
from tests.world.people import person

pytestmark = pytest.mark.all

PASSWORD = "correct horse"
VIOLATIONS = """
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => refused.push(event.blockedURI));
"""


class Listener(HTTPServer):
    """A program that waits on a port of its own for the browser to come back."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.heard: list[dict[str, list[str]]] = []

    @property
    def callback(self) -> str:
        return f"http://localhost:{self.server_port}/back"


class Answer(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/back":
            self.server.heard.append(parse_qs(asked.query))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b"<!doctype html><title>Back</title><h1>You may close this</h1>"
        )

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def program() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    yield listener
    listener.shutdown()
    thread.join()
    listener.server_close()


@pytest.fixture
def alices(server: str, sign_in: SignIn) -> Page:
    person("alice")
    page = sign_in("alice", PASSWORD)
    page.add_init_script(VIOLATIONS)
    return page


def consent(page: Page, app: Application, **facts: str) -> None:
    asked = {"response_type": "code", "client_id": app.client_id, **facts}
    page.goto("/oauth/authorize?" + urlencode(asked))


def test_a_program_on_a_laptop_is_let_in(
    server: str, alices: Page, program: Listener
) -> None:
    """A6: a public app, by PKCE, at whichever port was free."""
    app = public_app_of(
        person("bob"),
        redirect_uris="http://localhost/back",
        website="https://bob.example",
    )
    consent(
        alices, app, redirect_uri=program.callback, scope="flattr", state="s", **s256()
    )
    expect(alices.get_by_text("a program on this device")).to_be_visible()
    assert alices.evaluate("refused") == []
    button = alices.get_by_role("button", name="Allow it")
    expect(button).not_to_have_attribute("aria-disabled", "true")

    button.click()

    expect(alices.get_by_role("heading")).to_have_text("You may close this")
    [heard] = program.heard
    assert heard["state"] == ["s"]
    form = {
        "grant_type": "authorization_code",
        "code": heard["code"][0],
        "client_id": app.client_id,
        "code_verifier": VERIFIER,
    }
    request = Request(f"{server}/oauth/token", urlencode(form).encode())  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        told = json.load(answer)
    assert told["token_type"] == "bearer"


def test_no_is_an_answer(server: str, alices: Page, program: Listener) -> None:
    app = app_of(person("bob"), redirect_uris=program.callback)
    consent(alices, app)

    alices.get_by_role("button", name="No").click()

    expect(alices.get_by_role("heading")).to_have_text("You may close this")
    assert program.heard[0]["error"] == ["access_denied"]


def test_the_button_rests_at_first(
    server: str, alices: Page, program: Listener
) -> None:
    """T23: a click that was meant for another window allows nothing."""
    app = app_of(person("bob"), redirect_uris=program.callback)
    alices.add_init_script(
        "addEventListener('DOMContentLoaded', () =>"
        " setTimeout(() => document.querySelector('[name=yes]').click(), 50))"
    )

    consent(alices, app)
    alices.wait_for_timeout(300)

    assert not program.heard
    expect(alices.get_by_role("button", name="Allow it")).to_be_visible()


def test_without_script_it_works_as_well(
    server: str, sign_in: SignIn, program: Listener
) -> None:
    person("carol")
    page = sign_in("carol", PASSWORD, java_script_enabled=False)
    consent(page, app_of(person("bob"), redirect_uris=program.callback))
    page.wait_for_timeout(500)

    page.get_by_role("button", name="Allow it").click()

    page.wait_for_url(program.callback + "**")
    assert program.heard[0]["code"]
