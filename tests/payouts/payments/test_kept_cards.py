"""Nina's card: left, changed, removed, and confirmed at her bank."""

from __future__ import annotations

import pytest
from django.core import mail as django_mail
from django.test import Client

from accounts.mail import outbox
from accounts.models import User
from payouts.events import applying
from payouts.models import Payer
from payouts.payments import budgeting, renewing
from tests.world.cards import pay
from tests.world.kept_cards import (
    balance,
    begin,
    charged,
    kept_card,
    latest,
    next_month,
    path_of,
    read,
    reader_with_card,
    spend,
    tries,
)
from tests.world.people import execute, person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")

ASKS_ALWAYS = "4000002760003184"


@pytest.fixture
def nina(stripe: Simulator, client: Client) -> User:
    """A reader who chose ten a month, paid nothing yet and is signed in."""
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    client.force_login(reader)
    return reader


def test_another_card_is_left_without_paying(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    former = kept_card(nina)
    assert client.post("/pay/card").status_code == 303
    session = stripe.all("checkout.session")[-1]
    stripe.complete(session["id"], "5555555555554444")

    page = client.get(f"/pay/kept?session={session['id']}", follow=True)

    assert "Mastercard …4444" in page.content.decode()
    assert kept_card(nina) != former
    assert stripe.get(former)["customer"] is None
    assert charged(stripe) == [1_000]


def test_a_card_is_kept_although_the_reader_never_came_back(
    stripe: Simulator, nina: User, client: Client
) -> None:
    """Stripe tells of it, and of a page where nobody paid in time."""
    begin(client)
    payment = latest(nina)
    assert payment.session_id
    stripe.abandon(payment.session_id)
    client.post("/pay/card")
    stripe.complete(stripe.all("checkout.session")[-1]["id"], "5555555555554444")

    stripe.deliver(client, repeat=2, seed=1)
    while applying.act():
        pass

    assert Payer.objects.get(reader=nina).kept == "Mastercard …4444"
    assert latest(nina).failure == "expired"
    assert charged(stripe) == []


def test_a_card_that_its_bank_replaced_is_shown_as_it_is_now(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    before = Payer.objects.get(reader=nina)
    assert "Visa …4242" in read(client, "/pay")
    stripe.replace_card(kept_card(nina), "5555555555554444")

    stripe.deliver(client, repeat=2, seed=1)
    while applying.act():
        pass

    page = read(client, "/pay")
    now = Payer.objects.get(reader=nina)
    assert "Mastercard …4444" in page
    assert "4242" not in page.partition("Payments")[0]
    assert (now.kept_id, now.kept_at) == (before.kept_id, before.kept_at)
    assert now.expires == (before.expires or 0) + 300
    assert now.fingerprint != before.fingerprint


def test_a_replaced_card_that_is_kept_for_nobody_is_not_asked_about(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    card = kept_card(nina)
    client.post("/pay/kept/remove")
    stripe.replace_card(card, "5555555555554444")
    asked = len(stripe.calls("GET", "/v1/payment_methods/"))

    stripe.deliver(client)
    while applying.act():
        pass

    assert kept_card(nina) == ""
    assert Payer.objects.get(reader=nina).kept == ""
    assert len(stripe.calls("GET", "/v1/payment_methods/")) == asked


def test_a_session_of_somebody_else_keeps_nothing(
    stripe: Simulator, nina: User, client: Client
) -> None:
    """A Checkout session of another reader stores no card (T40, T49)."""
    pay(stripe, nina)
    client.post("/pay/card")
    session = stripe.all("checkout.session")[-1]
    stripe.complete(session["id"], "5555555555554444")
    paul = reader_with_card(stripe, "paul")
    client.force_login(paul)

    page = client.get(f"/pay/kept?session={session['id']}", follow=True)

    assert "could not save" in page.content.decode()
    assert Payer.objects.get(reader=paul).last4 == "4242"
    for made_up in ("", "cs_1", "x" * 3_000):
        answer = client.get("/pay/kept", {"session": made_up}, follow=True)
        assert "could not save" in answer.content.decode()


def test_a_card_is_removed_and_does_not_come_back(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    client.post("/pay/card")
    session = stripe.all("checkout.session")[-1]
    stripe.complete(session["id"])
    client.get(f"/pay/kept?session={session['id']}")
    card = kept_card(nina)

    page = client.post("/pay/kept/remove", follow=True).content.decode()
    execute("UPDATE payer SET kept_at = kept_at + interval '1 second'")
    client.get(f"/pay/kept?session={session['id']}")

    assert "no longer saved" in page
    assert "nothing yet" in page
    assert stripe.get(card)["customer"] is None
    assert kept_card(nina) == ""


def test_a_card_stays_kept_while_stripe_does_not_answer(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    stripe.chaos("lost_before", method="*")

    page = client.post("/pay/kept/remove", follow=True).content.decode()

    assert "still saved" in page
    assert kept_card(nina)


# --- Confirming


def test_a_renewal_is_confirmed_from_the_mails_link(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina, card=ASKS_ALWAYS)
    spend(nina)
    next_month()
    renewing.renew()
    outbox.send_due()
    (payment,) = tries(nina)
    letter = next(
        one
        for one in django_mail.outbox
        if "confirm" in one.subject.lower() and "address" not in one.subject
    )
    assert f"/pay/{payment.pk}" in letter.body
    assert "Confirm it at your bank" in read(client, f"/pay/{payment.pk}")

    answer = client.post(f"/pay/{payment.pk}/confirm")
    assert (answer.status_code, answer.headers["Location"].startswith(stripe.url)) == (
        303,
        True,
    )
    assert payment.stripe_id
    stripe.authenticate(payment.stripe_id)

    assert "arrived" in read(client, f"/pay/{payment.pk}")
    assert balance(nina) == 1_000
    again = client.post(f"/pay/{payment.pk}/confirm")
    assert path_of(again.headers["Location"]) == f"/pay/{payment.pk}"


def test_confirming_waits_for_stripe(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina, card=ASKS_ALWAYS)
    spend(nina)
    next_month()
    renewing.renew()
    stripe.chaos("lost_before")

    answer = client.post(f"/pay/{tries(nina)[0].pk}/confirm")

    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()


def test_the_mails_about_a_failed_renewal_say_why_and_when(
    stripe: Simulator, nina: User
) -> None:
    pay(stripe, nina)
    spend(nina)
    next_month()
    stripe.change_card(kept_card(nina), "4000000000009995")
    renewing.renew()

    outbox.send_due()

    letter = django_mail.outbox[-1]
    assert "could not be paid" in letter.subject
    assert "there was not enough money on the card" in letter.body
    assert "Visa …4242" in letter.body
    assert "We try again on" in letter.body
