"""How Stripe says no.

These tests run against Stripe's own test mode too when STRIPE_TEST_KEY is set, so that
the simulator is held to what it simulates.
"""

from __future__ import annotations

import uuid

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.local.stripe.schema import check_error

# --- Refusals


def test_an_unknown_parameter_is_refused(api: StripeClient) -> None:
    wanted: dict[str, object] = {"emial": "alice@example.org"}
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.customers.create(wanted)  # type: ignore[arg-type]

    error = check_error(refused.value)
    assert (error["code"], error["param"]) == ("parameter_unknown", "emial")


def test_what_is_missing_is_named(api: StripeClient) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.payment_intents.create({"currency": "eur"})  # type: ignore[typeddict-item]

    error = check_error(refused.value)
    assert (error["code"], error["param"]) == ("parameter_missing", "amount")


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"email": "alice"}, "email"),
        ({"metadata": {"x" * 41: "1"}}, ""),
        ({"metadata": {str(key): "1" for key in range(51)}}, ""),
    ],
)
def test_what_can_be_no_such_thing_is_refused(
    api: StripeClient, wanted: dict[str, object], param: str
) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.customers.create(wanted)  # type: ignore[arg-type]

    assert param in check_error(refused.value).get("param", "")


def test_a_way_back_that_is_no_address_is_refused(api: StripeClient) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        api.v1.checkout.sessions.create(
            {"mode": "setup", "currency": "eur", "success_url": "/saved"}
        )


def test_what_does_not_exist_is_not_found(api: StripeClient) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.v1.customers.retrieve("cus_nobody")

    assert refused.value.http_status == 404
    assert check_error(refused.value)["code"] == "resource_missing"


def test_a_field_that_names_no_object_cannot_be_expanded(api: StripeClient) -> None:
    customer = api.v1.customers.create()

    with pytest.raises(sdk.InvalidRequestError):
        api.v1.customers.retrieve(customer.id, {"expand": ["friends"]})


def test_the_same_question_has_the_same_answer(api: StripeClient) -> None:
    """W2: one key, one effect."""
    key = str(uuid.uuid4())
    first = api.v1.customers.create(
        {"email": "a@example.org"}, {"idempotency_key": key}
    )
    again = api.v1.customers.create(
        {"email": "a@example.org"}, {"idempotency_key": key}
    )

    with pytest.raises(sdk.IdempotencyError):
        api.v1.customers.create({"email": "b@example.org"}, {"idempotency_key": key})

    assert first.id == again.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["request-id"]
