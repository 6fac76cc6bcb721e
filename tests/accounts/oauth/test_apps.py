"""Apps are managed by who made them; tokens by whom they act for."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Audit, User
from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.oauth import allowances, tokens
from flattr.database import clock
from tests.accounts.oauth.apps import (
    SECRET,
    allow,
    app_of,
    ask,
    decide,
    exchange,
    keys,
    public_app_of,
    token_for,
    told,
)
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import execute, person

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Reader",
    "website": "https://app.example/",
    "description": "Reads feeds.",
    "platform": "Web",
    "redirect_uris": "https://app.example/cb\nreader://back",
    "client_type": "confidential",
}


def browser_of(name: str) -> Client:
    client = Client()
    sign_in(client, name, "correct horse")
    return client


@pytest.fixture
def bobs(bob: User) -> Client:
    return browser_of("bob")


@pytest.fixture
def alices(alice: User) -> Client:
    return browser_of("alice")


def secret_in(page: Any) -> str:
    found = re.search(r'<code class="address">(\w{64})</code>', page.content.decode())
    assert found, page.content
    return found[1]


# --- For those who make apps


def test_bob_registers_an_app_and_uses_it(bobs: Client, alices: Client) -> None:
    page = bobs.post("/apps/new", FORM)
    assert page.status_code == 200
    secret = secret_in(page)
    assert "no-store" in page.headers["Cache-Control"]
    app = Application.objects.get()
    assert app.callbacks == ["https://app.example/cb", "reader://back"]
    assert secret not in str(execute("SELECT * FROM application"))
    assert secret not in bobs.get(f"/apps/{app.pk}").content.decode()

    code = allow(alices, app, redirect_uri="reader://back")

    form = {"client_id": app.client_id, "client_secret": secret}
    assert exchange(None, code, **form).status_code == 200
    assert "Reader" in bobs.get("/apps").content.decode()


def test_a_public_app_has_no_secret(bobs: Client) -> None:
    page = bobs.post("/apps/new", {**FORM, "client_type": "public"})

    text = page.content.decode()
    app = Application.objects.get()
    assert app.is_public
    assert "PKCE" in text
    assert "Its secret" not in text
    bobs.post(f"/apps/{app.pk}/secret")
    assert Application.objects.get().client_secret == app.client_secret


def test_the_same_form_again_makes_no_second_app(bobs: Client) -> None:
    bobs.post("/apps/new", FORM)

    again = bobs.post("/apps/new", FORM)

    assert again.status_code == 400
    assert "You have an app with this title already." in again.content.decode()
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    "callback",
    [
        "",
        "http://app.example/cb",
        "https://app.example/cb#x",
        "https://bob@app.example/cb",
        "https://app.example/x/../cb",
        "https://*.app.example/cb",
        "https:///cb",
        "https://app.example:x/cb",
        "https://app.example;script-src/cb",
        "https://app.example,evil.example/cb",
        "https://app.example;/cb",
        "reader://back;,/",
        "https://app.example'/cb",
        "https://app%2eexample/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "JavaScript:alert(1)",
        "vbscript:x",
        "file:///etc/passwd",
        "app.example/cb",
        "//app.example/cb",
        "https://app.example\\cb",
        "https://ëxample.example/cb",
        "http://localhost.evil.example/",
        "x" * 600,
        "\n".join(f"https://app.example/{n}" for n in range(11)),
    ],
)
def test_a_callback_is_one_that_browsers_return_to(bobs: Client, callback: str) -> None:
    answer = bobs.post("/apps/new", {**FORM, "redirect_uris": callback})

    assert answer.status_code == 400
    assert not Application.objects.exists()


def test_bob_changes_his_app(bobs: Client, bob: User) -> None:
    app = app_of(bob)

    answer = bobs.post(
        f"/apps/{app.pk}",
        {**FORM, "name": "Reader 2", "client_type": "public", "user": "1"},
    )

    assert answer.status_code == 302
    app.refresh_from_db()
    assert app.name == "Reader 2"
    assert app.user == bob
    assert not app.is_public, "where it runs is decided once"
    assert exchange(app, "x").json()["error"] == "invalid_grant", "its keys stay"


def test_a_change_that_is_wrong_changes_nothing(bobs: Client, bob: User) -> None:
    app = app_of(bob)

    answer = bobs.post(f"/apps/{app.pk}", {**FORM, "redirect_uris": "x"})

    assert answer.status_code == 400
    assert "not an address" in answer.content.decode()
    assert Application.objects.get().callbacks == app.callbacks


def test_a_new_secret_ends_the_old_one(bobs: Client, bob: User) -> None:
    app = app_of(bob)

    secret = secret_in(bobs.post(f"/apps/{app.pk}/secret"))

    form = {"client_id": app.client_id}
    old = exchange(None, "x", **form, client_secret=SECRET)
    new = exchange(None, "x", **form, client_secret=secret)
    assert old.json()["error"] == "invalid_client"
    assert new.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "path",
    [
        "/apps/new",
        "/apps/{app}",
        "/apps/{app}/secret",
        "/apps/{app}/delete",
        "/settings/tokens",
    ],
)
def test_secrets_need_a_sign_in_of_the_last_ten_minutes(
    bobs: Client, bob: User, path: str
) -> None:
    """Showing or renewing an app's secret asks for the password again (A3)."""
    app = app_of(bob)
    before = Application.objects.values().get()
    form = {**FORM, "name": "New", "scopes": []}

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = bobs.post(path.format(app=app.pk), form)

    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert Application.objects.values().get() == before
    assert not AccessToken.objects.exists()


