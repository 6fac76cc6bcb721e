"""Somebody leaves, in a real browser: takes their data, closes, keeps, closes again."""

from __future__ import annotations

import zipfile
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.mail import composing
from accounts.models import Outbox, User
from local.cast import PASSWORD
from tests.browser.conftest import SignIn
from tests.browser.test_pages import keep_picture, look_at

pytestmark = pytest.mark.all

WIDE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}


def closes(page: Page, username: str) -> None:
    page.goto("/settings/security")
    page.get_by_role("link", name="Close the account").click()
    page.get_by_label("Your username").fill(username)
    page.get_by_role("button", name="Close my account").click()
    expect(page.get_by_text("Your account is closed.", exact=True)).to_be_visible()


def test_a_creator_leaves_and_thinks_again(demo: str, sign_in: SignIn) -> None:
    """T46, A4: without a script, on pages that are for everybody."""
    page = sign_in("anna@demo.example", PASSWORD, java_script_enabled=False, **WIDE)
    elsewhere = sign_in("anna@demo.example", PASSWORD)

    page.goto("/settings/export")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(taken.value.path()) as archive:
        assert archive.testzip() is None
        assert b"everything that we keep about anna" in archive.read("README.txt")

    closes(page, "anna")
    keep_picture(page, "/closed-account", WIDE)
    elsewhere.goto("/month")
    assert "/account/login/" in elsewhere.url
    page.goto("/month")
    expect(
        page.get_by_text("Your account is closed, and will be erased.")
    ).to_be_visible()
    page.goto("/profile/anna")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()

    told = Outbox.objects.get(template="leaving", person__username="anna")
    elsewhere.goto(urlsplit(composing.links_of(told)["keep_url"]).path)
    keep_picture(elsewhere, "/keep-account", WIDE)
    elsewhere.get_by_role("button", name="Keep it").click()
    expect(elsewhere.get_by_role("heading", name="Your account stays")).to_be_visible()
    assert User.objects.get(username="anna").closing_at is None


def test_the_page_of_a_closed_account_is_for_everybody(
    demo: str, sign_in: SignIn
) -> None:
    page = sign_in("anna@demo.example", PASSWORD, **WIDE)
    page.add_init_script("window.refused = [];")
    closes(page, "anna")

    assert look_at(page, "/settings/close", WIDE) == []
