from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from accounts.signing_in.signing_up import SignUp
from tests.accounts.signing_in.visiting import (
    PASSWORD,
    is_signed_in,
    link_in,
    sign_in,
    sign_up,
)
from tests.world.people import execute, person

WANTED = "/submit/auto?user_id=bob&url=https%3A%2F%2Fbob.example%2Fsong"

pytestmark = pytest.mark.django_db


def test_a_reader_signs_up_and_comes_back_to_what_she_wanted(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    sent = sign_up(client, "alice", next=WANTED)

    assert sent.headers["Location"] == "/account/confirm-email/"
    [mail] = mailoutbox
    link = link_in(mail, "confirm-email")
    page = client.get(link)
    assert b"alice@people.example" in page.content
    assert not is_signed_in(client)
    key = link.split("?")[0]
    assert client.post(key).headers["Location"] == WANTED
    assert is_signed_in(client)


def test_who_has_to_choose_another_name_still_comes_back_to_what_she_wanted(
    client: Client, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else took `alice` between the question and the answer."""

    def too_late(form: SignUp, request: HttpRequest) -> None:
        raise IntegrityError("person_username_key")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(SignUp, "save_or_remind", too_late)
        page = sign_up(client, "alice", next=WANTED)

    text = page.content.decode()
    assert "Somebody took this name a moment ago." in text
    assert f'name="next" value="{escape(WANTED)}"' in text
    assert f"/account/login/?{urlencode({'next': WANTED})}" in text


def test_the_mail_may_be_opened_in_another_browser(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    sign_up(client, "alice", next=WANTED)
    phone = Client()

    link = link_in(mailoutbox[0], "confirm-email")
    key = link.split("?")[0]
    page = phone.get(link)
    answer = phone.post(key, {"next": WANTED})

    assert WANTED.replace("&", "&amp;") in page.content.decode()
    assert answer.headers["Location"] == WANTED
    assert not is_signed_in(phone), "the link alone signs nobody in"


def test_nobody_is_in_before_the_address_is_confirmed(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    sign_up(client, "alice")

    answer = sign_in(Client(), "alice", PASSWORD)

    assert answer.headers["Location"] == "/account/confirm-email/"


def test_a_name_that_was_somebodys_is_never_given_again(client: Client) -> None:
    """A8: old buttons would pay a stranger, so names stay taken, whatever the case."""
    bob = person("Bob")
    User.objects.filter(pk=bob.pk).update(username="robert")

    answer = sign_up(client, "bOb")

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "we give a name only once" in page
    assert 'value="bob@people.example"' not in page
    assert 'value="bOb@people.example"' in page, "what was typed is kept"
    assert not User.objects.filter(username__iexact="bob").exists()


@pytest.mark.parametrize(
    "name", ["a", "-alice", "alice.", "ali ce", "alïce", "a/b", "x" * 31, "alice@home"]
)
def test_a_name_has_letters_digits_dots_dashes(client: Client, name: str) -> None:
    answer = sign_up(client, name, email="alice@people.example")

    assert answer.status_code == 200
    assert 'id="id_username_error"' in answer.content.decode()
    assert not User.objects.exists()


def test_signing_up_with_a_known_address_looks_like_any_other(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """A1: same status, headers and page; only the mail says it."""
    person("bob")

    known = sign_up(client, "robert", email="bob@people.example")
    unknown = sign_up(Client(), "carol")

    assert shape(known) == shape(unknown)
    after = [Client().get(answer.headers["Location"]) for answer in (known, unknown)]
    assert after[0].content == after[1].content
    assert [mail.to for mail in mailoutbox] == [
        ["bob@people.example"],
        ["carol@people.example"],
    ]
    assert "account already" in str(mailoutbox[0].subject)


def test_the_name_left_free_does_not_tell_either() -> None:
    """A1: a name asked for with a known address is gone, as after any sign-up."""
    bob = person("bob")
    for name in ("robert", "rob"):
        sign_up(Client(), name, email="bob@people.example")

    for name in ("robert", "rob"):
        again = sign_up(Client(), name, email=f"{name}@people.example")
        assert b"we give a name only once" in again.content
        held = execute("SELECT flattr_holder_of_name(%s)", name)
        assert held == [(bob.pk,)]


def test_one_hash_is_computed_for_a_known_address_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing up costs the same time for a known address (A1)."""
    person("bob")
    hashed: list[str | None] = []
    make = User.set_password

    def made(self: User, raw: str | None) -> None:
        hashed.append(raw)
        make(self, raw)

    monkeypatch.setattr(User, "set_password", made)
    for name, address in (("rob", "bob"), ("robert", "bob"), ("carol", "carol")):
        hashed.clear()
        sign_up(Client(), name, email=f"{address}@people.example")
        assert len(hashed) == 1, name


def test_a_profile_appears_when_the_address_is_confirmed(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """A1: before that it would tell that the address was a new one."""
    sign_up(client, "alice")
    assert Client().get("/profile/alice").status_code == 404

    client.post(link_in(mailoutbox[0], "confirm-email"))

    assert Client().get("/profile/Alice").status_code in {200, 301, 302}


def test_the_same_form_again_sends_a_new_link(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """Alice's first mail got lost: five an hour, and the newest opens the account."""
    for _ in range(7):
        sent = sign_up(client, "alice", next=WANTED)
        assert sent.headers["Location"] == "/account/confirm-email/"
    assert [mail.to for mail in mailoutbox] == [["alice@people.example"]] * 5

    answer = client.post(link_in(mailoutbox[-1], "confirm-email").split("?")[0])

    assert answer.headers["Location"] == WANTED
    assert is_signed_in(client)
    elsewhere = Client()
    sign_in(elsewhere, "alice", PASSWORD)
    assert is_signed_in(elsewhere)


def test_the_same_form_again_is_answered_alike_for_a_known_address(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """A1: the form is sent twice in one browser, or from a stranger's."""
    person("bob")
    stranger = Client()
    for address in ("bob", "eve"):
        email, browser = f"{address}@people.example", Client()
        answers = [
            sign_up(who, f"{address}-2", email=email)
            for who in (browser, browser, stranger)
        ]
        mails = [str(mail.subject) for mail in mailoutbox]
        mailoutbox.clear()
        if address == "bob":
            known, told = answers, mails
    assert [shape(answer) for answer in known] == [shape(answer) for answer in answers]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert len(told) == len(mails) == 2
    assert set(told) == {"You have an account already"}
    assert set(mails) == {"Confirm your e-mail"}


def test_a_stranger_who_was_first_does_not_choose_the_password(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """Eve signs up with Alice's address and waits for Alice to open the link."""
    eve = Client()
    sign_up(eve, "alice", password1="eve knows this one")

    sign_up(client, "alice2", email="alice@people.example")
    assert "account already" in str(mailoutbox[-1].subject)
    client.post("/account/password/reset/", {"email": "alice@people.example"})
    form = client.get(link_in(mailoutbox[-1], "reset")).headers["Location"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})

    assert is_signed_in(client), "the link confirms her address as well"
    assert not is_signed_in(eve)
    sign_in(eve, "alice", "eve knows this one")
    assert not is_signed_in(eve)


def test_a_new_person_is_not_asked_for_the_password_a_minute_later(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    """A3: the link in the mail is a sign-in like any other."""
    sign_up(client, "alice")
    client.post(link_in(mailoutbox[0], "confirm-email"))

    assert client.get("/account/password/change/").status_code == 200


def shape(answer: object) -> tuple[object, ...]:
    """What an answer shows of itself but for its random cookies and its second."""
    headers = {
        name: value
        for name, value in answer.headers.items()  # type: ignore[attr-defined]
        if name not in {"Set-Cookie", "Expires"}
    }
    cookies = sorted(answer.cookies)  # type: ignore[attr-defined]
    return answer.status_code, headers, cookies  # type: ignore[attr-defined]