def test_bob_deletes_his_app_and_its_tokens(
    bobs: Client, alices: Client, bob: User
) -> None:
    app = app_of(bob)
    raw = token_for(alices, app)
    asked = bobs.get(f"/apps/{app.pk}/delete")
    assert "It acts for 1 person" in asked.content.decode()
    assert Application.objects.exists()

    bobs.post(f"/apps/{app.pk}/delete")

    assert not Application.objects.exists()
    assert tokens.find(raw) is None


@pytest.mark.parametrize(
    "path", ["/apps/{app}", "/apps/{app}/secret", "/apps/{app}/delete"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_elses_app_is_there(
    alices: Client, bob: User, path: str, method: str
) -> None:
    """Somebody else's app answers 404, as if it did not exist (A7)."""
    app = app_of(bob)
    before = Application.objects.values().get()

    answer = getattr(alices, method)(path.format(app=app.pk), FORM)

    assert answer.status_code in {404, 405}
    assert Application.objects.values().get() == before


def test_pages_of_apps_are_for_people(client: Client, db: None) -> None:
    for path in ("/apps", "/apps/new", "/settings/apps"):
        assert client.get(path).headers["Location"].startswith("/account/login/")


# --- For those for whom they act


def test_alice_sees_what_acts_for_her_and_ends_it(alices: Client, bob: User) -> None:
    app = app_of(bob)
    raw = token_for(alices, app, scope="flattr")
    text = alices.get("/settings/apps").content.decode()
    assert "Reader" in text
    assert "app.example" in text
    assert "Flattr things for you" in text
    assert "never used" in text
    found = tokens.find(raw)
    assert found
    tokens.note_use(found)
    assert "last used on" in alices.get("/settings/apps").content.decode()

    alices.post(f"/settings/apps/{app.pk}/revoke")

    assert tokens.find(raw) is None
    assert (
        "Reader"
        not in alices.get("/settings/apps")
        .content.decode()
        .partition("<main")[2]
        .partition("Apps that act for me")[2]
    )


def test_revoking_ends_a_code_on_its_way(alices: Client, bob: User) -> None:
    app = app_of(bob)
    token_for(alices, app)
    code = allow(alices, app)

    alices.post(f"/settings/apps/{app.pk}/revoke")

    assert exchange(app, code).status_code == 400


def test_nobody_revokes_or_limits_for_another(
    alices: Client, bobs: Client, bob: User, alice: User
) -> None:
    """A7: not even the app's maker."""
    app = app_of(bob)
    raw = token_for(alices, app)
    tokens.make(alice, "mine", [])
    own = AccessToken.objects.get(application=None)

    assert bobs.post(f"/settings/apps/{app.pk}/revoke").status_code == 404
    assert bobs.post(f"/settings/apps/{app.pk}/limit", {"most": 1}).status_code == 404
    assert bobs.post(f"/settings/tokens/{own.pk}/revoke").status_code == 404
    assert alices.post(f"/settings/tokens/{own.pk + 99}/revoke").status_code == 404
    assert tokens.find(raw)
    assert AccessToken.objects.count() == 2
    assert not Allowance.objects.exists()


def test_last_use_is_written_once_an_hour(
    alices: Client, bob: User, django_assert_num_queries: Any
) -> None:
    raw = token_for(alices, app_of(bob))

    def use() -> None:
        found = tokens.find(raw)
        assert found
        tokens.note_use(found)

    with django_assert_num_queries(2):
        use()
    with django_assert_num_queries(1):
        use()
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=61)),
        django_assert_num_queries(2),
    ):
        use()


