"""What is tried against OAuth 2, and refused (A6, T38)."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.oauth import AccessToken, Application
from accounts.oauth import tokens
from tests.accounts.oauth.apps import (
    CALLBACK,
    FORM,
    VERIFIER,
    allow,
    app_of,
    ask,
    challenge,
    decide,
    exchange,
    keys,
    public_app_of,
    s256,
    token_for,
    told,
)
from tests.accounts.signing_in.visiting import is_signed_in, sign_in, switch_on
from tests.world.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    sign_in(client, "alice", "correct horse")
    return client


@pytest.fixture
def app(bob: User) -> Application:
    return app_of(bob)


REGISTERED = "https://app.example/cb"


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("https://app.example/c", id="prefix"),
        pytest.param("https://app.example/cb2", id="suffix"),
        pytest.param("https://app.example/cb/more", id="deeper"),
        pytest.param("https://app.example/cb/", id="slash"),
        pytest.param("https://app.example", id="host alone"),
        pytest.param("https://sub.app.example/cb", id="sub-domain"),
        pytest.param("https://app.example.evil.example/cb", id="suffix of the host"),
        pytest.param("https://evilapp.example/cb", id="prefix of the host"),
        pytest.param("https://app.example:8443/cb", id="other port"),
        pytest.param("https://app.example:443/cb", id="the same port, written"),
        pytest.param("http://app.example/cb", id="other scheme"),
        pytest.param("https://app.example/x/../cb", id="dots"),
        pytest.param("https://app.example/cb/../evil", id="dots behind"),
        pytest.param("https://app.example/cb?next=evil", id="added query"),
        pytest.param("https://app.example/cb?", id="empty query"),
        pytest.param("https://app.example/cb#x", id="fragment"),
        pytest.param("https://app.example/cb#", id="empty fragment"),
        pytest.param("https://evil@app.example/cb", id="userinfo"),
        pytest.param("https://app.example@evil.example/cb", id="userinfo, other host"),
        pytest.param("https://app.example\\@evil.example/cb", id="backslash"),
        pytest.param("https://evil.example\\.app.example/cb", id="backslash in host"),
        pytest.param("HTTPS://app.example/cb", id="upper-case scheme"),
        pytest.param("https://APP.example/cb", id="upper-case host"),
        pytest.param("https://app.example/cb;x", id="parameters"),
        pytest.param("https://app.example/%63b", id="encoded letter"),
        pytest.param("//app.example/cb", id="no scheme"),
        pytest.param("/cb", id="path"),
        pytest.param("javascript:alert(1)//https://app.example/cb", id="script"),
        pytest.param("https://app.example/cb https://evil.example/", id="two"),
        pytest.param("https://app.example/cb\nhttps://evil.example/", id="two lines"),
        pytest.param("https://app.example/cb\0", id="nul"),
        pytest.param("https://xn--pp-via.example/cb", id="look-alike"),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_another_callback_is_refused_without_a_redirect(
    alices: Client, app: Application, asked: str, *, signed_in: bool
) -> None:
    browser = alices if signed_in else Client()

    answer = ask(browser, app, redirect_uri=asked, state="s")

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    text = answer.content.decode()
    assert "evil.example" not in text
    assert 'name="consent"' not in text
    main = text.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r'href="(?!/)', main)


@pytest.mark.parametrize(
    "asked",
    [
        "http://localhost:80\\.evil.example/cb",
        "http://localhost:x/cb",
        "http://localhost.evil.example/cb",
        "http://evil.example:localhost/cb",
        "http://localhost:80@evil.example/cb",
        "http://127.0.0.1/cb",
        "https://localhost/cb",
        "http://localhost:123456/cb",
        "http://localhost/cb2",
        "http://localhost:80#/cb",
    ],
)
def test_any_port_is_not_any_host(alices: Client, bob: User, asked: str) -> None:
    app = app_of(bob, redirect_uris="http://localhost/cb")

    assert ask(alices, app, redirect_uri=asked).status_code == 400


@pytest.mark.parametrize(
    "facts",
    [{"client_id": "nobody"}, {"client_id": ""}, {"client_id": "a\0b"}],
)
def test_an_unknown_app_is_refused_without_a_redirect(
    alices: Client, app: Application, facts: dict[str, str]
) -> None:
    answer = ask(alices, app, redirect_uri=CALLBACK, **facts)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_what_is_said_twice_is_not_believed(alices: Client, app: Application) -> None:
    both = [
        ("client_id", app.client_id),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("redirect_uri", "https://evil.example/"),
    ]

    answer = alices.get("/oauth/authorize?" + urlencode(both))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "access_token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unauthorized_client"),
        ({"response_type": "code token"}, "unauthorized_client"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": "flattr admin"}, "invalid_scope"),
        ({"scope": "read,publish,click"}, "invalid_scope"),
        ({"code_challenge": challenge()}, "invalid_request"),
        (
            {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            "invalid_request",
        ),
        ({"code_challenge": "x", "code_challenge_method": "S256"}, "invalid_request"),
        (
            {"code_challenge": "x" * 999, "code_challenge_method": "S256"},
            "invalid_request",
        ),
    ],
)
def test_what_cannot_be_asked_sends_nobody_away_by_itself(
    alices: Client, app: Application, facts: dict[str, str], error: str
) -> None:
    """RFC 9700, 4.11.2: first it must be somebody, and then that person decides."""
    stranger = ask(Client(), app, state="s", **facts)
    assert stranger.headers["Location"].startswith("/account/login/?next=")

    answer = ask(alices, app, state="s", **facts)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    text = answer.content.decode()
    assert f'href="{CALLBACK}?error={error}&amp;' in text
    assert "state=s" in text
    assert 'name="consent"' not in text


# --- Codes


def test_a_code_works_once_and_a_second_use_takes_back_what_it_gave(
    alices: Client, app: Application
) -> None:
    code = allow(alices, app)
    raw = exchange(app, code).json()["access_token"]
    assert tokens.find(raw)

    second = exchange(app, code)

    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert tokens.find(raw) is None


def test_a_second_use_takes_back_nothing_else(alices: Client, app: Application) -> None:
    other = token_for(alices, app)
    code = allow(alices, app)
    exchange(app, code)

    exchange(app, code)

    assert tokens.find(other)
    assert AccessToken.objects.count() == 1


@pytest.mark.parametrize(("seconds", "status"), [(55, 200), (61, 400)])
def test_a_code_is_for_a_minute(
    alices: Client, app: Application, seconds: int, status: int
) -> None:
    code = allow(alices, app)

    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        assert exchange(app, code).status_code == status


def test_a_code_is_for_the_app_that_it_was_given_to(
    alices: Client, app: Application, carol: User
) -> None:
    """Neither taken nor spent by another, whose keys are right."""
    other = app_of(carol, "Other")
    code = allow(alices, app)

    stolen = exchange(other, code)

    assert stolen.json()["error"] == "invalid_grant"
    raw = exchange(app, code).json()["access_token"]
    assert exchange(other, code).status_code == 400
    assert tokens.find(raw), "another app revokes nothing"


@pytest.mark.parametrize("secret", ["wrong", "", "s" * 63])
def test_a_code_needs_the_right_keys(
    alices: Client, app: Application, secret: str
) -> None:
    code = allow(alices, app)
    form = {"grant_type": "authorization_code", "code": code}

    answers = [
        Client().post("/oauth/token", urlencode(form), FORM, headers=keys(app, secret)),
        exchange(None, code, client_id=app.client_id, client_secret=secret),
        exchange(None, code, client_id=app.client_id),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert exchange(app, code).status_code == 200


def test_keys_in_an_address_are_refused(alices: Client, app: Application) -> None:
    code = allow(alices, app)
    facts = {"client_id": app.client_id, "client_secret": "s" * 64}
    path = "/oauth/token?" + urlencode(facts)
    form = {"grant_type": "authorization_code", "code": code, **facts}

    answer = Client().post(path, urlencode(form), FORM)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert Client().get("/oauth/token", form).status_code == 405


# --- PKCE


def test_a_public_app_must_begin_with_a_challenge(alices: Client, bob: User) -> None:
    app = public_app_of(bob)

    answer = ask(alices, app)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "facts",
    [{}, {"code_verifier": "x" * 50}, {"code_verifier": challenge()}],
    ids=["none", "wrong", "the challenge itself"],
)
@pytest.mark.parametrize("kind", ["public", "confidential"])
def test_a_challenge_needs_its_verifier(
    alices: Client, bob: User, kind: str, facts: dict[str, str]
) -> None:
    app = public_app_of(bob) if kind == "public" else app_of(bob)
    code = allow(alices, app, **s256())
    shown = {"client_id": app.client_id} if kind == "public" else {}
    who = None if kind == "public" else app

    assert exchange(who, code, **shown, **facts).status_code == 400
    assert not AccessToken.objects.exists()
    right = exchange(who, code, **shown, code_verifier=VERIFIER)
    assert right.status_code == 200


@pytest.mark.parametrize("verifier", [VERIFIER, "x"])
def test_a_verifier_needs_its_challenge(
    alices: Client, app: Application, verifier: str
) -> None:
    """A stranger slips Alice's code into an app that uses PKCE: its verifier says that
    the code is not from there (RFC 9700, 2.1.1)."""
    code = allow(alices, app)

    answer = exchange(app, code, code_verifier=verifier)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert "code_challenge" in answer.json()["error_description"]
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "callback",
    [
        "https://app.example;script-src/cb",
        "https://app.example,evil.example/cb",
        "https://app.example;/cb",
    ],
)
def test_a_callback_of_before_writes_no_policy(
    alices: Client, bob: User, callback: str
) -> None:
    """Also one that was registered before its kind was refused."""
    app = app_of(bob, redirect_uris=callback)

    for answer in (ask(alices, app), ask(alices, app, redirect_uri=callback)):
        assert answer.status_code == 400
        assert "script-src/" not in answer.headers["Content-Security-Policy"]
        assert "evil" not in answer.headers["Content-Security-Policy"]


# --- Scopes


def test_an_app_gets_no_more_than_was_allowed(alices: Client, app: Application) -> None:
    """Scope creep: neither at the exchange nor in the form can it ask for more."""
    page = ask(alices, app, scope="email")
    found = re.search(r'name="consent" value="([^"]+)"', page.content.decode())
    assert found
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        answer = alices.post(
            "/oauth/authorize?scope=flattr",
            {"consent": found[1], "scope": "flattr", "client_id": "x"},
        )

    exchange(app, told(answer)["code"], scope="flattr thing email extendedread")

    assert AccessToken.objects.get().scope == "email"


# --- The page


@pytest.mark.parametrize("forged", ["", "x", "a:b:c"])
def test_a_forged_form_is_refused(
    alices: Client, app: Application, forged: str
) -> None:
    answer = alices.post("/oauth/authorize", {"consent": forged, "yes": "1"})

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_form_signed_for_something_else_is_refused(alices: Client) -> None:
    other = signing.dumps({"reader": 1, "asked": [], "at": 0}, salt="buttons.intent")

    assert alices.post("/oauth/authorize", {"consent": other}).status_code == 400


def test_a_form_that_lay_around_is_asked_again(
    alices: Client, app: Application
) -> None:
    page = ask(alices, app)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = decide(alices, page)

    assert answer.status_code == 409
    assert "Allow it" in answer.content.decode()


def test_a_callback_that_was_taken_away_meanwhile_gets_nothing(
    alices: Client, app: Application
) -> None:
    page = ask(alices, app)
    Application.objects.update(redirect_uris="https://app.example/other")

    answer = decide(alices, page)

    assert answer.status_code in {200, 302}
    assert not answer.headers.get("Location", "").startswith(CALLBACK)


def test_another_page_cannot_allow(app: Application, alice: User) -> None:
    """T24, T38: a form token, and an origin of ours."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    page = ask(browser, app)

    assert decide(browser, page).status_code == 403
    assert not AccessToken.objects.exists()


