"""Getting in without script, in a real browser with all its headers.

Zoe signs up on her way to a thing, forgets her password, chooses another, and puts a
second lock on the door.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts.signing_in.visiting import code_for

pytestmark = pytest.mark.all

FIRST, SECOND = "a heron on the weir", "two herons on the weir"
WANTED = "/submit/auto?user_id=anna&url=https%3A%2F%2Fanna.example%2Fnew&title=New"


def test_zoe_gets_in_with_script_off(demo: str, browser: Browser) -> None:
    """Sign-up, second factor and settings work without script (A3, A4, T26)."""
    laptop = a_browser(demo, browser)
    sign_up_on_the_way(laptop)
    phone = a_browser(demo, browser)
    sign_in(phone, FIRST)
    expect(phone).to_have_url(re.compile("/month$"))

    forget_the_password(laptop)
    phone.goto("/settings")
    expect(phone).to_have_url(re.compile("/account/login/"))

    secret = add_a_lock(laptop)
    sign_in(phone, SECOND)
    expect(phone).to_have_url(re.compile("/account/2fa/authenticate/"))
    phone.fill("[name=code]", "000000")
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.locator(".errorlist")).to_be_visible()
    phone.fill("[name=code]", code_for(secret))
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone).to_have_url(re.compile("/month$"))

    phone.goto("/settings/security")
    phone.get_by_role("button", name="Sign out in all others").click()
    expect(phone.locator("main")).to_contain_text("Nowhere else")
    laptop.goto("/settings")
    expect(laptop).to_have_url(re.compile("/account/login/"))


def a_browser(address: str, browser: Browser) -> Page:
    return browser.new_context(base_url=address, java_script_enabled=False).new_page()


def sign_up_on_the_way(page: Page) -> None:
    page.goto(WANTED)
    page.get_by_role("link", name="I am new here").click()
    page.fill("[name=email]", "zoe@people.example")
    page.fill("[name=username]", "zoe.")
    page.fill("[name=password1]", FIRST)
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator("#id_username_error")).to_be_visible()
    expect(page.locator("[name=email]")).to_have_value("zoe@people.example")
    page.fill("[name=username]", "zoe")
    page.fill("[name=password1]", FIRST)
    page.get_by_role("button", name="Open the account").click()
    page.goto(link_in_mail(page, "Confirm your e-mail"))
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.locator("main")).to_contain_text("New")
    assert "anna.example" in page.inner_text("main")


def sign_in(page: Page, password: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", "zoe")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def forget_the_password(page: Page) -> None:
    page.goto("/month")
    page.locator("summary", has_text="zoe").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("link", name=re.compile("Forgot")).click()
    page.fill("[name=email]", "zoe@people.example")
    page.get_by_role("button", name="Send the link").click()
    page.goto(link_in_mail(page, "A new password"))
    page.fill("[name=password1]", SECOND)
    page.fill("[name=password2]", SECOND)
    page.get_by_role("button", name="Use this password").click()
    expect(page).to_have_url(re.compile("/month$"))


def add_a_lock(page: Page) -> str:
    """Switch the second factor on; its key."""
    page.goto("/account/2fa/totp/activate/")
    if "/account/reauthenticate/" in page.url:
        page.fill("[name=password]", SECOND)
        page.get_by_role("button", name="Continue").click()
    page.locator("summary", has_text="Can the app not scan it?").click()
    secret = page.inner_text("main pre")
    page.fill("[name=code]", code_for(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("main pre")).to_be_visible()
    return secret


def link_in_mail(page: Page, subject: str) -> str:
    page.goto("/local/mailbox/")
    page.get_by_role("link", name=subject).first.click()
    found = re.search(r"http\S+/account/\S+", page.inner_text("main"))
    if found is None:
        pytest.fail(f"No link in “{subject}”.")
    return found[0]
