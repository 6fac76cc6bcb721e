"""One mailbox is one account, however its address is spelt."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.mailboxes import NoMailbox, as_login, one_form
from accounts.models import User
from tests.accounts.signing_in.test_signing_up import shape
from tests.accounts.signing_in.visiting import (
    PASSWORD,
    is_signed_in,
    link_in,
    sign_in,
    sign_up,
)
from tests.world.people import execute, person

# What people type and what browsers make of it: one mailbox.
SPELLINGS = [
    "anna@bücher.example",
    "anna@xn--bcher-kva.example",
    "Anna@BÜCHER.example",
    " anna@bu\u0308cher.example ",
    "anna@Bücher。example",
    "anna@ｂücher.example",
    "ANNA@XN--BCHER-KVA.EXAMPLE",
]
STORED = "anna@xn--bcher-kva.example"

pytestmark = pytest.mark.django_db


def anna_signs_up(client: Client, email: str, mails: list[EmailMessage]) -> None:
    sign_up(client, "anna", email=email)
    client.post(link_in(mails[-1], "confirm-email"))


@pytest.mark.parametrize("typed", SPELLINGS)
def test_an_address_is_kept_in_one_form(
    client: Client, typed: str, mailoutbox: list[EmailMessage]
) -> None:
    anna_signs_up(client, typed, mailoutbox)

    assert User.objects.get(username="anna").email == STORED
    assert EmailAddress.objects.get().email == STORED
    assert [mail.to for mail in mailoutbox] == [[STORED]]


def test_every_spelling_signs_anna_in(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    anna_signs_up(client, SPELLINGS[0], mailoutbox)

    for typed in SPELLINGS:
        browser = Client()
        sign_in(browser, typed, PASSWORD)
        assert is_signed_in(browser), typed
    assert EmailAddress.objects.count() == 1


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_mailbox_has_one_account(
    client: Client, typed: str, mailoutbox: list[EmailMessage]
) -> None:
    """A1: and that it has one is told in the mail alone."""
    anna_signs_up(client, SPELLINGS[0], mailoutbox)

    known = sign_up(Client(), "anja", email=typed)
    unknown = sign_up(Client(), "carol")

    assert shape(known) == shape(unknown)
    assert User.objects.filter(email__contains="example").count() == 2
    assert mailoutbox[-2].to == [STORED]
    assert "account already" in str(mailoutbox[-2].subject)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_new_password_is_sent_to_the_address_that_is_kept(
    client: Client, typed: str, mailoutbox: list[EmailMessage]
) -> None:
    anna_signs_up(client, SPELLINGS[1], mailoutbox)

    Client().post("/account/password/reset/", {"email": typed})

    assert mailoutbox[-1].to == [STORED]
    assert "reset" in link_in(mailoutbox[-1], "reset")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_bob_moves_to_an_address_in_one_form(
    client: Client, typed: str, mailoutbox: list[EmailMessage]
) -> None:
    person("bob")
    sign_in(client, "bob", "correct horse")

    client.post("/account/email/", {"email": typed, "action_add": ""})
    client.post(link_in(mailoutbox[-1], "confirm-email"))

    assert mailoutbox[0].to == [STORED]
    assert User.objects.get(username="bob").email == STORED


@pytest.mark.parametrize(
    "typed",
    ["anna@☕.example", "anna@xn--.example", "anna@a\u1e9ea.example", "ſam@x.example"],
)
def test_an_address_that_gets_no_mail_is_refused(client: Client, typed: str) -> None:
    answer = sign_up(client, "anna", email=typed)

    assert answer.status_code == 200
    assert b'id="id_email_error"' in answer.content
    assert not User.objects.exists()
    assert sign_in(Client(), typed, PASSWORD).status_code == 200


def test_an_address_longer_than_we_keep_is_refused(client: Client) -> None:
    answer = sign_up(client, "anna", email=f"anna@{'a' * 60}.{'b' * 60}." * 2 + "c")

    assert answer.status_code == 200
    assert not User.objects.exists()


@given(st.emails(), st.sampled_from(["bücher", "faß", "例え", "пример"]))
def test_one_form_is_its_own(typed: str, label: str) -> None:
    for address in (typed, f"anna@{label}.example", f"ANNA@{label.upper()}.example"):
        try:
            kept = one_form(address)
        except NoMailbox:
            continue
        assert kept.isascii()
        assert one_form(kept) == as_login(kept) == kept == kept.lower()


@pytest.mark.parametrize("spelling", ["anna@bücher.example", "Anna@books.example"])
@pytest.mark.parametrize("table", ["person", "account_emailaddress", "former_address"])
def test_the_database_takes_no_other_form(table: str, spelling: str) -> None:
    bob = person("bob")
    execute(
        "INSERT INTO former_address (person_id, email, left_at)"
        " VALUES (%s, 'b@x.example', now())",
        bob.pk,
    )

    with pytest.raises(IntegrityError, match="has_one_form"), transaction.atomic():
        execute(f"UPDATE {table} SET email = %s", spelling)