def test_nobody_frames_the_page(alices: Client, app: Application) -> None:
    page = ask(alices, app)

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_what_an_app_says_of_itself_is_text(alices: Client, bob: User) -> None:
    """Markup in an app's name or description is shown, not run (T25)."""
    app = app_of(bob, "<img src=x>", description="<script>alert(1)</script>")

    text = ask(alices, app).content.decode()

    assert "<img src=x>" not in text
    assert "<script>alert" not in text


# --- What ends everything


@pytest.mark.parametrize("how", ["password", "closed"])
def test_tokens_die_with_the_password_and_the_account(
    alices: Client, app: Application, alice: User, how: str
) -> None:
    """A4: so do codes on their way."""
    raw = token_for(alices, app)
    own = tokens.make(alice, "mine", ["flattr"])
    code = allow(alices, app)
    person("eve")
    others = tokens.make(User.objects.get(username="eve"), "hers", [])

    if how == "password":
        form = {
            "oldpassword": "correct horse",
            "password1": "grey geese rising",
            "password2": "grey geese rising",
        }
        alices.post("/account/password/change/", form)
        assert is_signed_in(alices)
    else:
        User.objects.filter(pk=alice.pk).update(is_active=False)

    assert tokens.find(raw) is None
    assert tokens.find(own) is None
    assert tokens.find(others)
    assert exchange(app, code).status_code == 400


def test_tokens_die_with_a_change_of_the_second_factor(
    alice: User, alices: Client
) -> None:
    """Every token ends when the second factor is switched on or off (A4)."""
    switch_on(alices)
    own = tokens.make(alice, "mine", ["flattr"])

    alices.post("/account/2fa/totp/deactivate/")

    assert tokens.find(own) is None


def test_old_codes_are_forgotten(alices: Client, app: Application) -> None:
    allow(alices, app)

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert tokens.prune() == 1


@pytest.mark.parametrize("facts", [{"response_type": "token"}, {"scope": "admin"}])
def test_people_are_told_in_plain_words(
    alices: Client, app: Application, facts: dict[str, str]
) -> None:
    text = ask(alices, app, **facts).content.decode()

    assert "It asks for its token" in text or "does not exist here" in text
    assert "way_back" not in text
