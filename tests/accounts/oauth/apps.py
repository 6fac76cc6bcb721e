"""An app that somebody wrote, and how it and a reader's browser go about."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.oauth import Application

FORM = "application/x-www-form-urlencoded"
CALLBACK = "https://app.example/cb"
SECRET = "s" * 64
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"


def app_of(maker: User, name: str = "Reader", **facts: Any) -> Application:
    """A confidential app with the secret `SECRET` and one callback."""
    known = {
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
        "client_secret": SECRET,
        "redirect_uris": CALLBACK,
        "website": "https://app.example/",
    }
    made: Application = Application.objects.create(
        user=maker, name=name, **{**known, **facts}
    )
    return made


def public_app_of(maker: User, name: str = "Pocket", **facts: Any) -> Application:
    kind = {"client_type": Application.CLIENT_PUBLIC, "client_secret": ""}
    return app_of(maker, name, **{**kind, **facts})


def challenge(verifier: str = VERIFIER) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def s256(verifier: str = VERIFIER) -> dict[str, str]:
    return {
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }


def ask(browser: Client, app: Application, **facts: str) -> Any:
    """Open the consent page as the app links to it."""
    asked = {"response_type": "code", "client_id": app.client_id, **facts}
    return browser.get("/oauth/authorize?" + urlencode(asked))


def decide(
    browser: Client, page: Any, answer: str = "yes", *, wait: bool = True
) -> Any:
    """Send the page's form, not before anybody could have read it."""
    form = {"consent": consent_of(page), answer: "1"}
    with time_machine.travel(timezone.now() + timedelta(seconds=1 if wait else 0)):
        return browser.post("/oauth/authorize", form)


def consent_of(page: Any) -> str:
    """What the form of a consent page carries."""
    found = re.search(r'name="consent" value="([^"]+)"', page.content.decode())
    assert found, page.content
    return found[1]


def told(answer: Any) -> dict[str, str]:
    """What the app reads in the address that the browser brings."""
    assert answer.status_code == 302, answer.content
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: value for name, [value] in query.items()}


def allow(browser: Client, app: Application, **facts: str) -> str:
    """Let the app in; the code that it gets."""
    return told(decide(browser, ask(browser, app, **facts)))["code"]


def keys(app: Application, secret: str = SECRET) -> dict[str, str]:
    pair = base64.b64encode(f"{app.client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def exchange(app: Application | None, code: str, **facts: str) -> Any:
    """A code for a token, with the app's keys as Basic; without an app, without."""
    form = {"grant_type": "authorization_code", "code": code, **facts}
    headers = keys(app) if app else {}
    return Client().post("/oauth/token", urlencode(form), FORM, headers=headers)


def token_for(browser: Client, app: Application, **facts: str) -> str:
    answer = exchange(app, allow(browser, app, **facts))
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])
