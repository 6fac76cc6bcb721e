"""Zoe's phone has a key: Chromium's own, which no finger has to touch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from accounts.models import Audit, User
from tests import serving
from tests.world.people import person


@pytest.fixture
def site(own_database: str) -> Iterator[str]:
    """The platform under a name: a number has no passkeys."""
    with serving.platform({}, host="localhost") as address:
        yield address


@pytest.fixture
def zoe(site: str) -> User:
    return person("zoe")


def a_phone(browser: Browser, site: str) -> Page:
    return browser.new_context(base_url=site).new_page()


def a_key(page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """A key in the browser of this page, and who is looking at it: a finger (or not)."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    added = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools, added["authenticatorId"]


def go(page: Page, path: str) -> None:
    """Open a page once the one before is there: Chromium drops one of two at once."""
    page.wait_for_load_state()
    page.goto(path)


def sign_in(page: Page) -> None:
    go(page, "/account/login/")
    page.fill("[name=login]", "zoe")
    page.fill("[name=password]", "correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def make_passkey(page: Page, name: str) -> None:
    go(page, "/account/2fa/webauthn/add/")
    page.fill("[name=name]", name)
    page.get_by_role("button", name="Make the passkey").click()


def test_zoe_signs_in_with_her_phone(site: str, browser: Browser, zoe: User) -> None:
    """Made, used alone and after a password, renamed, removed (A3, A4)."""
    phone = a_phone(browser, site)
    devtools, key = a_key(phone)
    sign_in(phone)
    go(phone, "/settings/security")
    phone.get_by_role("link", name="Switch it on").click()
    phone.get_by_role("link", name="Make a passkey").click()
    expect(phone.locator("[name=name]")).to_have_value("My passkey")
    make_passkey(phone, "Zoe’s phone")
    expect(phone).to_have_url(re.compile("recovery-codes"))
    code = phone.locator("pre").inner_text().split()[0]

    sign_out(phone)
    go(phone, "/settings/mails")
    phone.get_by_role("button", name="Sign in with a passkey").click()
    expect(phone).to_have_url(f"{site}/settings/mails")

    sign_out(phone)
    sign_in(phone)
    expect(phone).to_have_url(re.compile("/account/2fa/authenticate/"))
    phone.get_by_role("button", name="Use a passkey").click()
    expect(phone).to_have_url(f"{site}/month")
    go(phone, "/account/2fa/webauthn/reauthenticate/?next=/settings/security")
    phone.get_by_role("button", name="Use a passkey").click()
    expect(phone).to_have_url(f"{site}/settings/security")

    # The same key a second time, then one that no finger touches.
    make_passkey(phone, "Again")
    expect(phone.get_by_text("has a passkey for your account already")).to_be_visible()
    devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False}
    )
    sign_out(phone)
    sign_in(phone)
    phone.get_by_role("button", name="Use a passkey").click()
    expect(phone.get_by_text("No passkey answered")).to_be_visible()
    phone.fill("[name=code]", code)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone).to_have_url(f"{site}/month")

    go(phone, "/account/2fa/")
    expect(phone.locator("main")).to_contain_text("You have 9 left")
    phone.get_by_role("link", name="Rename").click()
    phone.fill("[name=name]", "Old phone")
    phone.get_by_role("button", name="Save").click()
    expect(phone.locator("main")).to_contain_text("Old phone")
    phone.get_by_role("link", name="Remove").click()
    expect(phone.locator("main")).to_contain_text("“Old phone” will not sign you in")
    phone.get_by_role("button", name="Remove it").click()
    expect(phone.locator("main")).to_contain_text("The passkey is gone.")

    sign_out(phone)
    sign_in(phone)
    expect(phone).to_have_url(f"{site}/month")
    noted = Audit.objects.filter(subject=f"person:{zoe.pk}").order_by("pk")
    actions = list(noted.values_list("action", flat=True))
    assert actions == ["passkey_added", "passkey_removed"]


@pytest.mark.all
def test_a_stolen_password_is_not_enough(
    site: str, browser: Browser, zoe: User
) -> None:
    """The thief's own key is none of Zoe's, and tells nothing of hers."""
    phone = a_phone(browser, site)
    a_key(phone)
    sign_in(phone)
    make_passkey(phone, "Phone")
    expect(phone).to_have_url(re.compile("recovery-codes"))

    thief = a_phone(browser, site)
    a_key(thief)
    sign_in(thief)
    thief.get_by_role("button", name="Use a passkey").click()
    expect(thief.get_by_text("No passkey answered")).to_be_visible()
    go(thief, "/settings")
    expect(thief).to_have_url(re.compile("/account/2fa/authenticate/"))
