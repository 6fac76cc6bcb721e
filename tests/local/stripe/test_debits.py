"""A debit's lives: paid or failed after days, returned weeks later, never allowed again.

Those that need none of the simulator's powers run against Stripe's own test mode too when
STRIPE_TEST_KEY is set.
"""

from __future__ import annotations

from typing import Any

import pytest
import stripe as sdk

from local.servers.processes import wait_until
from local.stripe.serving.server import Server
from local.stripe.wire.errors import Refused
from tests.local.stripe.asking import kinds
from tests.local.stripe.conftest import client_of
from tests.local.stripe.schema import check, check_error, fits
from tests.local.stripe.sessions import KEPT, accounts_of, customer, debit, to_pay
from tests.world import bank_money
from tests.world.stripes import Simulator

DAY = 86_400
PAID, FEE = 2_400, 35
DISPUTE_FEE = 1_500


@pytest.fixture
def alice(api: sdk.StripeClient) -> str:
    return customer(api)


def begin(
    simulated: Simulator,
    api: sdk.StripeClient,
    alice: str,
    iban: str = bank_money.IBAN,
) -> str:
    """Alice pays by a debit of an account that is kept; the payment intent's id."""
    session = simulated.pay_by_debit(to_pay(api, alice, kept=KEPT).id, iban)
    return str(session["payment_intent"])


def intent_of(api: sdk.StripeClient, intent: str) -> sdk.PaymentIntent:
    return fits(api.v1.payment_intents.retrieve(intent))


def charge_of(api: sdk.StripeClient, intent: str) -> sdk.Charge:
    return fits(api.v1.charges.retrieve(str(intent_of(api, intent).latest_charge)))


def test_a_debit_is_paid_days_later(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice, kept=KEPT)
    simulated.pay_by_debit(session.url or "")
    waiting = fits(api.v1.checkout.sessions.retrieve(session.id))
    intent = str(waiting.payment_intent)

    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert kinds(simulated, -4) == [
        "payment_method.attached",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]
    assert intent_of(api, intent).status == "processing"
    charge = charge_of(api, intent)
    assert (charge.status, charge.paid, charge.balance_transaction) == (
        *("pending", False),
        None,
    )
    assert charge.id.startswith("py_")
    simulated.advance(5 * DAY - 60)
    assert simulated.balance() == (0, 0)

    simulated.advance(120)

    assert kinds(simulated, -3) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    assert simulated.balance() == (0, PAID - FEE)
    done = fits(api.v1.checkout.sessions.retrieve(session.id))
    assert (done.status, done.payment_status) == ("complete", "paid")
    charge = charge_of(api, intent)
    assert (charge.status, charge.paid) == ("succeeded", True)
    moved = fits(api.v1.balance_transactions.retrieve(str(charge.balance_transaction)))
    assert (moved.type, moved.reporting_category, moved.fee) == (
        *("payment", "charge"),
        FEE,
    )
    simulated.settle()
    assert simulated.balance() == (PAID - FEE, 0)


def test_a_debit_shows_its_account_and_its_mandate(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice)

    (account,) = accounts_of(api, alice)
    assert account.sepa_debit is not None
    assert account.customer == alice
    assert (account.sepa_debit.bank_code, account.sepa_debit.country) == (
        *("37040044", "DE"),
    )
    assert (account.sepa_debit.last4, account.sepa_debit.generated_from) == (
        *("3000", None),
    )
    details = charge_of(api, intent).payment_method_details
    assert details is not None
    assert details.sepa_debit is not None
    assert details.sepa_debit.fingerprint == account.sepa_debit.fingerprint
    mandate = api.v1.mandates.retrieve(str(details.sepa_debit.mandate))
    assert (mandate.status, mandate.type) == ("active", "multi_use")
    assert mandate.payment_method == account.id
    assert mandate.payment_method_details.type == "sepa_debit"


