"""What people, banks and time do at the simulated Stripe, to the cent."""

from __future__ import annotations

import pytest
import stripe as sdk

from local.stripe.wire.errors import Refused
from tests.local.stripe.asking import charge, customer_with, kinds, onboarded
from tests.local.stripe.conftest import client_of
from tests.local.stripe.schema import check
from tests.world.stripes import Simulator

PAID = 2_400
FEE = 61
DAY = 86_400


@pytest.fixture
def api(simulated: Simulator) -> sdk.StripeClient:
    return client_of(simulated)


@pytest.fixture
def payment(api: sdk.StripeClient) -> str:
    """24.00 by a card that does nothing special."""
    return charge(api, *customer_with(api), PAID).id


def test_everything_that_ever_happens_fits_the_description(
    simulated: Simulator, api: sdk.StripeClient, payment: str
) -> None:
    refund = api.v1.refunds.create({"payment_intent": payment, "amount": 400})
    simulated.fail_refund(refund.id)
    lost = simulated.dispute(payment, 500)
    simulated.close_dispute(lost["id"], "lost")
    account = onboarded(simulated, api)
    simulated.top_up(5_000)
    transfer = api.v1.transfers.create(
        {"amount": 3_000, "currency": "eur", "destination": account}
    )
    api.v1.transfers.reversals.create(transfer.id, {"amount": 500})
    payout = simulated.pay_out_to_bank(1_000, account)
    simulated.fail_payout(payout["id"])
    simulated.restrict(account)

    events = simulated.events()

    for event in events:
        check(event)
        check(event["data"]["object"])
    assert len({event["type"] for event in events}) > 20
    for kind in ("charge", "balance_transaction", "transfer", "payout", "refund"):
        for each in simulated.all(kind, None):
            check(each)


# --- Money that comes


def test_money_waits_until_it_is_settled(simulated: Simulator, payment: str) -> None:
    assert simulated.balance() == (0, PAID - FEE)

    simulated.advance(3 * DAY)

    assert simulated.balance() == (PAID - FEE, 0)


def test_the_booking_may_come_after_the_payment(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    simulated.book_late()
    paid = charge(api, *customer_with(api))
    assert simulated.get(str(paid.latest_charge))["balance_transaction"] is None
    assert simulated.balance() == (0, 0)

    simulated.advance(5)

    assert simulated.get(str(paid.latest_charge))["balance_transaction"]
    assert simulated.balance() == (0, PAID - FEE)
    assert kinds(simulated, -1) == ["charge.updated"]


def test_a_card_asks_once_and_is_known_afterwards(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    customer = api.v1.customers.create()
    session = api.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "customer": customer.id,
            "currency": "eur",
            "success_url": "http://site.example/",
        }
    )
    done = simulated.complete(session.id, "4000002500003155")
    setup = simulated.get(done["setup_intent"])

    intent = charge(api, customer.id, setup["payment_method"])

    assert done["status"] == "complete"
    assert intent.status == "succeeded"


def test_a_refused_card_leaves_the_page_open(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    session = api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 2,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 200,
                        "product_data": {"name": "A month"},
                    },
                }
            ],
            "success_url": "http://site.example/",
        }
    )

    with pytest.raises(Refused, match="insufficient"):
        simulated.complete(session.id, "4000000000009995")
    refused = simulated.complete(session.id, "4000002760003184", authenticates=False)
    paid = simulated.complete(session.id, "4000002760003184")

    assert refused["status"] == "open"
    assert (paid["status"], paid["amount_total"]) == ("complete", 400)
    assert simulated.get(paid["payment_intent"])["amount_received"] == 400
    assert len(simulated.all("payment_intent")) == 1
    assert len(simulated.all("charge")) == 2, "refusing at the bank is no charge"


def test_a_page_expires_by_itself(simulated: Simulator, api: sdk.StripeClient) -> None:
    session = api.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "eur",
            "success_url": "http://site.example/",
        }
    )

    simulated.advance(DAY + 1)

    assert api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    with pytest.raises(Refused):
        simulated.complete(session.id)


# --- Money that goes back


@pytest.mark.parametrize(
    ("outcome", "return_fee", "left"),
    [
        ("lost", False, -2_000),
        ("won", False, PAID - 2_000),
        ("won", True, PAID),
    ],
)
def test_a_dispute_takes_the_money_and_may_return_it(
    simulated: Simulator, payment: str, outcome: str, return_fee: bool, left: int
) -> None:
    before = len(simulated.events())
    dispute = simulated.dispute(payment)
    assert sum(simulated.balance()) == -FEE - 2_000
    assert kinds(simulated, before) == [
        "charge.updated",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]

    closed = simulated.close_dispute(dispute["id"], outcome, return_fee=return_fee)

    assert closed["status"] == outcome
    assert sum(simulated.balance()) == left - FEE
    assert kinds(simulated, -1) == ["charge.dispute.closed"]
    with pytest.raises(Refused):
        simulated.close_dispute(dispute["id"], outcome)


def test_a_payment_is_disputed_once_and_for_no_more_than_is_left(
    simulated: Simulator, api: sdk.StripeClient, payment: str
) -> None:
    api.v1.refunds.create({"payment_intent": payment, "amount": 2_000})

    with pytest.raises(Refused):
        simulated.dispute(payment, 401)
    simulated.dispute(payment, 400)

    with pytest.raises(Refused):
        simulated.dispute(payment, 1)


def test_a_bank_may_ask_before_it_takes_anything(
    simulated: Simulator, api: sdk.StripeClient, payment: str
) -> None:
    asked = simulated.dispute(payment, inquiry=True)
    assert asked["status"] == "warning_needs_response"
    assert sum(simulated.balance()) == PAID - FEE

    told = api.v1.disputes.update(
        asked["id"], {"evidence": {"uncategorized_text": "It was Alice."}}
    )
    closed = simulated.close_dispute(asked["id"], "won")

    assert told.status == "warning_under_review"
    assert closed["status"] == "warning_closed"
    assert sum(simulated.balance()) == PAID - FEE
    check(closed)


def test_a_refund_that_comes_back_returns_to_the_balance(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    intent = charge(api, *customer_with(api, "pm_card_refundFail"))
    refund = api.v1.refunds.create({"payment_intent": intent.id, "amount": 400})
    assert refund.status == "succeeded"

    simulated.advance(60)

    failed = api.v1.refunds.retrieve(
        refund.id, {"expand": ["failure_balance_transaction"]}
    )
    assert failed.status == "failed"
    assert isinstance(failed.failure_balance_transaction, sdk.BalanceTransaction)
    assert failed.failure_balance_transaction.amount == 400
    assert sum(simulated.balance()) == PAID - FEE
    again = api.v1.refunds.create({"payment_intent": intent.id})
    assert again.amount == PAID


def test_a_refund_takes_a_while(simulated: Simulator, api: sdk.StripeClient) -> None:
    intent = charge(api, *customer_with(api, "pm_card_pendingRefund"))
    refund = api.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"

    simulated.advance(60)

    assert api.v1.refunds.retrieve(refund.id).status == "succeeded"


# --- Who may ask


def test_a_wrong_key_is_refused(simulated: Simulator) -> None:
    with pytest.raises(sdk.AuthenticationError):
        client_of(simulated, "sk_test_wrong").v1.balance.retrieve()


def test_another_version_is_refused(simulated: Simulator) -> None:
    client = client_of(simulated)

    with pytest.raises(sdk.InvalidRequestError, match="API version"):
        client.v1.balance.retrieve(None, {"stripe_version": "2019-01-01"})
