"""Signing in by mail, which works whatever strangers tried (A2)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db.models import F
from django.test import Client

from accounts.models import Attempt, Session, User
from accounts.signing_in import mailed_codes
from accounts.signing_in.attempts import ACCOUNT, MAIL
from accounts.signing_in.sessions import SessionStore
from tests.accounts.signing_in.test_limits import tries
from tests.accounts.signing_in.test_signing_up import shape
from tests.accounts.signing_in.visiting import (
    code_for,
    is_signed_in,
    sign_in,
    sign_up,
    switch_on,
)
from tests.world.people import execute, person

ASK, TYPE = "/account/login/code/", "/account/login/code/confirm/"
BOB = "bob@people.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return person("bob")


def ask(client: Client, email: str = BOB, **facts: str) -> Any:
    return client.post(ASK, {"email": email, **facts})


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^ *([A-Z]{4}-[A-Z]{4}-[A-Z]{4})$", str(mail.body), re.MULTILINE)
    assert found is not None, mail.body
    return found[1]


def type_in(client: Client, code: str) -> Any:
    return client.post(TYPE, {"code": code})


def test_bob_signs_in_with_a_code_and_goes_on(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    asked = ask(client, next="/settings")
    answer = client.post(asked.headers["Location"], {"code": code_in(mailoutbox[0])})

    assert mailoutbox[0].to == [BOB]
    assert answer.headers["Location"] == "/settings"
    assert is_signed_in(client)


@pytest.mark.parametrize("name", ["bob", BOB])
def test_no_stranger_keeps_bob_out_of_a_new_browser(
    client: Client, bob: User, name: str, mailoutbox: list[EmailMessage]
) -> None:
    """A2: passwords and codes are used up by others, hour after hour; he gets in."""
    far = "192.0.2.7"
    stranger = Client(REMOTE_ADDR=far)
    for _quarter in range(5):
        tries(name, ACCOUNT.burst + 1, REMOTE_ADDR=far)
        for _ in range(MAIL.burst + 1):
            ask(stranger)
            stranger.post("/account/logout/")
        Attempt.objects.update(at=F("at") - timedelta(minutes=14))
        cache.clear()
    tries(name, ACCOUNT.burst + 1, REMOTE_ADDR=far)

    refused = sign_in(client, name, "correct horse")
    assert refused.status_code == 429
    assert ASK in refused.content.decode()
    ask(client)
    type_in(client, code_in(mailoutbox[-1]))

    assert is_signed_in(client)


def test_the_page_offers_it_also_where_the_limit_is_not_told(bob: User) -> None:
    """A1: both names of an account share its tries, silently; the way out is there."""
    tries("bob", ACCOUNT.burst)

    page = sign_in(Client(), BOB, "correct horse").content.decode()

    assert "do not match" in page
    assert "a code by e-mail still works" in page
    assert f'href="{ASK}"' in page


def test_an_address_gets_five_codes_an_hour(
    bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """A2: whoever asks, from wherever, in whatever spelling."""
    for number in range(12):
        ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), email=f" {BOB.upper()} ")
    assert len(mailoutbox) == 5

    Attempt.objects.update(at=F("at") - timedelta(minutes=61))
    ask(Client())
    assert len(mailoutbox) == 6


def test_each_code_of_the_hour_works_in_any_browser_that_waits(
    bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """A2: those that a stranger asked for are in Bob's mailbox, and are his."""
    for _ in range(6):
        ask(Client())
    for number, works in ((0, True), (4, True), (2, True), (4, False)):
        browser = Client()
        ask(browser)
        typed = code_in(mailoutbox[number]).lower().replace("-", " ")
        type_in(browser, typed)
        assert is_signed_in(browser) == works, "each works once"


