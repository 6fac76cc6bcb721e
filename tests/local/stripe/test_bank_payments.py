"""iDEAL, Bancontact, TWINT and Swish: to the bank and back, and what each leaves behind.

Those that need none of the simulator's powers run against Stripe's own test mode too when
STRIPE_TEST_KEY is set.
"""

from __future__ import annotations

from typing import Any

import pytest
import stripe as sdk

from local.stripe.wire.errors import Refused
from tests.local.stripe.asking import kinds
from tests.local.stripe.schema import check, check_error, fits
from tests.local.stripe.sessions import (
    EUROPE,
    KEPT,
    accounts_of,
    customer,
    debit,
    to_pay,
    to_save,
)
from tests.world import bank_money
from tests.world.stripes import Simulator

PAID = 2_400
TWINT: Any = {"twint": {"setup_future_usage": "off_session"}}


@pytest.fixture
def alice(api: sdk.StripeClient) -> str:
    return customer(api)


def charge_of(api: sdk.StripeClient, session: str) -> sdk.Charge:
    done = fits(api.v1.checkout.sessions.retrieve(session))
    intent = fits(api.v1.payment_intents.retrieve(str(done.payment_intent)))
    return fits(api.v1.charges.retrieve(str(intent.latest_charge)))


@pytest.mark.parametrize(
    ("kind", "currency", "fee"),
    [
        ("ideal", "eur", 29),
        ("bancontact", "eur", 39),
        ("twint", "chf", 46 + 30),
        ("swish", "sek", 24 + 180),
    ],
)
def test_a_payment_at_the_bank_is_paid_at_once(
    simulated: Simulator,
    api: sdk.StripeClient,
    alice: str,
    kind: str,
    currency: str,
    fee: int,
) -> None:
    session = to_pay(api, alice, ["card", kind], currency=currency)

    done = simulated.pay_by_bank(session.url or "", kind)

    assert (done["status"], done["payment_status"]) == ("complete", "paid")
    assert kinds(simulated, -3) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    charge = charge_of(api, session.id)
    details = charge.payment_method_details
    assert details is not None
    assert (details.type, charge.paid) == (kind, True)
    assert charge.id.startswith("py_")
    booked = fits(api.v1.balance_transactions.retrieve(str(charge.balance_transaction)))
    assert (booked.type, booked.amount, booked.fee) == ("payment", PAID, fee)
    assert booked.currency == currency


def test_link_pays_like_a_card(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice)

    simulated.pay_by_bank(session.id, "link")

    charge = charge_of(api, session.id)
    booked = api.v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (booked.type, booked.fee) == ("charge", 61)


@pytest.mark.parametrize("kind", ["ideal", "bancontact"])
def test_alice_refuses_at_her_bank_and_pays_otherwise(
    simulated: Simulator, api: sdk.StripeClient, alice: str, kind: str
) -> None:
    session = to_pay(api, alice, kept=KEPT)

    refused = simulated.pay_by_bank(session.id, kind, confirms=False)

    assert (refused["status"], refused["payment_status"]) == ("open", "unpaid")
    intent = fits(api.v1.payment_intents.retrieve(refused["payment_intent"]))
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert not accounts_of(api, alice)
    assert simulated.balance() == (0, 0)
    simulated.complete(session.id)
    assert simulated.balance() == (0, PAID - 61)


