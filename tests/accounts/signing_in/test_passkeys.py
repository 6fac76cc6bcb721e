"""What a browser may not say for a passkey; `tests.browser.test_passkeys` says right
things with a key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as checked
from hypothesis import strategies as st

from accounts.models import User
from accounts.signing_in import passkeys
from tests.accounts.signing_in.visiting import is_signed_in, sign_in
from tests.world.people import person

ADD = "/account/2fa/webauthn/add/"
SIGN_IN = "/account/2fa/webauthn/login/"
AGAIN = "/account/2fa/webauthn/reauthenticate/"

TEXTS = st.text(max_size=20) | st.just("AAAA") | st.just("\0")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=5,
)
# Shapes near to right ones: the names of the standard with anything behind them.
ANSWERS = VALUES | st.fixed_dictionaries(
    {"id": VALUES, "rawId": VALUES, "type": st.just("public-key") | VALUES},
    optional={
        "response": st.fixed_dictionaries(
            {"clientDataJSON": VALUES},
            optional={
                "attestationObject": VALUES,
                "authenticatorData": VALUES,
                "signature": VALUES,
                "userHandle": VALUES,
            },
        ),
        "clientExtensionResults": VALUES,
    },
)


@pytest.fixture(autouse=True)
def a_site_with_a_name(settings: Any) -> None:
    settings.SITE_URL = "https://flattr.example"
    settings.MFA_RATE_LIMITS = False


@pytest.fixture
def laptop(db: None) -> Client:
    person("bob")
    client = Client()
    sign_in(client, "bob", "correct horse")
    return client


@checked(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(answer=ANSWERS)
def test_nonsense_is_not_accepted(laptop: Client, answer: Any) -> None:
    """A clear answer to any bytes, and no passkey of them."""
    sent = {"name": "Phone", "credential": json.dumps(answer)}
    laptop.get(ADD)
    added = laptop.post(ADD, sent)
    assert added.status_code == 200
    assert b"was not accepted" in added.content
    assert b'value="Phone"' in added.content, "what was typed stays"

    stranger = Client()
    stranger.get(SIGN_IN, headers={"accept": "application/json"})
    refused = stranger.post(SIGN_IN, sent)
    assert refused.headers["Location"] == "/account/login/"
    assert not is_signed_in(stranger)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("sent", ["", "no JSON", '"\\u0000"', "[" * 40_000, "1e999"])
def test_what_is_no_answer_is_refused(laptop: Client, sent: str) -> None:
    laptop.get(ADD)
    for path in (ADD, AGAIN):
        assert laptop.post(path, {"credential": sent}).status_code in {200, 302}
    assert not Authenticator.objects.exists()


def test_a_sign_in_is_asked_for_by_the_script_alone(db: None) -> None:
    client = Client()
    options = client.get(SIGN_IN, headers={"accept": "application/json"}).json()
    wanted = options["request_options"]["publicKey"]
    assert (wanted["rpId"], wanted["userVerification"]) == (
        "flattr.example",
        "required",
    )
    assert client.get(SIGN_IN).headers["Location"] == "/account/login/"


def test_a_site_without_a_name_has_no_passkeys(laptop: Client, settings: Any) -> None:
    assert b"Make a passkey" in laptop.get("/account/2fa/").content
    settings.SITE_URL = "http://127.0.0.1:8000"

    assert b"this site runs under a number" in laptop.get("/account/2fa/").content
    assert laptop.get(ADD).headers["Location"] == "/account/2fa/"
    assert b"passkey" not in Client().get("/account/login/").content


def test_nobody_keeps_more_than_twenty(laptop: Client) -> None:
    bob = User.objects.get(username="bob")
    Authenticator.objects.bulk_create(
        Authenticator(user=bob, type="webauthn", data={"name": str(number)})
        for number in range(passkeys.MOST)
    )
    form = passkeys.NewPasskey(
        {"name": "One more", "credential": '{"response": {}}'}, user=bob
    )
    assert "20 passkeys already" in str(form.errors)


def test_names_are_clean(db: None) -> None:
    bob = person("bob")
    form = passkeys.NewPasskey(
        {"name": "\u202e enohp", "credential": '{"response": {}}'}, user=bob
    )
    form.is_valid()
    assert form.cleaned_data["name"] == "enohp"
    empty = passkeys.NewPasskey({"name": "", "credential": "{}"}, user=bob)
    assert empty["name"].errors, "a name is asked for"
