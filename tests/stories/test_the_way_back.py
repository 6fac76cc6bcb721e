"""A stranger clicks a button on a blog, and comes back to it with a budget.

Zoe signs up, confirms by mail, chooses, and pays at Stripe. On each page one button is
loud, and at the end it leads back to the very thing she wanted to flattr.
"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from buttons.models import Flattr
from payouts.models import Payment
from tests.stories.test_a_month import SECRET

TITLE = "What low water leaves"
BACK = f"Back to “{TITLE}”"


def test_from_the_blog_to_the_flattr_by_way_of_stripe(
    demo: str, blog: str, browser: Browser
) -> None:
    page = browser.new_context(base_url=demo).new_page()
    page.add_init_script("window.open = () => null")
    page.goto(f"{blog}/low-water")
    page.locator("a.FlattrButton").first.click()
    page.wait_for_url("**/submit/auto?*")

    sign_up_and_confirm(page)
    page.wait_for_url("**/flattr/resume?*")
    expect(page.locator("main")).to_contain_text(TITLE)
    click_loud(page, "Choose a budget")
    expect(page.locator("main")).to_contain_text(f"about to flattr “{TITLE}”")
    expect(page.get_by_label("€5.00")).to_be_checked()
    what_becomes_of_it(page)
    begin_now(page)
    click_loud(page, "Go on to pay")
    expect(page.locator("main")).to_contain_text("Step 3 of 3")
    click_loud(page, "Pay")
    page.fill("[name=number]", "4242424242424242")
    page.get_by_role("button", name=re.compile("^Pay")).click()

    expect(page.locator("h1")).to_contain_text("arrived")
    payment = Payment.objects.get(reader__username="zoe")
    assert "link" not in page.url, "Stripe is not told what she wants to flattr"
    page.goto("/pay")
    expect(loud(page)).to_have_text([BACK])
    page.goto(f"/pay/{payment.pk}")
    click_loud(page, BACK)
    page.wait_for_timeout(1_000)
    click_loud(page, "Flattr this")
    expect(page.locator("h1")).to_contain_text("is in your")
    expect(loud(page)).to_have_count(1)
    assert Flattr.objects.get(reader__username="zoe").thing.title == TITLE
    page.goto("/budget")
    expect(page.locator("main")).not_to_contain_text("about to flattr")


def loud(page: Page) -> Any:
    """The page's loud buttons that are seen: one."""
    return page.locator("main .button:not(.quiet):visible")


def click_loud(page: Page, name: str) -> None:
    expect(loud(page)).to_have_text([re.compile(rf"^\s*{re.escape(name)}\s*$")])
    loud(page).click()


def sign_up_and_confirm(page: Page) -> None:
    page.get_by_role("link", name="I am new here").click()
    page.fill("[name=email]", "zoe@people.example")
    page.fill("[name=username]", "zoe")
    page.fill("[name=password1]", SECRET)
    click_loud(page, "Open the account")
    page.wait_for_url("**/confirm-email/")
    page.goto("/local/mailbox/")
    page.get_by_role("link", name="Confirm your e-mail").first.click()
    page.wait_for_url("**/local/mailbox/*")
    link = re.search(r"http\S+confirm-email\S+", page.inner_text("main"))
    assert link is not None
    page.goto(link[0])
    click_loud(page, "Yes, it is mine")
    assert User.objects.filter(username="zoe").exists()


def what_becomes_of_it(page: Page) -> None:
    """The line for the chosen amount alone is shown, without script."""
    lines = page.locator(".becomes > p:visible")
    expect(lines).to_have_text([re.compile("each gets €0.50")])
    page.get_by_label("€20.00").check()
    expect(lines).to_have_text([re.compile("each gets €2.00")])
    page.get_by_label("€5.00").check()


def begin_now(page: Page) -> None:
    """In a month's last days the page asks: whoever is about to flattr begins now."""
    now = page.locator("[name=begin][value=now]")
    if now.count():
        expect(now).to_be_checked()
