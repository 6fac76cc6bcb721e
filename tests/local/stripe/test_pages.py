"""The simulator's pages, as a person without script meets them in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
import stripe as sdk
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.stripe.pages import paying
from tests.local.stripe import sessions
from tests.local.stripe.asking import charge, customer_with
from tests.local.stripe.conftest import client_of
from tests.world.stripes import Simulator

LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"},
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def api(simulated: Simulator) -> sdk.StripeClient:
    return client_of(simulated)


def checkout(api: sdk.StripeClient, site: str) -> sdk.checkout.Session:
    return api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "customer": api.v1.customers.create({"email": "alice@example.org"}).id,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 2_400,
                        "product_data": {"name": "Flattr for a year"},
                    },
                }
            ],
            "success_url": f"{site}/paid?id={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{site}/budget",
        }
    )


def test_alice_pays_after_a_refusal_and_comes_back(
    page: Page, api: sdk.StripeClient, site: str
) -> None:
    session = checkout(api, site)
    assert session.url is not None
    page.goto(session.url)
    assert page.get_by_text("Simulated payments: no money moves.").is_visible()
    assert page.get_by_text("Flattr for a year").is_visible()

    page.locator("input[value='4000000000009995']").check()
    page.get_by_role("button", name="Pay 24.00 EUR").click()
    assert page.get_by_role("alert").inner_text() == "Your card has insufficient funds."
    page.get_by_label("Or type the number of a test card").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Pay 24.00 EUR").click()

    assert page.url == f"{site}/paid?id={session.id}"
    assert api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    page.goto(session.url)
    page.get_by_role("link", name="Back to the site").click()
    assert page.url == f"{site}/paid?id={session.id}"


@pytest.mark.all
def test_alice_is_asked_by_her_bank(
    page: Page, api: sdk.StripeClient, site: str
) -> None:
    session = checkout(api, site)
    assert session.url is not None
    page.goto(session.url)
    page.get_by_label("Asks to confirm every time").check()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name="No, refuse").click()
    assert "unable to authenticate" in page.get_by_role("alert").inner_text()

    page.get_by_label("Asks to confirm every time").check()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name="Yes, I confirm").click()

    assert page.url == f"{site}/paid?id={session.id}"


@pytest.mark.all
def test_alice_goes_back_without_paying(
    page: Page, api: sdk.StripeClient, site: str
) -> None:
    session = checkout(api, site)
    assert session.url is not None
    page.goto(session.url)
    page.get_by_role("link", name="Cancel and go back").click()
    assert page.url == f"{site}/budget"

    api.v1.checkout.sessions.expire(session.id)
    page.goto(session.url)

    assert page.get_by_text("This page has expired").is_visible()


@pytest.mark.all
def test_bob_is_onboarded_and_changes_his_bank(
    page: Page, api: sdk.StripeClient, simulated: Simulator, site: str
) -> None:
    account = api.v1.accounts.create(
        {"country": "DE", "capabilities": {"transfers": {"requested": True}}}
    )
    link = api.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "return_url": f"{site}/payouts",
            "refresh_url": f"{site}/again",
        }
    )
    page.goto(link.url)
    page.get_by_role("button", name="Later").click()
    assert page.url == f"{site}/payouts"
    page.goto(link.url)
    page.get_by_label("IBAN").fill("DE00 3704 0044 0532 0130 00")
    page.get_by_role("button", name="Send").click()
    assert "is not an IBAN" in page.get_by_role("alert").inner_text()
    page.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 00")
    page.get_by_role("button", name="Send").click()
    assert page.url == f"{site}/payouts"
    assert simulated.get(account.id)["payouts_enabled"]

    page.goto(api.v1.accounts.login_links.create(account.id).url)
    page.get_by_label("IBAN").fill("GB82 WEST 1234 5698 7654 32")
    page.get_by_role("button", name="Change").click()
    bank = simulated.get(account.id)["external_accounts"]["data"][0]
    assert (bank["country"], bank["last4"]) == ("GB", "5432")
    simulated.advance(600)
    page.goto(link.url)
    assert page.url == f"{site}/again"


@pytest.mark.all
def test_the_operator_does_everything_from_the_dashboard(
    page: Page, api: sdk.StripeClient, simulated: Simulator
) -> None:
    charge(api, *customer_with(api))
    page.goto(simulated.url)
    assert page.get_by_text("23.39 EUR").is_visible()

    page.get_by_role("button", name="Make all available now").click()
    top_up = page.locator("form[action='/do/top_up']")
    top_up.get_by_label("Amount").fill("a lot")
    top_up.get_by_role("button").click()
    assert page.get_by_role("alert").inner_text() == "That is not an amount of money."
    top_up.get_by_label("Amount").fill("100,00")
    top_up.get_by_role("button").click()
    assert simulated.balance() == (12_339, 0)
    page.get_by_role("button", name="Dispute this").click()
    page.get_by_role("button", name="Win it").click()

    assert simulated.balance() == (10_339, 0)
    assert simulated.all("dispute")[0]["status"] == "won"


def test_another_sites_forms_do_nothing(simulated: Simulator, page: Page) -> None:
    simulated.top_up(100)

    refused = page.request.post(
        f"{simulated.url}/do/pay_out_to_bank",
        form={"amount": "1.00"},
        headers={"Origin": "http://evil.example"},
    )
    plain = page.request.post(
        f"{simulated.url}/_simulator/top_up",
        data="{}",
        headers={"Content-Type": "text/plain"},
    )

    assert (refused.status, plain.status) == (403, 415)
    assert simulated.balance() == (100, 0)


def of_banks(api: sdk.StripeClient, simulated: Simulator, site: str) -> list[str]:
    """Pages that offer and confirm debits and bank payments, some of which wait."""
    alice = sessions.customer(api)
    offered = sessions.to_pay(api, alice, kept=sessions.KEPT, site=site)
    for _ in range(2):
        simulated.pay_by_debit(
            sessions.to_pay(api, alice, kept=sessions.KEPT, site=site).id
        )
    simulated.settle_debit(simulated.all("payment_intent")[-1]["id"])
    at_bank = sessions.to_pay(api, alice, kept=sessions.KEPT, site=site).id
    waiting = paying.pay_by_other(simulated.core.world, at_bank, "bancontact")
    saved = sessions.to_save(api, alice, ["card", "sepa_debit", "ideal"], site)
    return [
        *(offered.url or "", saved.url or ""),
        f"{simulated.url}/authenticate/{waiting['id']}",
    ]


@pytest.mark.all
@pytest.mark.parametrize("look", LOOKS, ids=["light, wide", "dark, narrow"])
def test_every_page_is_for_everybody(
    browser: Browser, api: sdk.StripeClient, simulated: Simulator, site: str, look: Any
) -> None:
    """T25, as for the platform's own pages: axe finds nothing, nothing sticks out."""
    customer, method = customer_with(api)
    paid = charge(api, customer, method)
    charge(api, customer, method)
    simulated.dispute(paid.id)
    account = api.v1.accounts.create({"country": "DE", "email": "bob@example.org"})
    link = api.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "return_url": site,
            "refresh_url": site,
        }
    )
    waiting = api.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "eur",
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": site,
        }
    )
    pages = [
        simulated.url,
        checkout(api, site).url or "",
        *of_banks(api, simulated, site),
        f"{simulated.url}/authenticate/{waiting.id}",
        f"{simulated.url}/express/{account.id}",
        f"{simulated.url}/receipts/{paid.latest_charge}",
        link.url,
    ]
    context = browser.new_context(**look)
    page = context.new_page()

    for address in pages:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, (address, [each["id"] for each in found])
        page.set_viewport_size({"width": 320, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, address
    context.close()
