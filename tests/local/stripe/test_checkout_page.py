"""The Checkout page of every way to pay, as a person without script meets it."""

from __future__ import annotations

import pytest
import stripe as sdk
from playwright.sync_api import Page

from tests.local.stripe import sessions
from tests.local.stripe.conftest import client_of
from tests.world.stripes import Simulator


@pytest.fixture
def api(simulated: Simulator) -> sdk.StripeClient:
    return client_of(simulated)


@pytest.fixture
def alice(api: sdk.StripeClient) -> str:
    return sessions.customer(api)


def opened(
    page: Page, api: sdk.StripeClient, alice: str, site: str
) -> sdk.checkout.Session:
    session = sessions.to_pay(api, alice, kept=sessions.KEPT, site=site)
    page.goto(session.url or "")
    return session


def test_alice_orders_a_debit(
    page: Page, api: sdk.StripeClient, alice: str, simulated: Simulator, site: str
) -> None:
    session = opened(page, api, alice, site)
    assert page.get_by_text("Apple Pay, Google Pay and Link").is_visible()
    assert page.get_by_text("the bank says 5 days after").is_visible()
    page.get_by_label("Or type an IBAN").fill("DE00 3704 0044 0532 0130 00")
    page.get_by_role("button", name="Debit 24.00 EUR").click()
    assert page.get_by_role("alert").inner_text() == "The IBAN you provided is invalid."

    page.get_by_label("Or type an IBAN").fill("NL39 RABO 0300 0652 64")
    page.get_by_role("button", name="Debit 24.00 EUR").click()

    assert page.url == f"{site}/paid?id={session.id}"
    (account,) = sessions.accounts_of(api, alice)
    assert account.sepa_debit is not None
    assert account.sepa_debit.country == "NL"
    page.goto(simulated.url)
    assert page.get_by_text("SEPA Direct Debit …5264").is_visible()
    page.get_by_role("button", name="The bank pays").click()
    assert simulated.balance() == (0, 2_365)
    page.get_by_role("button", name="The bank returns it").click()
    assert [each["status"] for each in simulated.all("dispute")] == ["lost"]
    assert not page.get_by_role("button", name="Win it").count()
    page.get_by_role("button", name="Revoke it").click()
    assert [each["status"] for each in simulated.all("mandate")] == ["inactive"]


@pytest.mark.all
def test_alice_goes_to_her_bank_and_back(
    page: Page, api: sdk.StripeClient, alice: str, site: str
) -> None:
    session = opened(page, api, alice, site)

    page.get_by_role("button", name="Continue to iDEAL | Wero").click()
    assert page.get_by_role("heading", name="iDEAL | Wero").is_visible()
    assert page.get_by_text("Do you confirm 24.00 EUR to Flattr?").is_visible()
    page.get_by_role("button", name="No, refuse").click()
    assert "unable to authenticate" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Continue to Bancontact").click()
    assert page.get_by_text("may debit this account from now on").is_visible()
    page.get_by_role("button", name="Yes, I confirm").click()

    assert page.url == f"{site}/paid?id={session.id}"
    assert len(sessions.accounts_of(api, alice)) == 1


@pytest.mark.all
def test_alice_allows_debits_and_pays_nothing(
    page: Page, api: sdk.StripeClient, alice: str, site: str
) -> None:
    session = sessions.to_save(api, alice, ["card", "sepa_debit", "ideal"], site)
    page.goto(session.url or "")
    assert page.get_by_role("heading", name="Save how you pay").is_visible()

    page.get_by_role("button", name="Allow debits of this account").click()

    assert page.url == f"{site}/saved"
    assert len(sessions.accounts_of(api, alice)) == 1


@pytest.mark.all
def test_a_card_is_paid_beside_the_other_ways(
    page: Page, api: sdk.StripeClient, alice: str, site: str
) -> None:
    session = opened(page, api, alice, site)

    page.get_by_role("button", name="Pay 24.00 EUR").click()

    assert page.url == f"{site}/paid?id={session.id}"
    assert api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
