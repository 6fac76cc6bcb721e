"""Money back, money out, and lists: what is asked, and the answers' shapes.

These tests run against Stripe's own test mode too when STRIPE_TEST_KEY is set, so that
the simulator is held to what it simulates.
"""

from __future__ import annotations

import time
import uuid

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.local.stripe.asking import charge, customer_with, facts
from tests.local.stripe.schema import check, check_error, fits

# --- Money back


def test_a_payment_is_refunded_in_parts_and_no_further(api: StripeClient) -> None:
    intent = charge(api, *customer_with(api))

    first = fits(
        api.v1.refunds.create(
            {
                "payment_intent": intent.id,
                "amount": 400,
                "metadata": {"key": "refund:1"},
            }
        )
    )
    with pytest.raises(sdk.InvalidRequestError):
        api.v1.refunds.create({"payment_intent": intent.id, "amount": 2_001})
    rest = fits(api.v1.refunds.create({"payment_intent": intent.id}))
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.refunds.create({"payment_intent": intent.id})

    assert check_error(refused.value)["code"] == "charge_already_refunded"
    assert (first.amount, rest.amount) == (400, 2_000)
    listed = fits(api.v1.refunds.list({"payment_intent": intent.id}))
    assert [each.id for each in listed.data] == [rest.id, first.id]
    booked = fits(api.v1.balance_transactions.retrieve(str(first.balance_transaction)))
    assert (booked.type, booked.amount, booked.fee) == ("refund", -400, 0)
    paid = fits(api.v1.charges.retrieve(str(intent.latest_charge)))
    assert paid.refunded


def test_a_disputed_payment_cannot_be_refunded(api: StripeClient) -> None:
    intent = charge(api, *customer_with(api, "pm_card_createDispute"))

    dispute = one_dispute(api, intent.id)
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.refunds.create({"payment_intent": intent.id})

    assert check_error(refused.value)["code"] == "charge_disputed"
    assert dispute.amount == 2_400
    assert sum(move.amount for move in dispute.balance_transactions) == -2_400
    told = fits(
        api.v1.disputes.update(
            dispute.id, {"evidence": {"uncategorized_text": "It was Alice."}}
        )
    )
    assert told.evidence_details.has_evidence
    assert fits(api.v1.disputes.retrieve(dispute.id)).charge == intent.latest_charge


def one_dispute(api: StripeClient, intent: str) -> sdk.Dispute:
    for _ in range(20):
        found = fits(api.v1.disputes.list({"payment_intent": intent})).data
        if found and found[0].balance_transactions:
            return found[0]
        time.sleep(0.5)
    raise AssertionError("the dispute never came")


# --- Paying out


def test_an_account_is_not_paid_before_it_is_complete(api: StripeClient) -> None:
    account = fits(
        api.v1.accounts.create(
            {
                "country": "DE",
                "email": "bob@example.org",
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "requirement_collection": "stripe",
                    "stripe_dashboard": {"type": "express"},
                },
                "capabilities": {"transfers": {"requested": True}},
                "metadata": {"creator": "7"},
            }
        )
    )
    link = fits(
        api.v1.account_links.create(
            {
                "account": account.id,
                "type": "account_onboarding",
                "return_url": "https://site.example/",
                "refresh_url": "https://site.example/",
            }
        )
    )

    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.transfers.create(
            {"amount": 100, "currency": "eur", "destination": account.id}
        )

    assert link.url.startswith("http")
    assert not account.payouts_enabled
    assert account.requirements is not None
    assert account.requirements.currently_due
    code = check_error(refused.value)["code"]
    assert code == "insufficient_capabilities_for_transfer"
    assert not fits(api.v1.accounts.external_accounts.list(account.id)).data
    assert facts(fits(api.v1.accounts.retrieve(account.id))) == {"creator": "7"}
    assert fits(api.v1.accounts.delete(account.id)).deleted


def test_a_transfer_to_nobody_is_refused(api: StripeClient) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.transfers.create(
            {"amount": 100, "currency": "eur", "destination": "acct_1Nobody0000000"}
        )

    assert check_error(refused.value)["code"] == "resource_missing"


# --- What there is


def test_the_balance_and_what_moved_it(api: StripeClient) -> None:
    charge(api, *customer_with(api))

    fits(api.v1.balance.retrieve())
    moves = fits(api.v1.balance_transactions.list({"type": "charge", "limit": 3}))

    assert {move.type for move in moves.data} == {"charge"}
    assert all(move.net == move.amount - move.fee for move in moves.data)


def test_events_tell_what_happened(api: StripeClient) -> None:
    began = int(time.time())
    intent = charge(api, *customer_with(api))

    found = fits(
        api.v1.events.list(
            {"type": "payment_intent.succeeded", "created": {"gte": began - 5}}
        )
    )

    told = [event for event in found.data if event.data.object["id"] == intent.id]
    assert len(told) == 1
    event = fits(api.v1.events.retrieve(told[0].id))
    assert event.api_version == "2026-08-26.dahlia"
    check(dict(event.data.object.to_dict()))


def test_a_webhook_endpoint_is_registered_and_taken_away(api: StripeClient) -> None:
    endpoints = api.v1.webhook_endpoints
    made = fits(
        endpoints.create(
            {
                "url": "https://site.example/webhooks/stripe",
                "enabled_events": ["charge.succeeded"],
            }
        )
    )
    changed = fits(
        endpoints.update(made.id, {"enabled_events": ["*"], "disabled": True})
    )

    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert (changed.status, changed.enabled_events) == ("disabled", ["*"])
    assert "secret" not in fits(endpoints.retrieve(made.id)).to_dict()
    assert fits(endpoints.delete(made.id)).deleted


def test_lists_come_page_by_page(api: StripeClient) -> None:
    email = f"{uuid.uuid4()}@example.org"
    made = [api.v1.customers.create({"email": email}).id for _ in range(5)]

    first = fits(api.v1.customers.list({"email": email, "limit": 2}))
    second = fits(
        api.v1.customers.list(
            {"email": email, "limit": 2, "starting_after": first.data[-1].id}
        )
    )
    back = fits(
        api.v1.customers.list(
            {"email": email, "limit": 2, "ending_before": second.data[0].id}
        )
    )
    everyone = [
        each.id
        for each in api.v1.customers.list(
            {"email": email, "limit": 2}
        ).auto_paging_iter()
    ]

    assert everyone == made[::-1]
    assert [each.id for each in second.data] == made[1:3][::-1]
    assert [each.id for each in back.data] == [each.id for each in first.data]
    assert first.has_more
