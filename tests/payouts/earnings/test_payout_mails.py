"""What Bob and Alice read when something happens to their money."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as sent
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts import audit
from accounts.mail import outbox
from accounts.models import Audit, User
from payouts.earnings import destinations
from tests.world.browsing import signed_in
from tests.world.earning import IBAN

FACTS = {"payout": 7, "amount": 1_234, "account": "DE…3000", "reason": ""}


def read(user: User, template: str, **facts: Any) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail, as it is sent."""
    sent.outbox.clear()
    outbox.write(f"{template}:{facts}", template, user, **facts)
    assert outbox.send_due() == 1
    (message,) = sent.outbox
    assert isinstance(message, EmailMultiAlternatives)
    (html, kind) = message.alternatives[0]
    assert kind == "text/html"
    return str(message.subject), str(message.body), str(html)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "subject", "says"),
    [
        ("requested", "Your payout of €12.34 was requested", "We review every payout"),
        (
            "released",
            "Your payout of €12.34 goes ahead",
            "We write to you when it is sent",
        ),
        ("approved", "Your payout of €12.34 is approved", "will be sent next"),
        ("held", "We are reviewing your payout of €12.34", "stays reserved for you"),
        ("rejected", "Your payout of €12.34 was not made", "the blog <is> gone"),
        ("sent", "Your payout of €12.34 is sent", "DE…3000"),
        ("failed", "Your payout of €12.34 came back", "the blog <is> gone"),
    ],
)
def test_bob_reads_what_became_of_his_payout(
    bob: User, state: str, subject: str, says: str
) -> None:
    facts = {**FACTS, "state": state, "reason": "the blog <is> gone"}

    told, text, html = read(bob, "payout", **facts)

    assert told == subject
    assert says in text
    assert says.replace("<is>", "&lt;is&gt;") in html
    assert "/payouts" in text


@pytest.mark.django_db
def test_bob_reads_that_a_part_came_back(bob: User) -> None:
    facts = {**FACTS, "state": "returned", "reason": "Stripe took it back."}

    subject, text, html = read(bob, "payout", **facts)

    assert subject == "€12.34 of a payout came back"
    assert "Stripe took it back." in text
    assert "less what you owed" in html


@pytest.mark.django_db
def test_bob_reads_what_stripe_still_wants_to_know(bob: User) -> None:
    missing = ["your date of birth", "a <paper>"]

    subject, text, html = read(bob, "stripe_asks", told="", missing=missing)
    assert subject == "Stripe cannot pay you yet"
    assert "  - your date of birth\n  - a <paper>" in text
    assert "<li>a &lt;paper&gt;</li>" in html

    _, text, html = read(bob, "stripe_asks", told="It is closed.", missing=[])
    assert "Your payouts are waiting. It is closed." in text
    assert "Your payouts are waiting. It is closed." in html


@pytest.mark.django_db
def test_bob_reads_that_his_bank_took_nothing(bob: User) -> None:
    subject, text, html = read(bob, "bank_refused", told="")

    assert subject == "Your bank did not take a payment from Stripe"
    assert "waits for you at Stripe" in text
    assert "/payouts" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("payouts", "says"),
    [
        (1, "1 approved payout waits because"),
        (3, "for all of them, or €5.00 for the one that has waited longest"),
    ],
)
def test_staff_read_how_much_to_top_up(bob: User, payouts: int, says: str) -> None:
    facts = {"oldest": 500, "all": 1_234, "payouts": payouts}

    subject, text, html = read(bob, "top_up", **facts)

    assert subject == "Top up €12.34: approved payouts wait"
    assert says in text
    assert says in html
    assert "/admin/payouts/payout/?state__exact=approved" in text


@pytest.mark.django_db
def test_bob_reads_that_the_bank_account_was_changed(bob: User) -> None:
    """All of Bob's addresses get the mail (A5)."""
    sent.outbox.clear()
    destinations.change(None, bob, "Bob <Maker>", IBAN)
    outbox.send_due()

    (message,) = sent.outbox
    assert message.to == [bob.email]
    assert "Bob <Maker>" in str(message.body)
    assert "DE…3000" in str(message.body)
    assert IBAN not in str(message.body)
    assert "/payouts/destination/cancel/" in str(message.body)


@pytest.mark.django_db
def test_alice_reads_what_was_taken_back(alice: User) -> None:
    subject, text, html = read(alice, "taken_back", things=["A <song>"])

    assert subject == "A flattr of yours was taken back"
    assert "A <song>" in text
    assert "A &lt;song&gt;" in html


@pytest.mark.django_db
def test_a_new_password_by_mail_makes_payouts_wait(bob: User) -> None:
    """T37: whoever reads Bob's mail may get in, and gets no money for a week."""
    client = Client()
    client.post("/account/password/reset/", {"email": bob.email})
    link = str(sent.outbox[-1].body).split("http://127.0.0.1:8000")[1].split()[0]
    form = client.get(link, follow=True)
    client.post(
        form.request["PATH_INFO"],
        {"password1": "a longer secret 7", "password2": "a longer secret 7"},
    )

    assert Audit.objects.get().action == "password_reset"
    assert audit.taken_over_at(bob) is not None


@pytest.mark.django_db
def test_whoever_changed_the_address_does_not_hide_the_change_of_account(
    bob: User,
) -> None:
    """A5, T37: mail to the old address and the new one, and a week without payouts."""
    client = signed_in(bob)
    client.post(
        "/account/email/", {"email": "mallory@people.example", "action_add": ""}
    )
    link = str(sent.outbox[-1].body).split("http://127.0.0.1:8000")[1].split()[0]
    client.post(link)
    bob.refresh_from_db()
    assert bob.email == "mallory@people.example"
    sent.outbox.clear()

    destinations.change(None, bob, "Mallory", IBAN)
    outbox.send_due()

    assert sorted(address for message in sent.outbox for address in message.to) == [
        "bob@people.example",
        "mallory@people.example",
    ]
    took_over = audit.taken_over_at(bob)
    assert took_over is not None
    assert took_over.action == "email_changed"
