"""Alice pays from her bank account in a real browser, without script: by debit, which
takes days, and by iDEAL, after which she lets us debit her account."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.models import User
from accounts.people import budgets
from payouts.models import Method, Payer
from payouts.payments import budgeting
from tests.browser.conftest import SignIn
from tests.world.kept_cards import balance, latest
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.all


@pytest.fixture
def alice(stripe: Simulator, server: str) -> User:
    """A reader of five a month who paid nothing yet."""
    reader = person("alice")
    budgeting.choose(reader, 500)
    return reader


def choose(page: Page, method: str) -> None:
    """On the page about paying, and on to Stripe's."""
    page.goto("/pay")
    page.locator(f"input[name=method][value={method}]").check()
    keep_picture(page, f"{method}-chosen")
    page.get_by_role("button", name="Pay", exact=True).click()


def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"bank-{name}.png", full_page=True)


def test_a_debit_arrives_days_later(
    stripe: Simulator, alice: User, sign_in: SignIn
) -> None:
    page = sign_in("alice", "correct horse", java_script_enabled=False)
    page.goto("/pay")
    assert not page.get_by_text("you authorise (A)").first.is_visible()
    page.locator("input[value=sepa_debit]").check()
    assert page.get_by_text("you cannot flattr before").is_visible()
    assert page.get_by_text("you authorise (A)").first.is_visible()

    choose(page, "sepa_debit")
    page.get_by_role("button", name="Debit").click()

    page.get_by_role("heading", name="€5.00 is on its way").wait_for()
    keep_picture(page, "on-its-way")
    assert not budgets.standing(alice).open
    page.goto("/pay")
    assert page.get_by_text("As soon as it is here you can flattr.").is_visible()

    stripe.settle_debit(str(latest(alice).stripe_id))
    page.goto(f"/pay/{latest(alice).pk}")
    page.get_by_role("heading", name="€5.00 arrived").wait_for()
    assert balance(alice) == 500
    assert budgets.standing(alice).open
    page.goto("/pay")
    assert page.get_by_text("SEPA debit DE …3000").first.is_visible()
    page.get_by_role("button", name="Remove the account").click()
    page.get_by_text("It is no longer saved.").wait_for()


def test_after_ideal_alice_allows_debits(
    stripe: Simulator, alice: User, sign_in: SignIn
) -> None:
    page = sign_in("alice", "correct horse", java_script_enabled=False)
    choose(page, "ideal")
    page.get_by_role("button", name="Continue to iDEAL").click()
    page.get_by_role("button", name="Yes, I confirm").click()
    page.get_by_role("heading", name="€5.00 arrived").wait_for()
    keep_picture(page, "offer")
    assert page.get_by_role("link", name="Not now: go to my month").is_visible()

    page.get_by_role("button", name="Allow debits").click()
    page.get_by_role("button", name="Continue to iDEAL").click()
    page.get_by_role("button", name="Yes, I confirm").click()

    page.get_by_text("Your next payments are made with SEPA debit").wait_for()
    keep_picture(page, "kept")
    assert Payer.objects.get(reader=alice).kind == Method.SEPA_DEBIT
    assert balance(alice) == 500


def test_bancontact_pays_at_once_and_leaves_a_debit(
    stripe: Simulator, alice: User, sign_in: SignIn
) -> None:
    page = sign_in("alice", "correct horse", java_script_enabled=False)
    choose(page, "bancontact")
    page.get_by_role("button", name="Continue to Bancontact").click()
    page.get_by_role("button", name="Yes, I confirm").click()

    page.get_by_role("heading", name="€5.00 arrived").wait_for()

    assert not page.get_by_role("button", name="Allow debits").count()
    assert Payer.objects.get(reader=alice).kind == Method.SEPA_DEBIT
