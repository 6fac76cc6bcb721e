"""What Bob reads of his invoices, what they have to name, and that they are his alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Outbox, User
from flattr.database import clock
from payouts.close import mailing
from payouts.invoices import invoicing
from payouts.invoices.invoice_words import InvoiceWords
from payouts.models import Invoice
from tests.payouts.invoices.world import GERMAN, bob_earns, dispute_of, set_up
from tests.world import card_money, earning
from tests.world.browsing import signed_in
from tests.world.people import person

pytestmark = pytest.mark.usefixtures("own_database")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_a_german_invoice_names_all_that_the_directive_asks_for(
    settings: Settings,
) -> None:
    """Article 226: names, addresses, VAT ids, number, day, month, what, net, rate, VAT."""
    set_up(settings, **GERMAN)
    settings.OPERATOR_LEGAL_NAME = "Flattr eG"
    settings.OPERATOR_ADDRESS = "Hafenstraße 1\n21119 Hamburg"
    bob = person("bob", paper_address="Bob Novak\nBeispielgasse 3\n23552 Lübeck")
    bob_earns(bob, 1_000, 1_000)
    invoice = Invoice.objects.get()

    page = text(signed_in(bob), f"/revenue/invoices/{invoice.name}")

    year, month = clock.now().year, invoice.period
    assert invoice.name == f"{year}-000001"
    assert f"Invoice {year}-000001" in page
    for said in (
        "Flattr eG", "Hafenstraße 1", "VAT id DE123456789", "Bob Novak", "Beispielgasse 3",
        f"{month // 100}", "Fee of 10 % on €20.00 that readers gave you in",
        "Without VAT €1.68", "VAT, 19 % €0.32", "Total with VAT €2.00",
        "There is nothing to pay",
    ):  # fmt: skip
        assert said in page


def test_a_business_elsewhere_in_the_union_owes_the_vat_itself(
    settings: Settings,
) -> None:
    set_up(settings, **GERMAN)
    bob = person("bob", vat_id="ATU12345678")
    bob_earns(bob, 1_000)
    invoice = Invoice.objects.get()

    page = text(signed_in(bob), f"/revenue/invoices/{invoice.name}")

    assert (invoice.treatment, invoice.net, invoice.vat) == ("reverse", 100, 0)
    assert "Reverse charge: the customer owes the VAT" in page
    assert "VAT id ATU12345678" in page
    assert "Without VAT" not in page


@pytest.mark.parametrize("vat_id", ["DE987654321", ""])
def test_a_business_in_the_same_country_and_anybody_else_pay_vat(
    vat_id: str, settings: Settings
) -> None:
    set_up(settings, **GERMAN)
    bob_earns(person("bob", vat_id=vat_id), 1_000)

    invoice = Invoice.objects.get()
    assert (invoice.treatment, invoice.rate, invoice.vat) == ("charged", 1_900, 16)


def test_outside_the_union_nobody_is_charged_in_reverse(settings: Settings) -> None:
    set_up(
        settings, VAT_COUNTRY="CH", VAT_RATE=810, OPERATOR_VAT_ID="CHE-1", VAT_NOTE=""
    )
    bob_earns(person("bob", vat_id="ATU12345678"), 1_000)

    invoice = Invoice.objects.get()
    assert (invoice.treatment, invoice.rate, invoice.vat) == ("charged", 810, 7)


def test_a_small_business_says_why_there_is_no_vat(settings: Settings) -> None:
    set_up(settings, VAT_NOTE="Kein Ausweis von Umsatzsteuer, § 19 UStG.")
    bob = person("bob", vat_id="ATU12345678")
    bob_earns(bob, 1_000)
    invoice = Invoice.objects.get()

    page = text(signed_in(bob), f"/revenue/invoices/{invoice.name}")

    assert (invoice.treatment, invoice.vat) == ("none", 0)
    assert "Kein Ausweis von Umsatzsteuer, § 19 UStG." in page
    assert "Reverse charge" not in page


def test_an_invoice_stays_as_it_was_written(settings: Settings) -> None:
    set_up(settings, **GERMAN)
    bob = person("bob", paper_address="Bob Novak\nBeispielgasse 3")
    bob_earns(bob, 1_000)
    first = Invoice.objects.get()
    client = signed_in(bob)

    saved = client.post(
        "/revenue/invoices", {"paper_address": "Bob Ltd", "vat_id": "at u123.456-78"}
    )
    bob_earns(bob, 1_000)

    assert saved.status_code == 302
    assert "Beispielgasse" in text(client, f"/revenue/invoices/{first.name}")
    second = Invoice.objects.latest("id")
    assert second.customer_address == "Bob Ltd"
    assert (second.customer_vat_id, second.treatment) == ("ATU12345678", "reverse")


def test_what_is_no_vat_id_is_refused_and_stays_in_the_form(settings: Settings) -> None:
    set_up(settings)
    client = signed_in(person("bob"))

    answer = client.post(
        "/revenue/invoices", {"paper_address": "Bob Ltd", "vat_id": "DE12"}
    )

    page = answer.content.decode()
    assert "That is not a VAT id of the European Union" in page
    assert 'value="DE12"' in page
    assert User.objects.get(username="bob").vat_id == ""


def test_a_dispute_is_a_credit_note_and_won_an_invoice_again(
    settings: Settings,
) -> None:
    """With the rate and the names of the invoice that is corrected, whatever is said
    since."""
    set_up(settings, **GERMAN)
    bob = person("bob", paper_address="Bob Novak")
    payment = bob_earns(bob, 1_000)
    invoice = Invoice.objects.get()
    set_up(settings, VAT_COUNTRY="DE", VAT_RATE=2_500, VAT_NOTE="")
    User.objects.filter(pk=bob.pk).update(paper_address="", vat_id="ATU12345678")
    fact = dispute_of(payment)
    earning.end_month()
    invoicing.make_due()

    credit = Invoice.objects.latest("id")
    client = signed_in(bob)
    page = text(client, f"/revenue/invoices/{credit.name}")
    assert (credit.gross, credit.vat, credit.rate) == (-100, -16, 1_900)
    assert (credit.corrects, credit.number) == (invoice, 2)
    assert f"Credit note {credit.name}" in page
    assert f"It corrects our invoice {invoice.name}" in page
    assert "VAT, 19 % −€0.16 Total with VAT −€1.00" in page
    assert "Bob Novak" in page

    card_money.decide(fact, "won")
    earning.end_month()
    invoicing.make_due()

    again = Invoice.objects.latest("id")
    page = text(client, f"/revenue/invoices/{again.name}")
    assert (again.gross, again.vat, again.number) == (100, 16, 3)
    assert f"charges again what was given back of our invoice {invoice.name}" in page
    listed = text(client, "/revenue/invoices")
    assert listed.index(again.name) < listed.index(credit.name)
    assert "−€1.00" in listed


def test_the_list_is_empty_for_a_reason(settings: Settings) -> None:
    client = signed_in(person("bob"))
    page = text(client, "/revenue/invoices")
    assert "keeps nothing of what readers give you, so there is nothing" in page
    assert "To whom they are made out" not in page

    set_up(settings)
    page = text(client, "/revenue/invoices")
    assert "the one over our fee of 10 % is here" in page
    assert "To whom they are made out" in page


def test_nobody_reads_the_invoices_of_others(settings: Settings) -> None:
    """T40: others', and numbers that there are not, are no pages."""
    set_up(settings)
    bob_earns(person("bob"), 1_000)
    name = Invoice.objects.get().name
    carol = signed_in(person("carol"))

    for wrong in (name, "2026-999999999", "0000-000000"):
        text(carol, f"/revenue/invoices/{wrong}", status=404)
    assert name not in text(carol, "/revenue/invoices")
    assert name not in text(carol, "/revenue/flattr-invoices.csv")
    assert Client().get(f"/revenue/invoices/{name}").status_code == 302


