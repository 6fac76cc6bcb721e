"""A creator has a program told, by the keyboard alone, on the smallest phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Hook
from buttons.hook import delivering
from tests.browser.conftest import OpenPage
from tests.world.people import person

PHONE = {"width": 320, "height": 640}


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a control with that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || ''"
        )
        if name in " ".join(focused.split()):
            return
    raise AssertionError(f"Tab does not reach {name}")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.all
def test_by_keyboard_on_a_small_phone(own_database: str, open_page: OpenPage) -> None:
    bob = person("bob")
    page = open_page(bob, viewport=PHONE)
    page.goto("/settings/webhook")
    assert fits(page)

    tab_to(page, "Address")
    page.keyboard.type(
        "http://bob.example/a/rather/long/address/of/a/hook?key=12345678"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("begins with https://.", exact=False).last).to_be_visible()
    tab_to(page, "Address")
    page.keyboard.press("Control+A")
    page.keyboard.type(
        "https://bob.example/a/rather/long/address/of/a/hook?key=12345678"
    )
    tab_to(page, "A payout of mine was sent")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").locator("code")).to_contain_text("whsec_")
    assert fits(page)
    hook = Hook.objects.get(person=bob)
    assert hook.types == ["month.revenue", "promise.waiting", "proof.lost"]

    tab_to(page, "Send a test")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is sent in a moment.")).to_be_visible()
    delivering.deliver_due(seconds=5, resolver=lambda *_: ["127.0.0.1"])
    page.reload()
    expect(page.locator("main")).to_contain_text("not a host on the public internet")
    expect(page.locator("main")).to_contain_text("Next try on")
    assert fits(page)

    tab_to(page, "Switch it off")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You switched it off on")).to_be_visible()
    tab_to(page, "Remove the webhook")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Remove the webhook?")).to_be_visible()
    assert fits(page)
    tab_to(page, "Remove it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The webhook is removed.")).to_be_visible()
    assert not Hook.objects.exists()
