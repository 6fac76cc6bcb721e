from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from accounts.signing_in import sessions
from tests.accounts.signing_in.visiting import is_signed_in, sign_in
from tests.world.people import execute, person

COOKIE = django_settings.SESSION_COOKIE_NAME


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def laptop(bob: User) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    sign_in(client, "bob", "correct horse")
    return client


def test_the_database_cannot_sign_in(laptop: Client, bob: User) -> None:
    """T36: what rests there is a hash of the key."""
    key = laptop.cookies[COOKIE].value
    [stored] = Session.objects.all()

    assert stored.session_key == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(execute("SELECT * FROM session"))
    assert stored.user == bob
    thief = Client()
    thief.cookies[COOKIE] = stored.session_key
    assert not is_signed_in(thief)


def test_a_session_is_new_after_signing_in(bob: User) -> None:
    """T36: a key that somebody planted before is worth nothing after."""
    client = Client()
    client.post("/account/login/", {"login": "bob", "password": "wrong"})
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    assert before
    client.cookies[COOKIE] = before

    sign_in(client, "bob", "correct horse")

    assert client.cookies[COOKIE].value != before
    thief = Client()
    thief.cookies[COOKIE] = before
    assert not is_signed_in(thief)


def test_a_password_typed_again_gives_a_new_key(laptop: Client) -> None:
    """T36: more rights, another key."""
    before = laptop.cookies[COOKIE].value

    laptop.post("/account/reauthenticate/", {"password": "correct horse"})

    assert laptop.cookies[COOKIE].value != before
    assert is_signed_in(laptop)
    assert Session.objects.count() == 1


def test_the_cookie_is_for_us_alone(laptop: Client) -> None:
    """The session's cookie is HttpOnly, SameSite and ours by name (T36, T24)."""
    cookie = laptop.cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_thirty_days_from_the_last_visit(laptop: Client) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(days=3))
    session = laptop.session
    session["seen_on"] = "2026-01-01"
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(days=3))

    laptop.get("/settings")

    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(days=29) < left < timedelta(days=31)


def test_a_visit_writes_the_session_once_a_day(
    laptop: Client, django_assert_max_num_queries: Any
) -> None:
    laptop.get("/settings")

    with django_assert_max_num_queries(3) as queries:
        laptop.get("/settings")

    assert not any("UPDATE" in query["sql"] for query in queries.captured_queries)


def test_a_new_password_ends_the_other_sessions(laptop: Client, bob: User) -> None:
    """Only the browser that changed the password stays signed in (A4)."""
    elsewhere = Client()
    sign_in(elsewhere, "bob", "correct horse")

    laptop.post(
        "/account/password/change/",
        {
            "oldpassword": "correct horse",
            "password1": "grey geese rising",
            "password2": "grey geese rising",
        },
    )

    assert is_signed_in(laptop)
    assert not is_signed_in(elsewhere)
    assert Session.objects.filter(user=bob).count() == 1


def test_bob_sees_where_he_is_signed_in_and_ends_it(laptop: Client, bob: User) -> None:
    elsewhere = Client(
        headers={"user-agent": "Mozilla/5.0 (iPhone) Version/19 Safari/605"}
    )
    sign_in(elsewhere, "bob", "correct horse")
    page = laptop.get("/settings/security").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on an iPhone" in page

    laptop.post("/settings/security/others")

    assert is_signed_in(laptop)
    assert not is_signed_in(elsewhere)


def test_ending_sessions_ends_nobody_elses(laptop: Client) -> None:
    eve = Client()
    person("eve")
    sign_in(eve, "eve", "correct horse")

    eve.post("/settings/security/others")

    assert is_signed_in(laptop)


def test_sessions_that_are_over_are_forgotten(laptop: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sign_in(Client(), "bob", "correct horse")

    assert not is_signed_in(laptop)
    assert sessions.prune() == 1
    assert Session.objects.count() == 1


def test_signing_out_ends_the_session(laptop: Client) -> None:
    kept = laptop.cookies[COOKIE].value

    laptop.post("/account/logout/")

    assert not Session.objects.filter(user__isnull=False).exists()
    thief = Client()
    thief.cookies[COOKIE] = kept
    assert not is_signed_in(thief)


def test_an_account_that_is_closed_is_signed_out_at_once(
    laptop: Client, bob: User
) -> None:
    """The next request of any browser is a stranger's (A4)."""
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert not is_signed_in(laptop)
    again = sign_in(Client(), "bob", "correct horse")
    assert again.headers["Location"] == "/account/inactive/"