def test_without_being_kept_an_account_is_used_once(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = simulated.pay_by_debit(to_pay(api, alice).id)
    charge = charge_of(api, session["payment_intent"])

    assert not accounts_of(api, alice)
    details = charge.payment_method_details
    assert details is not None
    assert details.sepa_debit is not None
    mandate = api.v1.mandates.retrieve(str(details.sepa_debit.mandate))
    assert mandate.type == "single_use"
    with pytest.raises(sdk.InvalidRequestError):
        debit(api, alice, str(charge.payment_method))


def test_a_saved_account_is_debited_while_alice_is_away(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    simulated.settle_debit(begin(simulated, api, alice))
    (account,) = accounts_of(api, alice)

    again = debit(api, alice, account.id)

    assert again.status == "processing"
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.payment_intents.cancel(again.id)
    assert check_error(refused.value)["code"] == "payment_intent_unexpected_state"
    simulated.settle_debit(again.id)
    assert simulated.balance() == (0, PAID - FEE + 1_000 - FEE)
    with pytest.raises(Refused):
        simulated.settle_debit(again.id)


@pytest.mark.parametrize(
    ("iban", "days", "code"),
    [
        (bank_money.EMPTY_IBAN, 5, "insufficient_funds"),
        (bank_money.FAILING_IBAN, 5, "generic_could_not_process"),
        ("AT861904300235473202", 5, "generic_could_not_process"),
        ("AT051904300235473205", 10, "generic_could_not_process"),
    ],
)
def test_a_debit_fails_after_days(
    simulated: Simulator,
    api: sdk.StripeClient,
    alice: str,
    iban: str,
    days: int,
    code: str,
) -> None:
    intent = begin(simulated, api, alice, iban)
    simulated.advance(days * DAY - 60)
    assert intent_of(api, intent).status == "processing"

    simulated.advance(120)

    assert kinds(simulated, -3) == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    failed = intent_of(api, intent)
    assert failed.status == "requires_payment_method"
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == code
    charge = charge_of(api, intent)
    assert (charge.status, charge.failure_code) == ("failed", code)
    assert simulated.balance() == (0, 0)
    assert accounts_of(api, alice), "it may be tried again"


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        (bank_money.LIMITED_IBAN, "charge_exceeds_source_limit"),
        ("DE27370400440000121212", "charge_exceeds_weekly_limit"),
    ],
)
def test_a_debit_fails_at_once(
    simulated: Simulator, api: sdk.StripeClient, alice: str, iban: str, code: str
) -> None:
    session = to_pay(api, alice, kept=KEPT)

    with pytest.raises(Refused):
        simulated.pay_by_debit(session.id, iban)

    open_still = fits(api.v1.checkout.sessions.retrieve(session.id))
    assert open_still.status == "open"
    failed = intent_of(api, str(open_still.payment_intent))
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == code
    simulated.pay_by_debit(session.id)
    assert intent_of(api, failed.id).status == "processing"


def test_a_slow_bank_pays_after_twice_the_time(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice, bank_money.SLOW_IBAN)

    simulated.advance(9 * DAY)
    assert intent_of(api, intent).status == "processing"
    simulated.advance(DAY + 1)

    assert intent_of(api, intent).status == "succeeded"


@pytest.mark.parametrize(
    "reason", ["insufficient_funds", "incorrect_account_details", "bank_cannot_process"]
)
def test_a_bank_takes_a_debit_back_weeks_later(
    simulated: Simulator, api: sdk.StripeClient, alice: str, reason: str
) -> None:
    intent = begin(simulated, api, alice)
    simulated.settle_debit(intent)
    simulated.advance(21 * DAY)

    dispute = simulated.return_debit(intent, reason)

    assert kinds(simulated, -4) == [
        "charge.updated",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]
    told = fits(api.v1.disputes.retrieve(dispute["id"]))
    assert (told.status, told.reason, told.amount) == ("lost", reason, PAID)
    assert told.evidence_details.due_by is None
    assert sum(move.net for move in told.balance_transactions) == -PAID - DISPUTE_FEE
    assert simulated.balance() == (-FEE - DISPUTE_FEE, 0)
    assert debit(api, alice, accounts_of(api, alice)[0].id).status == "processing"
    with pytest.raises(Refused):
        simulated.close_dispute(dispute["id"], "won")
    with pytest.raises(Refused):
        simulated.appeal_dispute(dispute["id"])


def test_alice_takes_a_debit_back(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice, bank_money.DISPUTED_IBAN)

    simulated.advance(5 * DAY + 1)

    (dispute,) = fits(api.v1.disputes.list({"payment_intent": intent})).data
    assert (dispute.status, dispute.reason) == ("lost", "customer_initiated")
    assert simulated.balance() == (0, -FEE - DISPUTE_FEE)
    with pytest.raises(Refused):
        simulated.return_debit(intent)


def test_what_alice_says_she_never_allowed_ends_the_mandate(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice)
    simulated.settle_debit(intent)
    (account,) = accounts_of(api, alice)

    simulated.return_debit(intent, "debit_not_authorized")

    assert kinds(simulated, -1) == ["mandate.updated"]
    with pytest.raises(sdk.InvalidRequestError) as refused:
        debit(api, alice, account.id)
    assert check_error(refused.value)["code"] == "payment_intent_mandate_invalid"