def test_bancontact_leaves_a_debit_behind(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice, kept=KEPT)
    simulated.pay_by_bank(session.id, "bancontact")

    (account,) = accounts_of(api, alice)
    charge = charge_of(api, session.id)
    assert charge.payment_method_details is not None
    told = charge.payment_method_details.bancontact
    assert told is not None
    assert told.generated_sepa_debit == account.id
    mandate = api.v1.mandates.retrieve(str(told.generated_sepa_debit_mandate))
    assert (mandate.status, mandate.payment_method) == ("active", account.id)
    assert account.sepa_debit is not None
    assert account.sepa_debit.last4 == told.iban_last4
    assert account.sepa_debit.country == "BE"
    assert account.sepa_debit.generated_from is not None
    assert account.sepa_debit.generated_from.charge == charge.id
    assert told.verified_name == "Alice"
    whole = api.v1.payment_intents.retrieve(
        str(charge.payment_intent),
        {
            "expand": [
                "latest_charge.payment_method_details.bancontact.generated_sepa_debit",
                "latest_charge.payment_method_details.ideal.generated_sepa_debit",
            ]
        },
    )
    assert isinstance(whole.latest_charge, sdk.Charge)
    expanded = whole.latest_charge.payment_method_details
    assert expanded is not None
    assert expanded.bancontact is not None
    assert isinstance(expanded.bancontact.generated_sepa_debit, sdk.PaymentMethod)

    again = debit(api, alice, account.id)
    simulated.settle_debit(again.id)

    assert simulated.balance() == (0, PAID - 39 + 1_000 - 35)


def test_bancontact_without_being_kept_leaves_nothing(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice)

    simulated.pay_by_bank(session.id, "bancontact")

    details = charge_of(api, session.id).payment_method_details
    assert details is not None
    assert details.bancontact is not None
    assert details.bancontact.generated_sepa_debit is None
    assert not accounts_of(api, alice)


@pytest.mark.parametrize("kind", ["ideal", "bancontact"])
def test_a_bank_allows_debits_without_a_payment(
    simulated: Simulator, api: sdk.StripeClient, alice: str, kind: str
) -> None:
    """After iDEAL, a second Checkout in setup mode."""
    if kind == "ideal":
        first = simulated.pay_by_bank(to_pay(api, alice, kept=KEPT).id)
        details = charge_of(api, first["id"]).payment_method_details
        assert details is not None
        assert details.ideal is not None
        assert details.ideal.bic == "RABONL2U"
        assert details.ideal.generated_sepa_debit is None
        assert not accounts_of(api, alice)
    session = to_save(api, alice, ["sepa_debit", "ideal", "bancontact"])

    simulated.pay_by_bank(session.id, kind, iban=bank_money.EMPTY_IBAN)

    done = fits(api.v1.checkout.sessions.retrieve(session.id))
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    (account,) = accounts_of(api, alice)
    setup = api.v1.setup_intents.retrieve(
        str(done.setup_intent), {"expand": ["latest_attempt"]}
    )
    assert isinstance(setup.latest_attempt, sdk.SetupAttempt)
    told = setup.latest_attempt.payment_method_details.to_dict()[kind]
    assert told["generated_sepa_debit"] == account.id
    assert told["generated_sepa_debit_mandate"] == setup.mandate
    assert account.sepa_debit is not None
    assert account.sepa_debit.generated_from is not None
    assert account.sepa_debit.generated_from.setup_attempt == setup.latest_attempt.id
    again = debit(api, alice, account.id)
    simulated.advance(5 * 86_400 + 1)
    failed = fits(api.v1.payment_intents.retrieve(again.id))
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == "insufficient_funds"


