"""Staff look at what went back and from whom, and give a payment back."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Audit, User
from payouts.models import Payment, Refund
from tests.admin.test_admin import staff
from tests.world.browsing import signed_in
from tests.world.card_money import (
    decide,
    dispute_payment,
    inquire,
    make_refund,
    pay_by_card,
    pay_by_debit,
    take_back_debit,
)
from tests.world.earning import end_month
from tests.world.people import click, person, thing_of

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def payment(own_database: str) -> Payment:
    """Alice paid 15.00 by card and gave 10.00 of it to Bob."""
    alice, bob = person("alice"), person("bob")
    payment = pay_by_card(alice, 1_500, budget=1_000)
    click(alice, thing_of(bob, "song"))
    end_month()
    return payment


@pytest.fixture
def dora(own_database: str) -> Client:
    return signed_in(staff("dora"))


def page_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def of(payment: Payment) -> str:
    return reverse("admin:payouts_refund_of", args=[payment.pk])


def test_staff_refund_part_of_a_payment(payment: Payment, dora: Client) -> None:
    """T9: an amount within what is left, a reason, and a row of the audit log."""
    shown = page_of(dora, reverse("admin:payouts_payment_change", args=[payment.pk]))
    assert of(payment) in shown
    assert 'value="15.00"' in page_of(dora, of(payment))

    told = dora.post(
        of(payment), {"amount": "7.00", "reason": "asked by mail"}, follow=True
    ).content.decode()

    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, str(refund.asked_by)) == (
        700,
        "staff",
        "dora",
    )
    assert Audit.objects.get(action="refund_asked").reason == "asked by mail"
    assert "sent to Stripe within a minute" in told
    assert "waits to be sent" in told

    make_refund(refund)
    shown = page_of(dora, reverse("admin:payouts_refund_change", args=[refund.pk]))
    assert "bob" in shown
    assert "not spent" in shown
    assert f"refund:{refund.pk}:reserve" in shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"amount": "15.01", "reason": "all of it"}, "The most is"),
        ({"amount": "0", "reason": "none of it"}, "The least is"),
        ({"amount": "a lot", "reason": "all of it"}, "not an amount"),
        ({"amount": "1.00", "reason": " "}, "Please give a reason"),
    ],
)
def test_what_is_typed_wrong_is_told(
    typed: dict[str, str], told: str, payment: Payment, dora: Client
) -> None:
    page = dora.post(of(payment), typed)

    assert page.status_code == 200
    assert told in page.content.decode()
    assert not Refund.objects.exists()


def test_nobody_refunds_to_themselves_and_readers_not_at_all(payment: Payment) -> None:
    alice = User.objects.get(username="alice")
    typed = {"amount": "1.00", "reason": "please"}
    assert signed_in(alice).post(of(payment), typed).status_code in {302, 403}
    alice.is_staff = alice.is_superuser = True
    alice.save()

    page = signed_in(alice).post(of(payment), typed, follow=True)

    assert "somebody else has to refund it" in page.content.decode()
    assert not Refund.objects.exists()


def test_a_dispute_is_read_with_whom_it_was_taken_from(
    payment: Payment, dora: Client
) -> None:
    fact = dispute_payment(payment)
    assert "Nothing of it can be refunded" in page_of(dora, of(payment))
    decide(fact, "won")

    shown = page_of(
        dora, reverse("admin:payouts_dispute_change", args=[fact.stripe_id])
    )
    assert f"dispute:{fact.stripe_id}:returned" in shown
    assert "bob" in shown
    listed = page_of(dora, reverse("admin:payouts_payment_change", args=[payment.pk]))
    assert fact.stripe_id in listed
    assert "dispute_decided" in listed
    assert "won" in page_of(dora, reverse("admin:payouts_dispute_changelist"))


def test_staff_read_what_a_bank_does(payment: Payment, dora: Client) -> None:
    """A debit that failed is named so, in the list, on its page and on the payment's."""
    debit = pay_by_debit(payment.reader, 1_000)
    fact = take_back_debit(debit)
    other = pay_by_card(payment.reader, 1_000)
    dispute_payment(payment)
    inquire(other)

    listed = page_of(dora, reverse("admin:payouts_dispute_changelist"))
    kinds = re.findall(r"field-what[^>]*>([^<]+)<", listed)
    assert sorted(kinds) == ["dispute", "failed debit", "inquiry"]
    change = reverse("admin:payouts_dispute_change", args=[fact.stripe_id])
    assert "failed debit" in page_of(dora, change)
    change = reverse("admin:payouts_payment_change", args=[debit.pk])
    assert "failed debit" in page_of(dora, change)
    assert "failed debit" not in page_of(dora, reverse("admin:index"))
