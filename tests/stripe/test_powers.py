"""What people, banks and time do at the simulated Stripe, to the cent."""

from __future__ import annotations

import pytest
import stripe as sdk

from flattr.local.stripe.errors import Refused
from tests.stripe.asking import charge, customer_with
from tests.stripe.conftest import client_of
from tests.stripe.schema import check
from tests.stripes import Simulator

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


def kinds(simulated: Simulator, since: int) -> list[str]:
    return [event["type"] for event in simulated.events()[since:]]


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


def onboarded(simulated: Simulator, api: sdk.StripeClient) -> str:
    account = api.v1.accounts.create(
        {"country": "DE", "capabilities": {"transfers": {"requested": True}}}
    )
    simulated.onboard(account.id)
    return account.id


# --- Money that comes


def test_money_waits_until_it_is_settled(simulated: Simulator, payment: str) -> None:
    assert simulated.balance() == (0, PAID - FEE)

    simulated.advance(3 * DAY)

    assert simulated.balance() == (PAID - FEE, 0)


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


# --- Money that goes out


def test_a_transfer_takes_only_what_is_available(
    simulated: Simulator, api: sdk.StripeClient, payment: str
) -> None:
    bob = onboarded(simulated, api)
    wanted: dict[str, object] = {"amount": 1_000, "currency": "eur", "destination": bob}
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.transfers.create(wanted)  # type: ignore[arg-type]
    assert refused.value.code == "balance_insufficient"

    simulated.settle()
    api.v1.transfers.create(wanted)  # type: ignore[arg-type]

    assert simulated.balance() == (PAID - FEE - 1_000, 0)
    theirs = api.v1.balance.retrieve(None, {"stripe_account": bob})
    assert theirs.available[0].amount == 1_000


def test_a_transfer_is_taken_back_while_it_is_there(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    bob = onboarded(simulated, api)
    simulated.top_up(1_000)
    transfer = api.v1.transfers.create(
        {"amount": 1_000, "currency": "eur", "destination": bob}
    )

    api.v1.transfers.reversals.create(transfer.id, {"amount": 400})
    simulated.pay_out_to_bank(500, bob)
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.transfers.reversals.create(transfer.id, {"amount": 400})

    assert refused.value.code == "balance_insufficient"
    now = api.v1.transfers.retrieve(transfer.id)
    assert (now.amount_reversed, now.reversed) == (400, False)
    assert [each.amount for each in now.reversals.data] == [400]
    assert simulated.balance() == (400, 0)


def test_a_restricted_account_gets_nothing_and_says_what_is_missing(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    bob = onboarded(simulated, api)
    simulated.top_up(1_000)

    simulated.restrict(bob, ["individual.verification.document"])

    account = api.v1.accounts.retrieve(bob)
    assert not account.payouts_enabled
    assert account.requirements is not None
    assert account.requirements.currently_due == ["individual.verification.document"]
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.transfers.create({"amount": 1, "currency": "eur", "destination": bob})
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    simulated.onboard(bob)
    assert api.v1.accounts.retrieve(bob).payouts_enabled


def test_another_bank_account_is_another_fingerprint(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    bob, carol = onboarded(simulated, api), onboarded(simulated, api)

    def bank(account: str) -> object:
        found = api.v1.accounts.external_accounts.list(account).data
        return [each.to_dict()["fingerprint"] for each in found]

    before = bank(bob)
    assert before != bank(carol)
    simulated.change_bank(bob, "DE89370400440532013000")
    assert bank(bob) != before
    simulated.change_bank(carol, "DE89 3704 0044 0532 0130 00")
    assert bank(carol) == bank(bob)
    assert kinds(simulated, -3) == [
        "account.external_account.deleted",
        "account.updated",
        "account.external_account.created",
    ]


def test_an_account_with_money_in_it_stays(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    bob = onboarded(simulated, api)
    simulated.top_up(1_000)
    api.v1.transfers.create({"amount": 1_000, "currency": "eur", "destination": bob})

    with pytest.raises(sdk.InvalidRequestError):
        api.v1.accounts.delete(bob)
    simulated.pay_out_to_bank(1_000, bob)

    assert api.v1.accounts.delete(bob).deleted
    with pytest.raises(sdk.PermissionError):
        api.v1.accounts.retrieve(bob)


def test_the_operator_tops_up_and_takes_out(simulated: Simulator) -> None:
    simulated.top_up(5_000)
    payout = simulated.pay_out_to_bank(2_000)
    assert simulated.balance() == (3_000, 0)

    simulated.fail_payout(payout["id"])

    assert simulated.balance() == (5_000, 0)
    with pytest.raises(Refused):
        simulated.pay_out_to_bank(5_001)


def test_a_topup_by_the_api_arrives_the_next_day(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    made = api.v1.topups.create({"amount": 700, "currency": "eur"})
    assert simulated.balance() == (0, 0)

    simulated.advance(DAY)

    assert api.v1.topups.retrieve(made.id).status == "succeeded"
    assert simulated.balance() == (700, 0)


# --- Who may ask


def test_a_wrong_key_is_refused(simulated: Simulator) -> None:
    with pytest.raises(sdk.AuthenticationError):
        client_of(simulated, "sk_test_wrong").v1.balance.retrieve()


def test_another_version_is_refused(simulated: Simulator) -> None:
    client = client_of(simulated)

    with pytest.raises(sdk.InvalidRequestError, match="API version"):
        client.v1.balance.retrieve(None, {"stripe_version": "2019-01-01"})
