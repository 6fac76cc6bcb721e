from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.signing_in.visiting import link_in, sign_in
from tests.world.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return person("bob")


@pytest.fixture
def laptop(bob: User) -> Client:
    client = Client()
    sign_in(client, "bob", "correct horse")
    return client


def test_bob_says_who_he_is(laptop: Client, bob: User) -> None:
    laptop.post(
        "/settings",
        {
            "first_name": "Bob",
            "last_name": "Berg",
            "about": "Songs.",
            "url": "bob.example",
        },
    )

    bob.refresh_from_db()
    assert bob.name == "Bob Berg"
    assert bob.url == "https://bob.example"
    assert not bob.shows_flattrs
    assert "/@bob</a>" in laptop.get("/settings").content.decode()


def test_what_cannot_be_saved_is_said_beside_the_field_and_kept(laptop: Client) -> None:
    page = laptop.post("/settings", {"city": "Malmö", "url": "not a page"}).content

    text = page.decode()
    assert 'aria-describedby="id_url_error"' in text
    assert 'id="id_url_error"' in text
    assert 'value="not a page"' in text
    assert 'value="Malmö"' in text


def test_nothing_else_can_be_set(laptop: Client, bob: User) -> None:
    """A7: neither money nor rights are fields of a form."""
    laptop.post(
        "/settings",
        {
            "is_staff": "on",
            "is_superuser": "on",
            "username": "alice",
            "email": "e@x.example",
        },
    )

    bob.refresh_from_db()
    assert (bob.is_staff, bob.is_superuser) == (False, False)
    assert (bob.username, bob.email) == ("bob", "bob@people.example")


def test_bob_chooses_his_mails(laptop: Client, bob: User) -> None:
    laptop.post("/settings/mails", {"mail_statement": "on"})

    bob.refresh_from_db()
    assert (bob.mail_statement, bob.mail_revenue, bob.mail_paid_in) == (
        True,
        False,
        False,
    )


def test_a_new_address_counts_when_it_is_confirmed(
    laptop: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    laptop.post("/account/email/", {"email": "robert@people.example", "action_add": ""})
    bob.refresh_from_db()
    assert bob.email == "bob@people.example"
    asked = [mail for mail in mailoutbox if mail.to == ["robert@people.example"]]

    laptop.post(link_in(asked[0], "confirm-email"))

    bob.refresh_from_db()
    assert bob.email == "robert@people.example"
    told = [mail.to for mail in mailoutbox if "was changed" in str(mail.subject)]
    assert told == [["bob@people.example"]]


def test_somebody_elses_address_is_not_told_apart(
    laptop: Client, mailoutbox: list[EmailMessage]
) -> None:
    """Changing to a taken address reads like changing to a free one (A1)."""
    person("eve")

    taken = laptop.post(
        "/account/email/", {"email": "eve@people.example", "action_add": ""}
    )

    assert taken.status_code == 302
    assert not User.objects.filter(username="bob", email="eve@people.example").exists()


@pytest.mark.parametrize(
    "path", ["/settings", "/settings/mails", "/settings/security", "/account/email/"]
)
def test_settings_are_for_who_is_signed_in(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 302
    sent_to = unquote(answer.headers["Location"])
    assert sent_to == f"/account/login/?next={path}"