def test_an_account_is_saved_without_a_payment(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_save(api, alice, ["card", "sepa_debit"])

    simulated.pay_by_debit(session.id)

    (account,) = accounts_of(api, alice)
    done = fits(api.v1.checkout.sessions.retrieve(session.id))
    setup = fits(api.v1.setup_intents.retrieve(str(done.setup_intent)))
    assert (done.status, setup.status) == ("complete", "succeeded")
    assert setup.payment_method == account.id
    assert api.v1.mandates.retrieve(str(setup.mandate)).status == "active"
    assert debit(api, alice, account.id).status == "processing"


def test_an_unconfirmed_setup_leaves_nothing(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_save(api, alice, ["ideal"])

    left = simulated.pay_by_bank(session.id, "ideal", confirms=False)

    assert left["status"] == "open"
    setup = fits(api.v1.setup_intents.retrieve(left["setup_intent"]))
    assert setup.status == "requires_payment_method"
    assert not accounts_of(api, alice)


def test_twint_is_kept_for_later(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice, ["card", "twint"], TWINT, "chf")
    simulated.pay_by_bank(session.id, "twint")
    listed = api.v1.payment_methods.list({"customer": alice, "type": "twint"})
    (kept,) = fits(listed).data

    again = fits(
        api.v1.payment_intents.create(
            {
                "amount": 1_000,
                "currency": "chf",
                "customer": alice,
                "payment_method": kept.id,
                "allowed_payment_method_types": ["twint"],
                "off_session": True,
                "confirm": True,
            }
        )
    )

    assert again.status == "succeeded"
    assert simulated.balance() == (0, PAID - 76 + 1_000 - 49)


@pytest.mark.usefixtures("simulated")
def test_what_a_page_keeps_is_said_kind_by_kind(
    api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice, kept=KEPT)

    options = session.payment_method_options
    assert options is not None
    assert options.to_dict() == {
        "bancontact": {"setup_future_usage": "off_session"},
        "card": {
            "request_three_d_secure": "automatic",
            "setup_future_usage": "off_session",
        },
        "sepa_debit": {"setup_future_usage": "off_session"},
    }
    for kinds_, refused in ((EUROPE, True), (["card", "sepa_debit"], False)):
        wanted: Any = {
            "mode": "payment",
            "customer": alice,
            "payment_method_types": kinds_,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": PAID,
                        "product_data": {"name": "Flattr"},
                    },
                }
            ],
            "payment_intent_data": {"setup_future_usage": "off_session"},
            "success_url": "https://site.example/paid",
        }
        if refused:
            with pytest.raises(sdk.InvalidRequestError) as error:
                api.v1.checkout.sessions.create(wanted)
            param = check_error(error.value)["param"]
            assert param == "payment_intent_data[setup_future_usage]"
        else:
            fits(api.v1.checkout.sessions.create(wanted))


@pytest.mark.parametrize(
    ("kind", "currency"),
    [
        ("sepa_debit", "chf"),
        ("ideal", "sek"),
        ("bancontact", "usd"),
        ("twint", "eur"),
        ("swish", "eur"),
    ],
)
def test_a_kind_that_the_currency_does_not_allow_is_refused(
    api: sdk.StripeClient, alice: str, kind: str, currency: str
) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        to_pay(api, alice, ["card", kind], currency=currency)
    with pytest.raises(sdk.InvalidRequestError):
        api.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": currency,
                "allowed_payment_method_types": [kind],
            }
        )

    assert kind in check_error(refused.value)["message"]


def test_what_cannot_be_kept_is_not_set_up(api: sdk.StripeClient, alice: str) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        to_save(api, alice, ["swish"])


def test_a_page_takes_only_what_it_offers(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    session = to_pay(api, alice, ["card"])

    with pytest.raises(Refused):
        simulated.pay_by_debit(session.id)
    with pytest.raises(Refused):
        simulated.pay_by_bank(session.id, "ideal")


def test_nobody_disputes_what_a_bank_confirmed(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    done = simulated.pay_by_bank(to_pay(api, alice).id, "ideal")

    with pytest.raises(Refused):
        simulated.dispute(done["payment_intent"])
    refund = fits(api.v1.refunds.create({"payment_intent": done["payment_intent"]}))

    assert refund.status == "pending"
    simulated.finish_refund(refund.id)
    assert fits(api.v1.refunds.retrieve(refund.id)).status == "succeeded"


def test_everything_told_of_banks_fits_the_description(
    simulated: Simulator, api: sdk.StripeClient, alice: str
) -> None:
    for kind in ("ideal", "bancontact", "link"):
        simulated.pay_by_bank(to_pay(api, alice, kept=KEPT).id, kind)
    simulated.pay_by_bank(to_pay(api, alice, kept=KEPT).id, confirms=False)
    simulated.pay_by_bank(to_save(api, alice, ["ideal"]).id)
    for kind, currency in (("twint", "chf"), ("swish", "sek")):
        session = to_pay(api, alice, ["card", kind], TWINT, currency)
        simulated.pay_by_bank(session.id, kind)

    for event in simulated.events():
        check(event)
        check(event["data"]["object"])
    for kind in ("payment_method", "charge", "checkout.session", "payment_intent"):
        for each in simulated.all(kind):
            check(each)
