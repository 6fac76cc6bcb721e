"""Nina pays in a real browser: Stripe's page, her bank's, and the way back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.models import User
from payouts.models import Payment
from payouts.payments import budgeting, renewing
from tests.browser.conftest import SignIn
from tests.world.kept_cards import balance, next_month, spend
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.all

ASKS_ALWAYS = "4000002760003184"


@pytest.fixture
def nina(stripe: Simulator, server: str) -> User:
    """A reader of two a month who paid nothing yet."""
    reader = person("nina")
    budgeting.choose(reader, 200)
    return reader


def pays(page: Page, button: str, card: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.fill("[name=number]", card)
    page.locator("button.act").click()


def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"paying-{name}.png", full_page=True)


def test_paying_confirming_and_leaving_another_card(
    stripe: Simulator, nina: User, sign_in: SignIn
) -> None:
    """No script is needed on the way, and the policy lets it pass."""
    page = sign_in("nina", "correct horse", java_script_enabled=False)
    page.goto("/pay")
    keep_picture(page, "before")
    assert page.get_by_label("Three months").is_checked()

    pays(page, "Pay", ASKS_ALWAYS)
    page.get_by_role("button", name="Yes, I confirm").click()

    page.get_by_role("heading", name="€6.00 arrived").wait_for()
    assert balance(nina) == 600
    keep_picture(page, "arrived")
    page.get_by_role("link", name="Receipt").click()
    page.get_by_role("heading", name="Receipt").wait_for()
    keep_picture(page, "receipt")
    page.emulate_media(media="print")
    keep_picture(page, "receipt-printed")
    page.emulate_media(media="screen")

    spend(nina)
    next_month()
    renewing.renew()
    payment = Payment.objects.latest("id")
    page.goto(f"/pay/{payment.pk}")
    keep_picture(page, "to-confirm")
    page.get_by_role("button", name="Confirm it at your bank").click()
    page.get_by_role("button", name="Yes, I confirm").click()
    page.get_by_role("heading", name="€6.00 arrived").wait_for()

    page.get_by_role("link", name="All your payments").click()
    pays(page, "Use another card", "5555555555554444")
    page.get_by_text("Your next payments are made with Mastercard …4444").wait_for()
    keep_picture(page, "after")
    page.get_by_role("button", name="Remove the card").click()
    page.get_by_text("It is no longer saved").wait_for()
    keep_picture(page, "no-card")