def test_a_year_of_invoices_takes_as_many_questions_as_one(
    settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    set_up(settings)
    bob = person("bob")
    for _ in range(3):
        bob_earns(bob, 1_000)
    client = signed_in(bob)
    client.get("/revenue/invoices")

    with django_assert_max_num_queries(5):
        client.get("/revenue/invoices")
    with django_assert_max_num_queries(6):
        client.get(f"/revenue/invoices/{Invoice.objects.latest('id').name}")


def test_the_table_for_spreadsheets(settings: Settings) -> None:
    set_up(settings, **GERMAN)
    bob = person("bob", first_name="=Bob")
    bob_earns(bob, 1_000)
    invoice = Invoice.objects.get()

    table = signed_in(bob).get("/revenue/flattr-invoices.csv").content.decode()

    month = f"{invoice.period // 100}-{invoice.period % 100:02d}"
    assert table.splitlines()[1] == (
        f"{invoice.name};{invoice.issued_at:%Y-%m-%d};{month};invoice;;0,84;19;0,16;1,00;"
        f'EUR;charged;"\'=Bob";""'
    )


def test_the_mail_of_the_month_names_them(settings: Settings) -> None:
    set_up(settings)
    bob = person("bob")
    bob_earns(bob, 1_000)
    mailing.write_mails(Invoice.objects.get().period)

    mail = Outbox.objects.get(template="revenue")
    assert mail.facts["papers"] == [
        {"year": clock.now().year, "number": 1, "amount": 100}
    ]


def test_a_creators_year_says_what_the_fee_was(settings: Settings) -> None:
    set_up(settings)
    bob = person("bob")
    payment = bob_earns(bob, 1_000)
    dispute_of(payment)
    earning.end_month()
    invoicing.make_due()

    page = text(
        signed_in(bob), f"/revenue/{Invoice.objects.earliest('id').period // 100}"
    )

    assert "Readers gave you €10.00. Our fee was €1.00 of it, and €9.00 arrived" in page


def test_an_invoice_for_somebody_who_left(settings: Settings) -> None:
    gone = Invoice(customer="", customer_address="")
    assert InvoiceWords(gone, []).customer == ["somebody who left"]


def test_the_address_is_asked_for_where_there_is_none(settings: Settings) -> None:
    set_up(settings)
    bob = person("bob")
    bob_earns(bob, 1_000)

    page = text(signed_in(bob), f"/revenue/invoices/{Invoice.objects.get().name}")

    assert "It has no address of yours" in page