def test_a_bank_says_that_a_debit_is_not_allowed(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    simulated.settle_debit(begin(simulated, api, alice))
    (account,) = accounts_of(api, alice)
    again = debit(api, alice, account.id)

    failed = simulated.fail_debit(again.id, "debit_not_authorized")

    assert failed["last_payment_error"]["code"] == "debit_not_authorized"
    with pytest.raises(sdk.InvalidRequestError):
        debit(api, alice, account.id)


def test_a_revoked_mandate_allows_no_debit(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    simulated.settle_debit(begin(simulated, api, alice))
    (account,) = accounts_of(api, alice)

    mandate = simulated.revoke_mandate(account.id)

    (event,) = simulated.events(kind="mandate.updated")
    assert event["data"]["object"]["status"] == "inactive"
    assert event["data"]["previous_attributes"] == {"status": "active"}
    assert api.v1.mandates.retrieve(mandate["id"]).status == "inactive"
    before = len(simulated.all("payment_intent"))
    for more in ({}, {"mandate": mandate["id"]}):
        with pytest.raises(sdk.InvalidRequestError) as refused:
            debit(api, alice, account.id, **more)
        assert check_error(refused.value)["code"] == "payment_intent_mandate_invalid"
    assert simulated.balance() == (0, PAID - FEE)
    with pytest.raises(Refused):
        simulated.revoke_mandate(account.id)
    assert len(simulated.all("payment_intent")) == before


def test_a_mandate_that_is_revoked_meanwhile_stops_the_debit(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice)
    simulated.revoke_mandate(accounts_of(api, alice)[0].id)

    simulated.advance(5 * DAY + 1)

    failed = intent_of(api, intent)
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == "debit_not_authorized"


def test_a_debit_needs_a_mandate(api: sdk.StripeClient, alice: str) -> None:
    method = api.v1.payment_methods.attach("pm_success_de", {"customer": alice})
    accepted = {
        "customer_acceptance": {
            "type": "online",
            "online": {"ip_address": "192.0.2.1", "user_agent": "Test"},
        }
    }

    with pytest.raises(sdk.InvalidRequestError) as refused:
        debit(api, alice, method.id)

    assert check_error(refused.value)["param"] == "mandate_data"
    assert debit(api, alice, method.id, mandate_data=accepted).status == "processing"


def test_a_debit_goes_to_what_the_payment_allows(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    begin(simulated, api, alice)
    (account,) = accounts_of(api, alice)

    with pytest.raises(sdk.InvalidRequestError) as refused:
        debit(api, alice, account.id, allowed_payment_method_types=["card"])

    code = check_error(refused.value)["code"]
    assert code == "payment_intent_incompatible_payment_method"


def test_an_account_is_taken_away(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    begin(simulated, api, alice)
    (account,) = accounts_of(api, alice)

    gone = fits(api.v1.payment_methods.detach(account.id))

    assert gone.customer is None
    assert not accounts_of(api, alice)
    with pytest.raises(sdk.InvalidRequestError):
        debit(api, alice, account.id)


def test_a_debit_is_refunded_once_it_was_paid(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    intent = begin(simulated, api, alice)
    with pytest.raises(sdk.InvalidRequestError):
        api.v1.refunds.create({"payment_intent": intent})
    simulated.settle_debit(intent)

    refund = fits(api.v1.refunds.create({"payment_intent": intent, "amount": 400}))
    other = fits(api.v1.refunds.create({"payment_intent": intent, "amount": 100}))

    assert refund.status == "pending"
    moved = fits(api.v1.balance_transactions.retrieve(str(refund.balance_transaction)))
    assert (moved.type, moved.amount) == ("payment_refund", -400)
    simulated.fail_refund(other.id)
    simulated.advance(3 * DAY + 1)
    assert fits(api.v1.refunds.retrieve(refund.id)).status == "succeeded"
    failed = fits(api.v1.refunds.retrieve(other.id))
    assert failed.status == "failed"
    back = api.v1.balance_transactions.retrieve(str(failed.failure_balance_transaction))
    assert back.type == "payment_failure_refund"
    assert sum(simulated.balance()) == PAID - FEE - 400


def test_an_iban_with_wrong_digits_is_refused(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice)

    with pytest.raises(Refused) as refused:
        simulated.pay_by_debit(session.id, "DE00 3704 0044 0532 0130 00")

    assert refused.value.error["code"] == "invalid_bank_account_iban"


def test_everything_told_of_debits_fits_the_description(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    for iban in (bank_money.IBAN, bank_money.EMPTY_IBAN, bank_money.DISPUTED_IBAN):
        begin(simulated, api, alice, iban)
    simulated.advance(5 * DAY + 1)
    simulated.revoke_mandate(accounts_of(api, alice)[0].id)

    for event in simulated.events():
        check(event)
        check(event["data"]["object"])


def test_a_debit_whose_answer_was_lost_is_one_debit(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    """W2: a debit may not be ordered twice."""
    simulated.settle_debit(begin(simulated, api, alice))
    (account,) = accounts_of(api, alice)
    key: sdk.RequestOptions = {"idempotency_key": "payment:2"}
    wanted: Any = {
        "amount": 1_000,
        "currency": "eur",
        "customer": alice,
        "payment_method": account.id,
        "allowed_payment_method_types": ["sepa_debit"],
        "off_session": True,
        "confirm": True,
    }
    simulated.chaos("lost", times=1, path="/v1/payment_intents")

    with pytest.raises(sdk.APIConnectionError):
        api.v1.payment_intents.create(wanted, key)
    again = api.v1.payment_intents.create(wanted, key)

    assert again.status == "processing"
    assert len(simulated.events(kind="charge.pending")) == 2


def test_debits_end_by_themselves() -> None:
    """As in local mode, where nobody needs to press a button."""
    server = Server(0, debit_seconds=0)
    server.start()
    server.deliver()
    simulated = Simulator(server)
    api = client_of(simulated)
    try:
        intent = begin(simulated, api, customer(api))

        assert wait_until(
            lambda: simulated.get(intent)["status"] == "succeeded", seconds=60
        )
    finally:
        server.stop()