def test_alice_makes_a_token_for_herself(alices: Client, alice: User) -> None:
    page = alices.post("/settings/tokens", {"name": "My cron", "scopes": ["flattr"]})

    found = re.search(r'<code class="address">(.{43})</code>', page.content.decode())
    assert found
    token = tokens.find(found[1])
    assert token
    assert (token.user, token.name, token.scope) == (alice, "My cron", "flattr")
    assert found[1] not in str(execute("SELECT * FROM access_token"))
    again = alices.get("/settings/apps").content.decode()
    assert "My cron" in again
    assert found[1] not in again
    alices.post(f"/settings/tokens/{token.pk}/revoke")
    assert tokens.find(found[1]) is None


@pytest.mark.parametrize("form", [{}, {"name": "x", "scopes": ["admin"]}])
def test_a_token_needs_a_name_and_known_scopes(
    alices: Client, form: dict[str, Any]
) -> None:
    assert alices.post("/settings/tokens", form).status_code == 400
    assert not AccessToken.objects.exists()


# --- How much an app may flattr


@pytest.fixture
def token(alices: Client, bob: User) -> AccessToken:
    found = tokens.find(token_for(alices, app_of(bob), scope="flattr"))
    assert found
    return found


def test_alice_limits_an_app(alices: Client, token: AccessToken) -> None:
    period = clock.period()
    allowances.count(token, period)
    assert allowances.left(token, period) is None

    alices.post(f"/settings/apps/{token.application_id}/limit", {"most": "3"})

    assert allowances.left(token, period) == 2, "what was before the limit counts"
    page = alices.get("/settings/apps").content.decode()
    assert "it flattred 1 time, of 3 that you allow" in page
    allowances.count(token, period)
    allowances.count(token, period)
    with pytest.raises(allowances.LimitReached) as refusal:
        allowances.count(token, period)
    assert (refusal.value.code, refusal.value.status) == ("forbidden", 403)
    assert allowances.left(token, period) == 0


def test_a_new_month_begins_anew(alices: Client, token: AccessToken) -> None:
    alices.post(f"/settings/apps/{token.application_id}/limit", {"most": "1"})
    allowances.count(token, 202610)

    allowances.count(token, 202611)

    assert allowances.left(token, 202611) == 0
    assert allowances.left(token, 202612) == 1


def test_none_at_all_and_no_limit(alices: Client, token: AccessToken) -> None:
    path = f"/settings/apps/{token.application_id}/limit"
    alices.post(path, {"most": "0"})
    with pytest.raises(allowances.LimitReached):
        allowances.count(token, 202611)

    alices.post(path, {"most": ""})

    allowances.count(token, 202611)
    assert allowances.left(token, 202611) is None


@pytest.mark.parametrize("most", ["-1", "x", "100001", "1.5", "9" * 30])
def test_a_limit_is_a_number(alices: Client, token: AccessToken, most: str) -> None:
    path = f"/settings/apps/{token.application_id}/limit"

    answer = alices.post(path, {"most": most}, follow=True)

    assert "The limit was not changed." in answer.content.decode()
    assert not Allowance.objects.exists()


def test_own_tokens_are_not_limited(alice: User) -> None:
    found = tokens.find(tokens.make(alice, "mine", ["flattr"]))
    assert found

    allowances.count(found, 202611)

    assert allowances.left(found, 202611) is None
    assert not Allowance.objects.exists()


# --- The operator's command


def test_the_operator_makes_a_token(alice: User) -> None:
    out = io.StringIO()

    call_command("create_token", "Alice", "--scopes", "flattr thing", stdout=out)

    token = tokens.find(out.getvalue().strip())
    assert token
    assert (token.user, token.scope_names) == (alice, ["flattr", "thing"])


