from __future__ import annotations

import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from accounts.mail import outbox
from accounts.models import Attempt, Audit, Outbox, User
from accounts.signing_in import invitations
from flattr.database import clock
from tests.accounts.signing_in.visiting import (
    code_for,
    is_signed_in,
    link_in,
    sign_in,
    switch_on,
)
from tests.world.people import execute, person


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def laptop(bob: User) -> Client:
    client = Client()
    sign_in(client, "bob", "correct horse")
    return client


def test_the_picture_is_part_of_the_page(laptop: Client) -> None:
    """No data: address and no inline style, so that the strict policy holds."""
    page = laptop.get("/account/2fa/totp/activate/").content.decode()

    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page


def test_after_the_password_comes_a_code(laptop: Client) -> None:
    secret = switch_on(laptop)
    client = Client()

    asked = sign_in(client, "bob", "correct horse")
    assert asked.headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})

    assert is_signed_in(client)


def test_a_code_is_good_once(laptop: Client) -> None:
    """A code that was accepted is refused the second time (T34)."""
    code = code_for(switch_on(laptop))
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, "bob", "correct horse")
        client.post("/account/2fa/authenticate/", {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_five_codes_in_a_quarter_of_an_hour(laptop: Client) -> None:
    """T34: six digits are not many, so few may be tried; then the right one too."""
    secret = switch_on(laptop)
    client = Client()
    sign_in(client, "bob", "correct horse")
    path = "/account/2fa/authenticate/"
    pages = [client.post(path, {"code": "000000"}).content.decode() for _ in range(6)]

    assert "Too many wrong codes" not in pages[3]
    assert "Too many wrong codes" in pages[4]
    client.post(path, {"code": code_for(secret)})
    assert not is_signed_in(client)
    Attempt.objects.update(at=F("at") - timedelta(minutes=15))
    client.post(path, {"code": code_for(secret)})
    assert is_signed_in(client)


def test_a_recovery_code_does_as_well_once(laptop: Client) -> None:
    switch_on(laptop)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for expected in (True, False):
        client = Client()
        sign_in(client, "bob", "correct horse")
        client.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(client) is expected


def test_switching_it_off_ends_the_other_sessions(laptop: Client) -> None:
    """Only the browser that switched it off stays signed in (A4)."""
    secret = switch_on(laptop)
    elsewhere = Client()
    sign_in(elsewhere, "bob", "correct horse")
    elsewhere.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    assert is_signed_in(elsewhere)

    laptop.post("/account/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert is_signed_in(laptop)
    assert not is_signed_in(elsewhere)


def test_the_key_rests_encrypted(laptop: Client) -> None:
    secret = switch_on(laptop)

    rows = str(execute("SELECT data FROM mfa_authenticator"))

    assert secret not in rows


CHOOSE = "/account/2fa/"
ACTIVATE = "/account/2fa/totp/activate/"
ADD_PASSKEY = "/account/2fa/webauthn/add/"
LOCKS = [
    ACTIVATE,
    "/account/password/change/",
    "/account/email/",
]


@pytest.mark.parametrize("path", LOCKS)
def test_locks_ask_for_a_sign_in_of_the_last_ten_minutes(
    laptop: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3: the session of a laptop left open changes no lock."""
    assert laptop.get(path).status_code == 200
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)

    for answer in (laptop.get(path), laptop.post(path, {"email": "eve@x.example"})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/reauthenticate/")
    laptop.post("/account/reauthenticate/", {"password": "correct horse"})
    assert laptop.get(path).status_code == 200


@pytest.fixture
def staff(db: None) -> User:
    return person("dora", is_staff=True, is_superuser=True)


def printed_link(name: str) -> str:
    out = StringIO()
    call_command("second_factor_link", name, stdout=out)
    return out.getvalue().split("\n")[0].removeprefix(django_settings.SITE_URL)


def signed_in(name: str) -> Client:
    client = Client()
    sign_in(client, name, "correct horse")
    return client


def test_staff_need_a_second_factor_for_the_admin(staff: User, settings: Any) -> None:
    """A3: outside local mode; the first admin's link is printed by a command."""
    settings.LOCAL = False
    laptop = signed_in("dora")

    sent = laptop.get("/admin/")
    assert sent.headers["Location"] == CHOOSE
    opened = laptop.get(printed_link("dora"))
    assert opened.headers["Location"] == CHOOSE
    switch_on(laptop)

    assert laptop.get("/admin/").status_code == 200


def test_who_stole_a_password_of_staff_sets_no_second_factor(
    staff: User, bob: User, settings: Any
) -> None:
    """A3: the page says whom to ask; everybody else sets theirs as ever."""
    settings.LOCAL = False
    settings.SITE_URL = "https://flattr.example"
    thief = signed_in("dora")

    for answer in (
        thief.get(ACTIVATE),
        thief.post(ACTIVATE, {"code": "000000"}),
        thief.get(ADD_PASSKEY),
        thief.post(ADD_PASSKEY, {"credential": "{}"}),
    ):
        assert answer.status_code == 403
        assert b"Ask another admin for a link" in answer.content
    assert not Authenticator.objects.exists()
    switch_on(signed_in("bob"))


def test_another_admin_sends_the_link(
    staff: User, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    """A3: from the page of the new colleague; never from one's own."""
    settings.LOCAL = False
    emil = person("emil", is_staff=True)
    admin, laptop = signed_in("dora"), signed_in("emil")
    admin.get(printed_link("dora"))
    switch_on(admin)
    page = admin.get(f"/admin/accounts/user/{emil.pk}/change/").content.decode()
    act = f"/admin/accounts/user/act/invite/?ids={emil.pk}"
    assert act in page

    admin.post(act, {"text": "Emil starts on Monday"})
    outbox.send_due()
    [sent] = [one for one in mailoutbox if "second factor" in str(one.subject)]
    link = link_in(sent, "2fa/link")

    assert sent.to == ["emil@people.example"]
    assert signed_in("dora").get(link).status_code == 302, "not signed in: to the code"
    assert admin.get(link).status_code == 404, "it is not Dora's"
    assert laptop.get(link).headers["Location"] == CHOOSE
    switch_on(laptop)
    assert laptop.get("/admin/").status_code == 200
    assert Audit.objects.filter(action="second_factor_link", actor=staff).count() == 1
    assert not any("2fa" in str(kept.facts) for kept in Outbox.objects.all())


def test_nobody_sends_the_link_to_themselves(staff: User) -> None:
    with pytest.raises(invitations.NotInvited, match="Another admin"):
        invitations.send(staff, staff, "I want to")


@pytest.mark.parametrize("end", ["used", "newer", "old"])
def test_a_link_ends(
    staff: User, settings: Any, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """It is used once, a newer one was made, or three days have passed."""
    settings.LOCAL = False
    link, laptop = printed_link("dora"), signed_in("dora")
    if end == "used":
        laptop.get(link)
        switch_on(laptop)
        laptop.post("/account/2fa/totp/deactivate/")
    elif end == "newer":
        printed_link("dora")
    else:
        later = clock.now() + timedelta(days=3, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: later)
    thief = signed_in("dora")

    assert thief.get(link).status_code == 404
    assert thief.get(ACTIVATE).status_code == 403


def test_staff_who_signed_in_with_a_second_factor_may_change_their_phone(
    staff: User, settings: Any
) -> None:
    settings.LOCAL = False
    laptop = signed_in("dora")
    laptop.get(printed_link("dora"))
    secret = switch_on(laptop)
    again = signed_in("dora")
    again.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    again.post("/account/2fa/totp/deactivate/")

    switch_on(again)

    assert again.get("/admin/").status_code == 200


def test_readers_get_no_link(bob: User) -> None:
    for name, why in (("bob", "Only staff need a link"), ("eve", "nobody called eve")):
        with pytest.raises(CommandError, match=why):
            call_command("second_factor_link", name)


def test_staff_sign_in_where_everybody_does(staff: User) -> None:
    """A3: the admin's own door would know no second factor and no limits."""
    answer = Client().get("/admin/login/?next=/admin/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_staff_who_were_away_type_their_password_again(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T42: half an hour without the admin ends it."""
    laptop = Client()
    sign_in(laptop, "dora", "correct horse")
    assert laptop.get("/admin/").status_code == 200
    later = time.time() + 1801
    monkeypatch.setattr(time, "time", lambda: later)

    sent = laptop.get("/admin/payouts/payout/")

    assert sent.headers["Location"] == (
        "/account/reauthenticate/?next=%2Fadmin%2Fpayouts%2Fpayout%2F"
    )
    back = laptop.post(
        "/account/reauthenticate/",
        {"password": "correct horse", "next": "/admin/payouts/payout/"},
    )
    assert back.headers["Location"] == "/admin/payouts/payout/"
    assert laptop.get("/admin/payouts/payout/").status_code == 200
