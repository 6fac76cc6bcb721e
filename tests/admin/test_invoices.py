"""Dora reads invoices, their sums by month and VAT, and takes a year for the books."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AccountLook, Audit
from flattr.database import clock
from payouts.invoices import invoicing
from payouts.models import Invoice
from tests.payouts.invoices.world import GERMAN, bob_earns, dispute_of, set_up
from tests.questions import Questions
from tests.world import earning
from tests.world.browsing import signed_in
from tests.world.people import person

pytestmark = pytest.mark.usefixtures("own_database")

LIST = "/admin/payouts/invoice/"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def dora(own_database: str, settings: Settings) -> Client:
    """Staff; there are invoices to Bob in Germany and to a business in Austria, and a
    credit note."""
    set_up(settings, **GERMAN)
    bob_earns(person("anton", vat_id="ATU12345678"), 1_000)
    payment = bob_earns(person("bob"), 1_000)
    dispute_of(payment)
    earning.end_month()
    invoicing.make_due()
    return signed_in(person("dora", is_staff=True, is_superuser=True))


def test_the_list_says_number_creator_and_amounts(dora: Client) -> None:
    page = text(dora, LIST)

    first, last = Invoice.objects.earliest("id"), Invoice.objects.latest("id")
    assert first.name in page
    assert "reverse charge" in page
    assert f"{last.name} " in page
    assert f" {last.corrects} with VAT " in page
    with Questions() as asked:
        dora.get(LIST)
    assert asked.count <= 8


def test_an_invoice_shows_lines_and_what_corrects_it(dora: Client) -> None:
    invoice = Invoice.objects.get(number=2)

    page = text(dora, f"{LIST}{invoice.pk}/change/")

    assert "Fee of 10 % on €10.00 that readers gave you" in page
    assert f"Corrected by Number Amount {Invoice.objects.get(number=3).name}" in page
    assert AccountLook.objects.filter(subject=f"person:{invoice.creator_id}").exists()


def test_sums_by_month_and_vat_are_what_the_papers_say(dora: Client) -> None:
    page = text(dora, f"{LIST}sums/")

    papers = Invoice.objects.order_by("id")
    months = [f"{one.issued_at:%Y-%m}" for one in papers]
    assert f"{months[0]} reverse charge 1 0 €1.00 €0.00 €1.00" in page
    assert f"{months[1]} VAT 19 % 1 0 €0.84 €0.16 €1.00" in page
    assert re.search(rf"{months[2]} VAT 19 % 0 1 \S?€0.84 \S?€0.16 \S?€1.00", page)


def test_a_year_is_a_table_for_the_books_and_taking_it_is_written_down(
    dora: Client,
) -> None:
    year = Invoice.objects.latest("id").year

    answer = dora.get(reverse("admin:payouts_invoice_csv", args=[year]))

    lines = answer.content.decode().splitlines()
    papers = Invoice.objects.filter(year=year)
    assert len(lines) == 1 + papers.count()
    assert f'filename="flattr-invoices-{year}.csv"' in answer["Content-Disposition"]
    assert lines[-1].startswith(papers.latest("id").name)
    assert Audit.objects.get(action="invoices_exported").subject == f"invoices:{year}"


def test_others_do_not_see_them() -> None:
    bob = signed_in(person("bob"))
    for path in (
        LIST,
        f"{LIST}sums/",
        f"{LIST}flattr-invoices-{clock.period() // 100}.csv",
    ):
        assert bob.get(path).status_code in {302, 403, 404}
