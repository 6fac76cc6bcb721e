"""Small things of pages: the account menu, tables on a phone, a statement on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from local.cast import PASSWORD
from payouts.models import Close
from tests.browser.conftest import SignIn
from tests.world.people import execute

pytestmark = pytest.mark.all

PAPER = {"width": 794, "height": 1123}  # A4, in CSS pixels
# Boxes that have to be pushed sideways before their last column is seen.
PUSHED = """[...document.querySelectorAll('.scroll')]
    .filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => `${box.ariaLabel}: ${box.scrollWidth - box.clientWidth}`)"""


def closed() -> str:
    period = Close.objects.latest("period").period
    return f"{period // 100}-{period % 100:02d}"


def test_the_account_menu_closes_by_escape_and_by_a_click_elsewhere(
    demo: str, sign_in: SignIn
) -> None:
    page = sign_in("mila@demo.example", PASSWORD)
    page.goto("/month")
    menu, name = page.locator("details.menu"), page.locator("details.menu summary")
    payments = menu.get_by_role("link", name="Payments")

    name.click()
    expect(payments).to_be_visible()
    page.keyboard.press("Escape")
    expect(payments).to_be_hidden()
    expect(name).to_be_focused()

    name.click()
    menu.locator(".card").click(position={"x": 60, "y": 4})
    expect(payments).to_be_visible()
    page.locator("h1").click()
    expect(payments).to_be_hidden()

    name.click()
    payments.click()
    page.wait_for_url("**/pay")


def test_on_a_phone_no_sum_is_cut_off(demo: str, sign_in: SignIn) -> None:
    """At 375 pixels every column of a table is seen, however long its texts are."""
    execute(
        "UPDATE thing SET title = title || ' and Donaudampfschifffahrtsgesellschaft'"
    )
    month = closed()
    pages = {
        "anna": ["/revenue", f"/revenue/{month}", "/payouts"],
        "mila": ["/month", "/statements", f"/statements/{month}", "/closes", "/fees"],
    }

    pushed = []
    for name, paths in pages.items():
        page = sign_in(
            f"{name}@demo.example", PASSWORD, viewport={"width": 375, "height": 800}
        )
        for path in paths:
            page.goto(path)
            pushed += [f"{path}: {told}" for told in page.evaluate(PUSHED)]

    assert pushed == []


def test_a_printed_statement_is_whole(demo: str, sign_in: SignIn) -> None:
    """The loaf in its colours, whose it is and from whom, where each thing is to be
    found; and its table begins on the first page, also where it goes on to others."""
    page = sign_in("mila@demo.example", PASSWORD, viewport=PAPER, color_scheme="dark")
    page.goto(f"/statements/{closed()}")

    page.emulate_media(media="print", color_scheme="dark")

    text = page.locator("main").inner_text()
    assert "mila@demo.example" in text
    assert "Mila Novak (mila)" in text
    assert demo in text
    assert "https://haken.example/" in text or "http://localhost" in text
    assert style(page, ".loaf li", "print-color-adjust") == "exact"
    assert style(page, ".loaf li", "background-color") != "rgba(0, 0, 0, 0)"
    assert style(page, ".card:has(table)", "break-inside") == "auto"
    assert style(page, "main", "color") == "rgb(0, 0, 0)"
    expect(page.locator("header.top")).to_be_hidden()
    head = page.locator("main table thead").bounding_box()
    assert head is not None
    assert head["y"] < PAPER["height"] * 0.8


def style(page: Page, selector: str, name: str) -> str:
    ask = f"it => getComputedStyle(it).getPropertyValue('{name}')"
    found: str = page.locator(selector).first.evaluate(ask)
    return found