def test_a_new_password_ends_the_codes(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    bob.set_password("grey geese rising")
    bob.save()

    type_in(client, code_in(mailoutbox[0]))

    assert not is_signed_in(client)


def test_a_code_ends_with_the_hour(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    Attempt.objects.update(at=F("at") - timedelta(minutes=61))

    type_in(client, code_in(mailoutbox[0]))

    assert not is_signed_in(client)


def test_a_code_is_bobs_alone(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    eve = person("eve")
    ask(Client(), email=eve.email)
    ask(client)

    answer = type_in(client, code_in(mailoutbox[0]))

    assert b"This is not the code" in answer.content
    assert not is_signed_in(client)


def test_codes_are_guessed_five_times_at_most(client: Client, bob: User) -> None:
    ask(client)

    answers = [type_in(client, "BCDF-BCDF-BCDF") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [302]
    assert answers[-1].headers["Location"] == ASK
    assert type_in(client, "BCDF-BCDF-BCDF").headers["Location"].startswith(ASK)
    assert len(mailed_codes.LETTERS) ** 12 > 2**50


def test_after_the_code_comes_the_second_factor(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    laptop = Client()
    sign_in(laptop, "bob", "correct horse")
    secret = switch_on(laptop)
    mailoutbox.clear()

    ask(client)
    asked = type_in(client, code_in(mailoutbox[0]))

    assert asked.headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    assert is_signed_in(client)


def test_who_stole_the_password_does_not_use_up_bobs_codes_of_the_app(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """A2: the second factor's tries of who comes by mail are counted apart."""
    laptop, thief = Client(), Client()
    sign_in(laptop, "bob", "correct horse")
    secret = switch_on(laptop)
    mailoutbox.clear()
    sign_in(thief, "bob", "correct horse")
    for _ in range(6):
        page = thief.post("/account/2fa/authenticate/", {"code": "000000"})
    assert b"Too many wrong codes" in page.content

    ask(client)
    type_in(client, code_in(mailoutbox[0]))
    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})

    assert is_signed_in(client)


def test_asking_tells_nobody_who_has_an_account(
    bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """A1: the page, its headers and what follows are alike; only the mail is not."""
    known, unknown = Client(), Client()
    answers = [ask(known), ask(unknown, email="eve@people.example")]
    assert shape(answers[0]) == shape(answers[1])
    pages = [client.get(TYPE) for client in (known, unknown)]
    typed = [type_in(client, "BCDF-GHJK-LMNP") for client in (known, unknown)]

    for one, other in (pages, typed):
        assert shape(one) == shape(other)
        assert plain(one) == plain(other)
    for _ in range(6):  # nor does the limit
        answers = [ask(Client()), ask(Client(), email="eve@people.example")]
        assert shape(answers[0]) == shape(answers[1])
    sent = [str(mail.to[0]) for mail in mailoutbox]
    assert sent.count(BOB) == sent.count("eve@people.example") == 5


def plain(answer: Any) -> list[str]:
    page = answer.content.decode().replace("eve@", "bob@")
    return [line for line in page.split("\n") if "csrf" not in line]


def test_nobody_gets_into_an_account_that_a_stranger_opened(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """Its password is the stranger's, until the mail's link was opened."""
    sign_up(Client(), "bob")
    mailoutbox.clear()

    ask(client)

    assert "No account" in str(mailoutbox[0].subject)


def test_no_code_rests_anywhere(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """T36: neither in a session nor beside what is counted."""
    ask(client)
    code = code_in(mailoutbox[0])

    [session] = Session.objects.all()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    sessions = SessionStore(key).decode(session.session_data)
    assert "login_by_code" in str(sessions)

    for spelling in (code, code.replace("-", ""), code.lower()):
        assert spelling not in str(sessions)
        assert spelling not in str(execute("SELECT * FROM attempt"))


def test_who_waits_for_a_code_may_take_the_password_after_all(
    client: Client, bob: User
) -> None:
    ask(client)

    client.post("/account/logout/", {"next": "/account/login/"})
    sign_in(client, "bob", "correct horse")

    assert is_signed_in(client)


def test_reset_mails_to_one_address_are_limited_and_the_last_one_works(
    bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """A2; A1: nobody who asks learns that no mail was sent."""
    path = "/account/password/reset/"
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(path, {"email": BOB}) for n in range(12)
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert len(mailoutbox) == 5


def test_a_reset_link_never_goes_to_an_address_that_is_not_confirmed(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """Bob mistyped his next address: whoever has it does not get his account."""
    sign_in(client, "bob", "correct horse")
    client.post("/account/email/", {"email": "b0b@people.example", "action_add": ""})
    mailoutbox.clear()

    Client().post("/account/password/reset/", {"email": "b0b@people.example"})

    assert "No account" in str(mailoutbox[0].subject)
