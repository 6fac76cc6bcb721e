"""A month told end to end, in a real browser, by people who click.

Zoe signs up, pays in and flattrs Jun's post on a blog; the month ends; Jun asks for
the money; Ada and Ben review it; it is sent.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from flattr import months
from flattr.database import clock
from local.cast import PASSWORD
from payouts.ledger import checks
from tests.browser.conftest import SignIn
from tests.world.people import travel

SECRET = "a heron on the weir"


def test_a_month_from_sign_up_to_sent(
    demo: str, blog: str, browser: Browser, sign_in: SignIn
) -> None:
    period = clock.period()
    zoe = browser.new_context(base_url=demo, accept_downloads=True).new_page()

    sign_up(zoe)
    choose_and_pay(zoe)
    flattr_on_the_blog(zoe, blog)
    travel(months.end(period) + timedelta(minutes=2))
    call_command("tick")
    read_the_statement(zoe, period)

    jun = sign_in("jun@demo.example", PASSWORD, accept_downloads=True)
    read_the_revenue(jun, period)
    name_a_bank_account(jun)
    travel(clock.now() + timedelta(days=8))
    ask_for_the_money(jun)

    review_and_send(sign_in)
    jun.goto("/payouts")
    expect(jun.locator("main")).to_contain_text("was paid to you so far")
    assert all(not broken for broken in checks.check().values())


def sign_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Start with €5.00 a month").click()
    page.fill("[name=email]", "zoe@people.example")
    page.fill("[name=username]", "zoe")
    page.fill("[name=password1]", SECRET)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/confirm-email/")
    page.goto("/local/mailbox/")
    page.get_by_role("link", name="Confirm your e-mail").first.click()
    page.wait_for_url("**/local/mailbox/*")
    link = re.search(r"http\S+confirm-email\S+", page.inner_text("main"))
    assert link is not None
    page.goto(link[0])
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "confirm-email" not in url)


def choose_and_pay(page: Page) -> None:
    """Along the steps on her month, each by its one loud button."""
    page.goto("/month")
    expect(page.locator("h1")).to_have_text("Hello zoe, three more steps")
    page.locator("main .button:not(.quiet)").click()
    page.wait_for_url("**/budget")
    page.fill("[name=amount]", "1.99")
    page.locator("main form button").first.click()
    expect(page.locator("[name=amount]")).to_have_value("1.99")
    page.fill("[name=amount]", "10")
    page.locator("main form button").first.click()
    page.wait_for_url("**/pay*")
    page.goto("/month")
    expect(page.locator("h1")).to_have_text("Hello zoe, two more steps")
    expect(page.locator("main")).to_contain_text("€10.00, not cut yet")
    page.locator("main .button:not(.quiet)").click()
    page.wait_for_url("**/pay*")
    pay_for_a_month(page, "4242424242424242")
    expect(page.locator("h1")).to_contain_text("arrived")
    page.goto("/month")
    expect(page.locator("h1")).to_have_text("Hello zoe, one more step")


def pay_for_a_month(page: Page, card: str) -> None:
    """From our page to Stripe's, and with that card back, unless its bank asks."""
    page.locator("[name=months]").first.check()
    page.get_by_role("button", name="Pay", exact=True).click()
    page.fill("[name=number]", card)
    page.get_by_role("button", name=re.compile("^Pay")).click()


def flattr_on_the_blog(page: Page, blog: str) -> None:
    """Click the button on another site, confirm, undo, and do it again."""
    for _ in range(2):
        page.goto(f"{blog}/low-water")
        with page.expect_popup() as opened:
            page.locator("a.FlattrButton").first.click()
        window = opened.value
        window.wait_for_load_state()
        expect(window.locator("main")).to_contain_text("by Jun Park (jun)")
        expect(window.locator("main")).to_contain_text("€10.00")
        window.wait_for_timeout(1_000)
        window.get_by_role("button", name="Flattr this").click()
        expect(window.locator("h1")).to_contain_text("is in your")
        if _ == 0:
            window.get_by_role("button", name="Undo").click()
            window.goto("/month")
            expect(window.locator("h1")).to_have_text("Hello zoe, one more step")
        window.close()
    page.goto("/month")
    expect(page.locator("h1")).to_contain_text("€10.00, one way")
    expect(page.locator("main")).to_contain_text("Jun Park")
    expect(page.locator(".checks")).to_have_count(0)


