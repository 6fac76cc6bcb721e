"""Money in and out by Stripe, told end to end in a real browser.

Zoe pays by a card whose bank asks her; when her budget is to be renewed it is declined,
and she leaves another. Jun tells Stripe who he is and is paid, once the operator has
added what Stripe kept. Then Zoe's bank takes both payments back and Jun, who was paid,
owes what one of them gave him, until the next month repays it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from local.cast import PASSWORD
from payouts import chart
from payouts.close.maturing import owed
from payouts.ledger import checks, posting
from payouts.models import Payment, Payout
from tests.browser.conftest import SignIn
from tests.stories.test_a_month import act, pay_for_a_month, sign_up
from tests.world.people import click, travel
from tests.world.stripes import Simulator

pytestmark = pytest.mark.all

ASKS_ONCE = "4000002500003155"
TOO_POOR = "4000000000009995"
GOOD = "4242424242424242"


def test_real_money_in_and_out_and_back(
    demo: str, stripe: Simulator, browser: Browser, sign_in: SignIn
) -> None:
    first = clock.period()
    second, third = months.following(first), months.shifted(first, 2)
    page = browser.new_context(base_url=demo).new_page()

    sign_up(page)
    pay_where_the_bank_asks(page)
    zoe = User.objects.get(username="zoe")
    jun = User.objects.get(username="jun")
    click(zoe, Thing.objects.filter(owner=jun).latest("id"))

    stripe.change_card(zoe.payer.kept_id, TOO_POOR)
    go_on(months.start(second) + timedelta(minutes=2))
    the_renewal_is_declined_and_the_card_replaced(page, second)
    click(zoe, Thing.objects.filter(owner=jun).latest("id"))
    stop_giving(page)

    maker = sign_in("jun@demo.example", PASSWORD)
    tell_stripe_who_he_is(maker)
    go_on(months.start(third) + timedelta(days=2))
    ask(maker)
    pay_out(sign_in, stripe)
    expect_reloaded(maker, "/payouts", "paid")
    assert posting.balance(chart.revenue(jun)) == 0

    both_payments_are_disputed_and_lost(maker, stripe, zoe, demo)
    assert owed(jun) == 1_000
    click(User.objects.get(username="amira"), Thing.objects.filter(owner=jun)[0])
    go_on(months.start(months.shifted(first, 3)) + timedelta(minutes=2))
    go_on(clock.now() + timedelta(days=31))
    assert owed(jun) == 0
    expect_reloaded(maker, "/payouts", "Ready")
    expect(maker.locator("main")).not_to_contain_text("you owe")
    assert all(not broken for broken in checks.check().values())
    call_command("reconcile")


def go_on(moment: datetime) -> None:
    """The clock moves, and the minute's tick does what is due."""
    travel(moment)
    call_command("tick")


def expect_reloaded(page: Page, path: str, words: str) -> None:
    page.goto(path)
    expect(page.locator("main")).to_contain_text(re.compile(words, re.IGNORECASE))


def pay_where_the_bank_asks(page: Page) -> None:
    page.goto("/budget")
    page.fill("[name=amount]", "10")
    page.locator("main form button").first.click()
    page.wait_for_url("**/pay*")
    expect(page.locator("main")).to_contain_text("Simulated payments")
    pay_for_a_month(page, ASKS_ONCE)
    expect(page.locator("h1")).to_contain_text("Your bank asks")
    page.get_by_role("button", name="Yes, I confirm").click()
    expect(page.locator("h1")).to_contain_text("€10.00 arrived")


def the_renewal_is_declined_and_the_card_replaced(page: Page, period: int) -> None:
    """The first month is closed and her account is empty; so is her bank's."""
    declined = Payment.objects.get(reader__username="zoe", renewal__period=period)
    assert declined.failure == "insufficient_funds"
    told = [letter for letter in mail.outbox if "could not be paid" in letter.subject]
    assert [letter.to for letter in told] == [["zoe@people.example"]]
    page.goto("/pay")
    page.get_by_role("button", name="Use another card").click()
    page.fill("[name=number]", GOOD)
    page.get_by_role("button", name="Save a card").click()
    page.wait_for_url("**/pay")
    expect(page.locator("main")).to_contain_text("Visa …4242")
    go_on(clock.now() + timedelta(days=3))
    page.goto("/month")
    expect(page.locator("h1")).to_contain_text("€10.00")
    page.goto("/pay")
    expect(page.locator("main")).to_contain_text("€10.00 in your account")


def stop_giving(page: Page) -> None:
    page.goto("/budget")
    page.get_by_role("button", name=re.compile("^Stop from")).click()
    expect(page.locator("main")).to_contain_text("you give nothing")


def tell_stripe_who_he_is(page: Page) -> None:
    page.goto("/payouts/destination")
    page.select_option("[name=country]", "SE")
    page.get_by_role("button", name="Go to Stripe").click()
    page.fill("[name=name]", "Jun Park")
    page.fill("[name=iban]", "NL91 ABNA 0417 1643 00")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/payouts")
    expect(page.locator("main")).to_contain_text("through Stripe")


def ask(page: Page) -> None:
    page.goto("/payouts")
    page.get_by_role("button", name=re.compile("^Ask for")).click()
    expect(page.locator("main")).to_contain_text("NL…4300")


def pay_out(sign_in: SignIn, stripe: Simulator) -> None:
    """Two people say yes; what Stripe kept is missing until the operator adds it."""
    payout = Payout.objects.latest("id")
    ada, ben = (sign_in(f"{name}@demo.example", PASSWORD) for name in ("ada", "ben"))
    if payout.state == "held":
        act(ada, "Release", "Known for years.")
    act(ada, "Approve", "Everything in order.")
    act(ben, "Approve", "Seen.")
    stripe.settle()
    call_command("tick")
    missing = payout.amount - stripe.balance()[0]
    assert missing > 0
    ada.goto("/admin/payouts/payout/")
    expect(ada.locator("body")).to_contain_text(
        re.compile(rf"top up.*{missing // 100}\.{missing % 100:02d}", re.IGNORECASE)
    )
    stripe.top_up(missing)
    call_command("tick")
    payout.refresh_from_db()
    assert payout.state == "sent"
    assert [one["amount"] for one in stripe.all("transfer")] == [payout.amount]


def both_payments_are_disputed_and_lost(
    maker: Page, stripe: Simulator, zoe: User, demo: str
) -> None:
    for payment in Payment.objects.filter(reader=zoe).exclude(paid_at=None):
        assert payment.stripe_id is not None
        dispute = stripe.dispute(payment.stripe_id)
        stripe.close_dispute(dispute["id"], "lost")
    stripe.deliver(demo)
    call_command("tick")
    expect_reloaded(maker, "/payouts", "you owe €10.00")
