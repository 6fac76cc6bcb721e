"""An invoice prints on one sheet with both addresses and nothing around them."""

from __future__ import annotations

import re

import pytest
from pytest_django import Settings

from payouts.models import Invoice
from tests.browser.conftest import OpenPage
from tests.payouts.invoices.world import GERMAN, bob_earns, set_up
from tests.world.people import person


@pytest.mark.all
def test_an_invoice_prints_on_one_sheet(
    open_page: OpenPage, settings: Settings
) -> None:
    set_up(settings, **GERMAN)
    bob = person("bob", paper_address="Bob Novak\nBeispielgasse 3\n23552 Lübeck")
    bob_earns(bob, 1_000)
    page = open_page(bob, viewport={"width": 320, "height": 700})

    page.goto(f"/revenue/invoices/{Invoice.objects.get().name}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    page.emulate_media(media="print")

    assert wide == 320
    assert len(sheets) == 1
    assert page.get_by_text("Beispielgasse 3").is_visible()
    assert page.get_by_text("VAT id DE123456789").is_visible()
    assert page.get_by_text("VAT, 19 %").is_visible()
    assert not page.get_by_role("button").or_(page.get_by_role("navigation")).count()
    assert not page.get_by_text("All your invoices").is_visible()