def read_the_statement(page: Page, period: int) -> None:
    page.goto("/statements")
    page.goto(f"/statements/{months.show(period)}")
    expect(page.locator("main")).to_contain_text("Jun Park")
    expect(page.locator("main tfoot")).to_contain_text("€10.00")
    page.get_by_role("link", name="Check it yourself").first.click()
    page.goto(f"/statements/{months.show(period)}/check")
    expect(page.locator("main")).to_contain_text("every number agrees with the ledger")


def read_the_revenue(page: Page, period: int) -> None:
    page.goto(f"/revenue/{months.show(period)}")
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    assert saved.value.suggested_filename == f"flattr-revenue-{period}.csv"
    text = saved.value.path().read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["period"] for row in rows} == {months.show(period)}
    assert any(row["title"] == "What low water leaves" for row in rows)


def name_a_bank_account(page: Page) -> None:
    page.goto("/payouts/destination")
    page.fill("[name=holder]", "Jun Park")
    page.fill("[name=iban]", "DE89 3704 0044 0532 0130 01")
    page.get_by_role("button", name="Use this bank account").click()
    expect(page.locator("[name=iban]")).to_have_value("DE89 3704 0044 0532 0130 01")
    page.fill("[name=iban]", "NL91 ABNA 0417 1643 00")
    page.get_by_role("button", name="Use this bank account").click()
    expect(page.locator("main")).to_contain_text("4300")


def ask_for_the_money(page: Page) -> None:
    page.goto("/payouts")
    page.get_by_role(
        "button", name=re.compile("Ask|Request|Pay", re.IGNORECASE)
    ).first.click()
    expect(page.locator("main")).to_contain_text("NL…4300")


def review_and_send(sign_in: SignIn) -> None:
    """Two people find it in their queue and say yes on its page, with reasons; one of
    them records the bank's reference."""
    ada = sign_in("ada@demo.example", PASSWORD)
    ben = sign_in("ben@demo.example", PASSWORD)
    decide(ada, "jun", "Payout held: look at it", "Release and approve", "Well known.")
    expect(ada.locator(".decision")).to_contain_text("Another person has to as well")
    decide(ben, "jun", "Payout: second approval", "Approve", "Seen.")
    act(ada, "Record as sent", "BANK-2026-0042")


def decide(staff: Page, creator: str, what: str, button: str, words: str) -> None:
    """Open what waits for oneself from the admin's first page, and decide there."""
    staff.goto("/admin/")
    row = staff.locator(".queue tr", has_text=creator).filter(has_text=what)
    expect(row.locator(".tag.bad")).to_have_text("you")
    row.get_by_role("link").click()
    staff.get_by_label("What you checked").fill(words)
    staff.get_by_role("button", name=re.compile(f"^{button}")).click()
    expect(staff.locator(".messagelist .success")).to_be_visible()


def act(staff: Page, label: str, words: str) -> None:
    """Choose what to do with Jun's newest payout in the admin, and give the words."""
    staff.goto("/admin/payouts/payout/?q=jun")
    staff.locator("input[name=_selected_action]").first.check()
    staff.select_option("select[name=action]", label=label)
    staff.get_by_role("button", name="Go", exact=True).click()
    staff.locator(".ask textarea, .ask input.vTextField").first.fill(words)
    staff.get_by_role("button", name=label, exact=True).click()
    staff.wait_for_url("**/admin/payouts/payout/**")
    expect(staff.locator(".messagelist")).to_be_visible()
