"""Customers, cards and payments: what is asked, and the answers' shapes.

These tests run against Stripe's own test mode too when STRIPE_TEST_KEY is set, so that
the simulator is held to what it simulates.
"""

from __future__ import annotations

import time

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.local.stripe.asking import charge, customer_with, facts
from tests.local.stripe.schema import check_error, fits

# --- People and cards


def test_a_customer_is_made_changed_and_deleted(api: StripeClient) -> None:
    customers = api.v1.customers
    made = fits(
        customers.create({"email": "alice@example.org", "metadata": {"a": "1"}})
    )
    changed = fits(customers.update(made.id, {"name": "Alice", "metadata": {"b": "2"}}))
    listed = fits(customers.list({"limit": 1}))
    gone = fits(customers.delete(made.id))

    assert facts(changed) == {"a": "1", "b": "2"}
    assert len(listed.data) == 1
    assert gone.deleted
    assert customers.retrieve(made.id).deleted


def test_metadata_is_taken_away_by_an_empty_text(api: StripeClient) -> None:
    made = api.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    less = fits(api.v1.customers.update(made.id, {"metadata": {"a": ""}}))
    none = fits(api.v1.customers.update(made.id, {"metadata": ""}))

    assert facts(less) == {"b": "2"}
    assert facts(none) == {}


def test_a_card_is_saved_and_taken_away(api: StripeClient) -> None:
    customer, method = customer_with(api)

    listed = fits(api.v1.payment_methods.list({"customer": customer, "type": "card"}))
    gone = fits(api.v1.payment_methods.detach(method))

    assert [each.id for each in listed.data] == [method]
    assert gone.customer is None
    with pytest.raises(sdk.InvalidRequestError):
        charge(api, customer, method)


def test_a_setup_intent_saves_a_card(api: StripeClient) -> None:
    customer = api.v1.customers.create()

    setup = fits(
        api.v1.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": "pm_card_visa",
                "allowed_payment_method_types": ["card"],
                "confirm": True,
            }
        )
    )

    assert setup.status == "succeeded"
    method = fits(api.v1.payment_methods.retrieve(str(setup.payment_method)))
    assert method.customer == customer.id


# --- Paying in


def test_a_saved_card_is_charged_while_its_reader_is_away(api: StripeClient) -> None:
    intent = charge(api, *customer_with(api))

    whole = api.v1.payment_intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction"]}
    )
    paid = whole.latest_charge
    assert isinstance(paid, sdk.Charge)
    assert isinstance(paid.balance_transaction, sdk.BalanceTransaction)
    fits(api.v1.charges.retrieve(paid.id))
    booked = fits(api.v1.balance_transactions.retrieve(paid.balance_transaction.id))
    assert intent.status == "succeeded"
    assert (booked.amount, booked.net) == (2_400, 2_400 - booked.fee)
    assert booked.type == "charge"
    assert booked.source == paid.id


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
        (
            "pm_card_authenticationRequired",
            "authentication_required",
            "authentication_required",
        ),
    ],
)
def test_a_declined_card_is_an_error_with_the_payment_in_it(
    api: StripeClient, card: str, code: str, decline_code: str
) -> None:
    customer, method = customer_with(api, card)

    with pytest.raises(sdk.CardError) as refused:
        charge(api, customer, method)

    error = check_error(refused.value)
    assert refused.value.http_status == 402
    assert (error["code"], error["decline_code"]) == (code, decline_code)
    intent = fits(api.v1.payment_intents.retrieve(error["payment_intent"]["id"]))
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    fits(api.v1.charges.retrieve(str(intent.latest_charge)))


def test_a_card_that_would_be_declined_is_not_saved(api: StripeClient) -> None:
    with pytest.raises(sdk.CardError) as refused:
        customer_with(api, "pm_card_visa_chargeDeclined")

    assert check_error(refused.value)["decline_code"] == "generic_decline"


def test_a_payment_waits_for_the_person_and_may_be_cancelled(api: StripeClient) -> None:
    customer, method = customer_with(api, "pm_card_authenticationRequired")
    made = api.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "eur",
            "customer": customer,
            "allowed_payment_method_types": ["card"],
        }
    )

    asked = fits(
        api.v1.payment_intents.confirm(
            made.id,
            {"payment_method": method, "return_url": "https://site.example/back"},
        )
    )
    assert asked.status == "requires_action"
    assert asked.next_action is not None
    assert asked.next_action.type == "redirect_to_url"
    gone = fits(api.v1.payment_intents.cancel(made.id))
    assert gone.status == "canceled"
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.payment_intents.cancel(made.id)
    assert check_error(refused.value)["code"] == "payment_intent_unexpected_state"


def test_a_checkout_page_is_opened_and_closed(api: StripeClient) -> None:
    customer = api.v1.customers.create({"email": "alice@example.org"})
    session = fits(
        api.v1.checkout.sessions.create(
            {  # type: ignore[arg-type]  # its name at the pinned version
                "mode": "payment",
                "customer": customer.id,
                "client_reference_id": "payment:1",
                "payment_method_types": ["card"],
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": 2_400,
                            "product_data": {"name": "Flattr for a year"},
                        },
                    }
                ],
                "payment_intent_data": {"metadata": {"key": "payment:1"}},
                "success_url": "https://site.example/paid?id={CHECKOUT_SESSION_ID}",
                "cancel_url": "https://site.example/",
                "expires_at": int(time.time()) + 3_600,
            }
        )
    )
    items = fits(api.v1.checkout.sessions.line_items.list(session.id))
    listed = fits(api.v1.checkout.sessions.list({"customer": customer.id}))
    gone = fits(api.v1.checkout.sessions.expire(session.id))

    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.amount_total == 2_400
    assert [item.amount_total for item in items.data] == [2_400]
    assert [each.id for each in listed.data] == [session.id]
    assert gone.status == "expired"
    with pytest.raises(sdk.InvalidRequestError):
        api.v1.checkout.sessions.expire(session.id)


def test_a_checkout_page_saves_a_card(api: StripeClient) -> None:
    customer = api.v1.customers.create()

    session = fits(
        api.v1.checkout.sessions.create(
            {  # type: ignore[arg-type]  # its name at the pinned version
                "mode": "setup",
                "customer": customer.id,
                "payment_method_types": ["card"],
                "success_url": "https://site.example/saved",
            }
        )
    )

    fits(api.v1.setup_intents.retrieve(str(session.setup_intent)))
    assert session.payment_status == "no_payment_required"