@pytest.mark.parametrize("words", [["nobody"], ["alice", "--scopes", "flattr admin"]])
def test_the_operator_is_told_what_is_wrong(alice: User, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_token", *words)
    assert not AccessToken.objects.exists()


OLD = {"key": "aPodder2012", "secret": "compiled-in"}


def register(**options: Any) -> str:
    out = io.StringIO()
    callback = options.pop("callback", ["http://podder.example/back"])
    name = options.pop("name", "Podder")
    facts = {"callback": callback, **OLD, **options}
    call_command("register_app", name, stdout=out, **facts)
    return out.getvalue()


def test_the_operator_lets_an_old_program_in(alices: Client, alice: User) -> None:
    """It knows one key, one secret and one callback, of plain http; Alice is told."""
    dora = person("dora", is_staff=True, is_superuser=True)

    told_operator = register()

    app = Application.objects.get()
    assert (app.user, app.client_id) == (dora, "aPodder2012")
    assert "http://podder.example/back" in told_operator
    assert "compiled-in" not in told_operator
    [noted] = Audit.objects.filter(action="app_registered")
    assert (noted.subject, noted.actor) == (f"app:{app.pk}", None)
    assert noted.after["key"] == "aPodder2012"
    assert "compiled-in" not in str(noted.after) + app.client_secret
    page = ask(alices, app, redirect_uri="http://podder.example/back", scope="flattr")
    text = page.content.decode()
    assert "This is an old program." in text
    assert "registered by the people who run" in text
    assert "goes to podder.example without encryption" in text
    assert "dora" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http://podder.example" in policy
    code = told(decide(alices, page))["code"]
    form = {"grant_type": "authorization_code", "code": code}
    secret = keys(app, "compiled-in")
    answer = Client().post(
        "/oauth/token", form, content_type="application/json", headers=secret
    )
    assert answer.status_code == 200
    assert AccessToken.objects.get().user == alice


def test_nobody_else_has_plain_http(bobs: Client, alices: Client, bob: User) -> None:
    app = app_of(bob)
    answer = bobs.post(
        f"/apps/{app.pk}", {**FORM, "redirect_uris": "http://podder.example/back"}
    )
    assert answer.status_code == 400
    assert "old program" not in ask(alices, app).content.decode()


@pytest.mark.parametrize(
    "options",
    [
        {"callback": ["http:///back"]},
        {"callback": ["javascript:alert(1)"]},
        {"callback": ["http://podder.example;x/"]},
        {"key": "a:b"},
        {"key": ""},
        {"key": "k" * 101},
        {"secret": ""},
        {"secret": "a\0b"},
        {"owner": "nobody"},
        {"website": "no address"},
        {"name": ""},
    ],
    ids=str,
)
def test_an_old_program_is_registered_rightly_or_not_at_all(
    db: None, options: dict[str, Any]
) -> None:
    person("dora", is_staff=True, is_superuser=True)

    with pytest.raises(CommandError):
        register(**options)

    assert not Application.objects.exists()
    assert not Audit.objects.exists()


def test_an_old_program_is_registered_once_and_by_somebody(db: None) -> None:
    with pytest.raises(CommandError, match="no administrator yet"):
        register()
    person("dora", is_staff=True, is_superuser=True)
    register()

    with pytest.raises(CommandError, match="already exists"):
        register(name="Another")

    assert Application.objects.count() == 1


def test_staff_look_and_type_nothing(bob: User) -> None:
    """T42: the library's own pages for staff are not there."""
    app = app_of(bob)
    person("ada", is_staff=True, is_superuser=True)
    adas = browser_of("ada")

    page = adas.get(f"/admin/accounts/application/{app.pk}/change/")

    assert page.status_code == 200
    assert app.client_id in page.content.decode()
    assert adas.get("/admin/accounts/application/add/").status_code == 403
    assert adas.get("/admin/accounts/accesstoken/").status_code == 404
    assert adas.get("/admin/oauth2_provider/grant/").status_code == 404


def test_asking_tells_who_made_an_app(alices: Client, bob: User) -> None:
    text = ask(alices, public_app_of(bob), code_challenge="x").content.decode()

    assert "cannot get access" in text
