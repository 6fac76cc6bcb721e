"""A payment's and a payout's whole life, by the gateway that production uses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from payouts.gateway import asking, calls, history, transfers
from tests.world.stripes import Simulator

AGO = datetime(2020, 1, 1, tzinfo=UTC)


def paid(stripe: Simulator, card: str = "4242424242424242") -> str:
    """A customer's payment of 24.00 by Checkout; the intent's id."""
    customer = calls.make_customer(1, "alice@example.org")
    session = calls.open_checkout(
        customer,
        key="payment:1",
        amount=2_400,
        title="Flattr for a year",
        method="card",
        is_kept=True,
        success_url="http://site.example/paid?session={CHECKOUT_SESSION_ID}",
        cancel_url="http://site.example/",
    )
    done = stripe.complete(session.stripe_id, card)
    assert done["payment_status"] == "paid"
    return str(done["payment_intent"])


def test_a_reader_pays_and_the_saved_card_pays_again(stripe: Simulator) -> None:
    first = calls.payment(paid(stripe))
    assert first.kept is not None

    second = calls.charge(
        first.customer,
        "card",
        first.kept.stripe_id,
        1_000,
        key="payment:2",
        title="Again",
    )
    again = calls.charge(
        first.customer,
        "card",
        first.kept.stripe_id,
        1_000,
        key="payment:2",
        title="Again",
    )

    assert second.stripe_id == again.stripe_id
    assert stripe.balance() == (0, 2_400 - 61 + 1_000 - 40)


def test_a_card_that_asks_every_time_is_declined_while_alice_is_away(
    stripe: Simulator,
) -> None:
    first = calls.payment(paid(stripe, "4000002760003184"))
    assert first.kept is not None

    with pytest.raises(asking.Declined) as refused:
        calls.charge(
            first.customer,
            "card",
            first.kept.stripe_id,
            1_000,
            key="payment:2",
            title="Again",
        )

    assert refused.value.needs_confirmation
    asked = calls.confirm(
        refused.value.payment_id, first.kept.stripe_id, "http://site.example/back"
    )
    assert asked.confirm_url.startswith(f"{stripe.url}/authenticate/")
    stripe.authenticate(refused.value.payment_id)
    assert calls.payment(refused.value.payment_id).status == "succeeded"


def test_a_saved_card_may_run_dry(stripe: Simulator) -> None:
    first = calls.payment(paid(stripe))
    assert first.kept is not None
    stripe.change_card(first.kept.stripe_id, "4000000000009995")

    with pytest.raises(asking.Declined) as refused:
        calls.charge(
            first.customer,
            "card",
            first.kept.stripe_id,
            1_000,
            key="payment:2",
            title="Again",
        )

    assert refused.value.code == "insufficient_funds"


def test_money_goes_back_by_refunds_and_disputes(stripe: Simulator) -> None:
    payment = paid(stripe)
    calls.refund(payment, 400, key="refund:1")
    dispute = stripe.dispute(payment, 1_000)
    stripe.close_dispute(dispute["id"], "lost")

    fact = calls.payment(payment)

    assert [refund.amount for refund in fact.refunds] == [400]
    assert [each.amount for each in fact.disputes] == [1_000]
    assert sum(stripe.balance()) == 2_400 - 61 - 400 - 1_000 - 2_000


def test_a_creator_is_onboarded_and_paid_once_there_is_money(stripe: Simulator) -> None:
    account = transfers.make_account(7, "bob@example.org", "DE")
    url = transfers.onboarding_url(
        account, return_url="http://site.example/", refresh_url="http://site.example/"
    )
    assert url.startswith(stripe.url)
    assert not transfers.account(account).payouts_enabled
    stripe.onboard(account)
    assert transfers.account(account).payouts_enabled

    with pytest.raises(asking.StripeRefused) as refused:
        transfers.transfer(account, 1_000, key="payout:1", group="payout_1")
    assert refused.value.code == "balance_insufficient"
    stripe.top_up(5_000)
    transfers.transfer(account, 1_000, key="payout:1:again", group="payout_1")

    assert len(transfers.transfers("payout_1")) == 1
    assert history.balance().available == 4_000
    assert [move.amount for move in history.movements()] == [-1_000, 5_000]


def test_events_are_listed_and_signed(stripe: Simulator) -> None:
    payment = paid(stripe)
    listed = [event.kind for event in history.events(AGO)]

    assert listed[0] == "checkout.session.completed"
    assert "payment_intent.succeeded" in listed
    assert payment
