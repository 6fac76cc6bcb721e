"""OAuth 2: how an app comes to act for a reader (A6)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.oauth import AccessToken, Application
from tests.accounts.oauth.apps import (
    CALLBACK,
    FORM,
    SECRET,
    VERIFIER,
    allow,
    app_of,
    ask,
    decide,
    exchange,
    keys,
    public_app_of,
    s256,
    token_for,
    told,
)
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import execute, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    sign_in(client, "alice", "correct horse")
    return client


@pytest.fixture
def app(bob: User) -> Application:
    return app_of(bob)


def test_alice_lets_an_app_act_for_her(
    alices: Client, app: Application, alice: User
) -> None:
    page = ask(alices, app, scope="flattr email", state="x y&z")
    text = page.content.decode()
    assert "Reader" in text
    assert "app.example" in text
    assert "Flattr things for you" in text
    assert "Read your e-mail address" in text
    assert "Add things in your name" not in text

    answer = decide(alices, page)

    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    facts = told(answer)
    assert facts["state"] == "x y&z"
    assert facts["iss"] == django_settings.SITE_URL
    token = exchange(app, facts["code"], redirect_uri=CALLBACK)
    assert token.status_code == 200
    assert set(token.json()) == {"access_token", "token_type"}
    assert token.json()["token_type"] == "bearer"
    assert token.headers["Content-Type"] == "application/json; charset=utf-8"
    assert token.headers["Cache-Control"] == "no-store"
    assert token.headers["Pragma"] == "no-cache"
    [stored] = AccessToken.objects.all()
    assert (stored.user, stored.application) == (alice, app)
    assert stored.scope == "flattr email"
    assert stored.expires.year == 9999


def test_alice_says_no(alices: Client, app: Application) -> None:
    answer = decide(alices, ask(alices, app, state="s"), "no", wait=False)

    facts = told(answer)
    assert facts["error"] == "access_denied"
    assert facts["error_description"]
    assert facts["state"] == "s"
    assert not AccessToken.objects.exists()


def test_consent_is_always_asked(alices: Client, app: Application) -> None:
    """A6: also of an app that has been let in before, whatever it asks for."""
    token_for(alices, app, scope="flattr")

    page = ask(alices, app, scope="flattr", approval_prompt="auto", prompt="none")

    assert page.status_code == 200
    assert "Allow it" in page.content.decode()


def test_neither_codes_nor_tokens_rest_in_the_database(
    alices: Client, app: Application
) -> None:
    """A6, T38: what rests there is a hash; so it does of an app's secret."""
    code = allow(alices, app)
    assert code not in str(execute("SELECT * FROM oauth2_provider_grant"))
    raw = exchange(app, code).json()["access_token"]

    kept = str(execute("SELECT * FROM access_token"))
    assert raw not in kept
    assert code not in kept
    assert SECRET not in str(execute("SELECT * FROM application"))


def test_signing_in_leads_back_to_the_page(app: Application, alice: User) -> None:
    browser = Client()
    answer = ask(browser, app, scope="flattr,thing", state="a b")
    assert answer.headers["Location"].startswith("/account/login/?next=%2Foauth%2F")

    form = {"login": "alice", "password": "correct horse"}
    answer = browser.post(answer.headers["Location"], form, follow=True)

    text = answer.content.decode()
    assert "Add things in your name" in text
    assert told(decide(browser, answer))["state"] == "a b"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("flattr%20thing", "flattr thing"),
        ("flattr+thing", "flattr thing"),
        ("flattr%2Bthing", "flattr thing"),
        ("flattr,thing", "flattr thing"),
        ("thing,%20flattr", "flattr thing"),
        ("", ""),
    ],
)
def test_scopes_are_parted_in_every_way(
    alices: Client, app: Application, written: str, meant: str
) -> None:
    page = alices.get(
        f"/oauth/authorize/?client_id={app.client_id}&response_type=code"
        f"&redirect_uri={CALLBACK}&scope={written}"
    )

    exchange(app, told(decide(alices, page))["code"])

    assert AccessToken.objects.get().scope == meant


@pytest.mark.parametrize(
    ("registered", "lands"),
    [
        ("https://app.example/cb?page=flattr", "https://app.example/cb?page=flattr&"),
        ("flattr4j://app/authenticate", "flattr4j://app/authenticate?"),
        ("gpodder://flattr-token/", "gpodder://flattr-token/?"),
        ("knufficastoauth://", "knufficastoauth://?"),
        ("http://localhost:8080", "http://localhost:8080?"),
    ],
)
def test_old_callbacks_work(
    alices: Client, bob: User, registered: str, lands: str
) -> None:
    app = app_of(bob, redirect_uris=registered)
    page = ask(alices, app, redirect_uri=registered, state="s")
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' " in policy
    assert "frame-ancestors 'none'" in policy

    answer = decide(alices, page)

    assert answer.headers["Location"].startswith(lands + "code=")
    assert exchange(app, told(answer)["code"]).status_code == 200


def test_localhost_may_be_at_any_port(alices: Client, bob: User) -> None:
    app = public_app_of(bob, redirect_uris="http://localhost/cb")

    code = allow(alices, app, redirect_uri="http://localhost:51234/cb", **s256())

    facts = {"client_id": app.client_id, "code_verifier": VERIFIER}
    assert exchange(None, code, **facts).status_code == 200


