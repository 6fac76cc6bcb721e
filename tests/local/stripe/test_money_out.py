"""Transfers, creators' accounts, payouts and top-ups at the simulated Stripe."""

from __future__ import annotations

import pytest
import stripe as sdk

from local.stripe.wire.errors import Refused
from tests.local.stripe.asking import charge, customer_with, kinds, onboarded
from tests.local.stripe.conftest import client_of
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


def test_what_was_transferred_goes_on_to_the_bank_by_itself(
    simulated: Simulator, api: sdk.StripeClient
) -> None:
    bob = onboarded(simulated, api)
    simulated.top_up(1_000)
    api.v1.transfers.create({"amount": 600, "currency": "eur", "destination": bob})
    api.v1.transfers.create({"amount": 400, "currency": "eur", "destination": bob})

    simulated.advance(3 * DAY)
    sent = api.v1.payouts.list({}, {"stripe_account": bob}).data
    simulated.advance(3 * DAY)

    assert [(each.amount, each.automatic) for each in sent] == [(1_000, True)]
    paid = api.v1.payouts.retrieve(sent[0].id, {}, {"stripe_account": bob})
    assert paid.status == "paid"
    moves = api.v1.balance_transactions.list(
        {"payout": sent[0].id}, {"stripe_account": bob}
    )
    assert sorted(move.amount for move in moves.data) == [-1_000, 400, 600]
    told = simulated.events(kind="payout.paid")
    assert [event["account"] for event in told] == [bob]


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
