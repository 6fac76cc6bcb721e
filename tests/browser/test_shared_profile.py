"""A profile that somebody shared, on the narrowest phone and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from buttons.models import Flattr
from tests.browser.conftest import OpenPage
from tests.world.people import open_budget, person, thing_of

NARROW = {"width": 320, "height": 640}
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


def reach(page: Page, there: Locator) -> None:
    """Go to it by the tab key alone."""
    expect(there).to_be_visible()
    for _step in range(40):
        page.keyboard.press("Tab")
        if there.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The tab key does not reach {there}.")


@pytest.mark.all
def test_alice_flattrs_bob_from_a_link_she_was_sent(
    server: str, open_page: OpenPage
) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    thing_of(bob, "song")
    page = open_page(alice, viewport=NARROW)

    page.goto("/@BOB")
    assert not page.evaluate(SIDEWAYS)
    reach(page, page.get_by_role("link", name="Flattr bob"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("by bob")
    # The page takes no click in its first moment, whether its script is there or not.
    page.wait_for_timeout(1_000)
    reach(page, page.get_by_role("button", name="Flattr this"))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("bob is in your")
    assert not page.evaluate(SIDEWAYS)
    given = Flattr.objects.get()
    assert (given.reader, given.creator) == (alice, bob)
    reach(page, page.get_by_role("link", name="Back to"))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("bob")
    expect(page.locator("aside")).to_contain_text("1 in all")


@pytest.mark.all
def test_the_badge_is_copied_and_shown(server: str, open_page: OpenPage) -> None:
    bob = person("bob", first_name="李小龍", last_name="<b>")
    page = open_page(None, viewport=NARROW)

    page.goto(f"/@{bob.username}")
    page.get_by_text("A badge for a page").click()

    code = page.get_by_label("A badge with the name")
    expect(code).to_contain_text("/@bob/badge.svg")
    badge = page.locator("img[src='/@bob/badge.svg']")
    expect(badge).to_be_visible()
    page.wait_for_function(
        "document.querySelector(\"img[src='/@bob/badge.svg']\").naturalWidth > 60"
    )
    assert not page.evaluate(SIDEWAYS)