def test_the_page_lets_its_form_lead_to_the_callback_only(
    alices: Client, bob: User
) -> None:
    def policy(callback: str) -> list[str]:
        app = app_of(bob, name=callback, redirect_uris=callback)
        return str(ask(alices, app).headers["Content-Security-Policy"]).split("; ")

    assert "form-action 'self' https://app.example:8443" in policy(
        "https://app.example:8443/a?b"
    )
    assert "form-action 'self' flattr4j:" in policy("flattr4j://app/x")


# --- The token's address, as the old clients speak to it


def spoken(app: Application, code: str) -> dict[str, dict[str, Any]]:
    grant = {"grant_type": "authorization_code", "code": code}
    callback = {"redirect_uri": CALLBACK}
    shown = {"client_id": app.client_id, "client_secret": SECRET}
    return {
        "py": {"data": {**grant, **callback}, "headers": keys(app)},
        "rb": {"json": grant, "headers": keys(app)},
        "js": {"json": {**grant, **callback}, "headers": keys(app)},
        "java": {"data": grant, "headers": keys(app)},
        "php": {"data": {**grant, **callback, **shown}},
        "json body": {"json": {**grant, **callback, **shown}},
        "wp": {
            "raw": f"grant_type=authorization_code&code={code}"
            "&redirect_uri=https%253A%252F%252Fapp.example%252Fcb",
            "type": FORM,
            "headers": keys(app),
        },
        "rb, copied": {"json": {**grant, "code": f" {code}\n"}, "headers": keys(app)},
        "no type": {"raw": json.dumps(grant), "type": "", "headers": keys(app)},
    }


@pytest.mark.parametrize(
    "manner",
    ["py", "rb", "js", "java", "php", "json body", "wp", "rb, copied", "no type"],
)
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token/"])
def test_the_old_clients_get_their_tokens(
    alices: Client, app: Application, manner: str, path: str
) -> None:
    request = spoken(app, allow(alices, app))[manner]
    headers = request.get("headers", {})

    if "raw" in request:
        answer = Client().generic(
            "POST", path, request["raw"], request["type"], headers=headers
        )
    elif "json" in request:
        answer = Client().post(
            path, request["json"], content_type="application/json", headers=headers
        )
    else:
        answer = Client().post(path, urlencode(request["data"]), FORM, headers=headers)

    assert answer.status_code == 200, answer.content
    assert answer.json()["token_type"] == "bearer"


def test_keys_are_asked_for_and_the_code_still_works(
    alices: Client, app: Application
) -> None:
    """gPodder sends its keys only after a challenge."""
    code = allow(alices, app)

    first = exchange(None, code, redirect_uri=CALLBACK)

    assert first.status_code == 401
    assert first.json()["error"] == "invalid_client"
    assert first.json()["error_description"]
    assert first.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert exchange(app, code, redirect_uri=CALLBACK).status_code == 200


@pytest.mark.parametrize(
    ("facts", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "nothing"}, 400, "invalid_grant"),
        ({"code": "\0"}, 400, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, 400, "invalid_grant"),
    ],
)
def test_what_is_wrong_is_said(
    alices: Client, app: Application, facts: dict[str, str], status: int, error: str
) -> None:
    code = allow(alices, app)

    answer = exchange(app, **{"code": code, **facts})

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "body", ["{", '"text"', '{"code": "\\u0000"}', "[]", '{"code": ["x"]}', "{" * 5000]
)
def test_a_body_that_is_cut_short_is_no_fault_of_ours(
    app: Application, body: str
) -> None:
    answer = Client().generic(
        "POST", "/oauth/token", body, "application/json", headers=keys(app)
    )

    assert answer.status_code == 400
    assert answer.json()["error_description"]


def test_an_app_whose_maker_is_suspended_is_let_in_no_more(
    alices: Client, app: Application, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(suspended_at=timezone.now())

    page = ask(alices, app)

    assert page.status_code == 400
    assert "There is no such app here." in page.content.decode()


def test_a_form_of_somebody_else_is_asked_again(
    alices: Client, app: Application
) -> None:
    page = ask(alices, app)
    person("eve")
    eve = Client()
    sign_in(eve, "eve", "correct horse")

    answer = decide(eve, page)

    assert answer.status_code == 409
    assert "You are signed in as eve now" in answer.content.decode()


def test_a_click_that_nobody_could_mean_is_asked_again(
    alices: Client, app: Application
) -> None:
    """T23, T38: the click was meant for another window."""
    answer = decide(alices, ask(alices, app), wait=False)

    assert answer.status_code == 409
    assert "quicker than anybody can read" in answer.content.decode()
    assert "code" in told(decide(alices, answer))


def test_a_client_can_find_its_way_by_itself(client: Client) -> None:
    """RFC 8414: what it says is so."""
    facts = client.get("/.well-known/oauth-authorization-server").json()

    site = django_settings.SITE_URL
    assert facts["issuer"] == site
    assert facts["authorization_endpoint"] == f"{site}/oauth/authorize"
    assert facts["token_endpoint"] == f"{site}/oauth/token"
    assert facts["scopes_supported"] == list(django_settings.SCOPES)
    assert facts["response_types_supported"] == ["code"]
