"""From a dispute to a decision, in two real browsers: a bank takes a reader's money back,
Ada holds the payout that it went into, and Ben, who is not its payee, lets it go on."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AccountLook
from local.cast import PASSWORD
from payouts.models import Dispute, Payment, Payout
from tests.browser.conftest import SignIn
from tests.stories.test_a_month import decide


def test_two_of_staff_go_from_a_dispute_to_a_decision(
    demo: str, sign_in: SignIn
) -> None:
    """W4, T42: by the first page and the payout's; both give their reasons."""
    payout = Payout.objects.get(creator__username="haken", state="requested")
    disputed()
    ada = sign_in("ada@demo.example", PASSWORD)
    ben = sign_in("ben@demo.example", PASSWORD)

    ada.goto("/admin/")
    row = ada.locator("section:has(#disputes) tr", has_text="piet")
    expect(row.locator(".tag.bad")).to_contain_text("1 day, until")
    row.get_by_role("link").click()
    expect(ada.locator("main")).to_contain_text("dp_piet")
    ada.goto("/admin/")
    row = ada.locator(".queue tr", has_text="haken")
    expect(row).to_contain_text("somebody else; you approved")
    row.get_by_role("link").click()
    expect(ada.locator(".bars")).to_contain_text("piet")
    ada.get_by_label("What you checked").fill("The bank of piet takes his money back.")
    ada.get_by_role("button", name="Hold").click()
    expect(ada.locator(".decision")).to_contain_text("ada approved it on")

    decide(ben, "haken", "Payout held", "Release and approve", "He is 2 % of it.")
    expect(ben.locator(".trail .now")).to_have_text("Approved, to be sent")
    expect(ben.locator(".trail")).to_contain_text("The bank of piet")

    payout.refresh_from_db()
    approvals = payout.approvals.order_by("id")
    assert payout.state == "approved"
    assert [one.staff.username for one in approvals] == ["ada", "ben"]
    looked = AccountLook.objects.filter(subject=f"person:{payout.creator_id}")
    assert {look.actor.username for look in looked if look.actor} == {"ada", "ben"}


def disputed() -> Dispute:
    """Piet's bank takes back what he paid in; an answer is due in two days."""
    payment = Payment.objects.filter(reader__username="piet").earliest("id")
    now = timezone.now()
    return Dispute.objects.create(
        stripe_id="dp_piet",
        payment=payment,
        reader=payment.reader,
        amount=payment.amount,
        currency=payment.currency,
        reason="product_not_received",
        status="needs_response",
        opened_at=now,
        due_at=now + timedelta(days=2),
    )
