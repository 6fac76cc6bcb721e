"""W2: a question under one key has one effect, whatever becomes of its answer."""

from __future__ import annotations

import contextlib
import threading

import pytest
import stripe as sdk

from local.stripe.wire.chaos import Mishap
from local.stripe.wire.world import API_VERSION
from tests.local.stripe.conftest import client_of
from tests.world.stripes import Simulator

DAY = 86_400
KEY: sdk.RequestOptions = {"idempotency_key": "payout:1"}


@pytest.fixture
def bob(simulated: Simulator) -> str:
    """A creator's account, and 100.00 to pay from."""
    made = client_of(simulated).v1.accounts.create(
        {"country": "DE", "capabilities": {"transfers": {"requested": True}}}
    )
    simulated.onboard(made.id)
    simulated.top_up(10_000)
    return made.id


def pay(simulated: Simulator, bob: str, amount: int = 1_000) -> sdk.Transfer:
    return client_of(simulated).v1.transfers.create(
        {"amount": amount, "currency": "eur", "destination": bob}, KEY
    )


def test_a_refusal_is_kept_as_well(simulated: Simulator, bob: str) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        pay(simulated, bob, 99_999)
    simulated.top_up(100_000)

    with pytest.raises(sdk.InvalidRequestError) as again:
        pay(simulated, bob, 99_999)

    assert again.value.headers is not None
    assert again.value.headers["idempotent-replayed"] == "true"


def test_what_was_never_begun_is_not_kept(simulated: Simulator, bob: str) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        pay(simulated, "acct_nobody")

    assert pay(simulated, bob).amount == 1_000


def test_a_key_is_forgotten_after_a_day(simulated: Simulator, bob: str) -> None:
    first = pay(simulated, bob)
    simulated.advance(DAY - 60)
    assert pay(simulated, bob).id == first.id

    simulated.advance(120)

    assert pay(simulated, bob).id != first.id, "T6: an old key pays twice"


def test_a_key_in_flight_is_refused(simulated: Simulator, bob: str) -> None:
    simulated.chaos("hang", times=1, seconds=0.5)
    slow = threading.Thread(target=pay, args=(simulated, bob))
    slow.start()
    while not simulated.calls("POST", "/v1/transfers"):
        pass

    with pytest.raises(sdk.APIError) as refused:
        pay(simulated, bob)

    slow.join()
    assert refused.value.http_status == 409
    assert len(simulated.all("transfer")) == 1
    assert pay(simulated, bob).id == simulated.all("transfer")[0]["id"]


@pytest.mark.parametrize(
    ("mishap", "done", "retried"),
    [
        ("error_before", 0, 1),
        ("error_kept", 0, 0),
        ("error_after", 1, 1),
        ("lost", 1, 1),
        ("lost_before", 0, 1),
        ("rate_limit", 0, 1),
        ("in_use", 0, 1),
    ],
)
def test_what_goes_wrong_leaves_this_many_transfers(
    simulated: Simulator, bob: str, mishap: Mishap, done: int, retried: int
) -> None:
    """At once, and once the same was asked again under the same key."""
    simulated.chaos(mishap, times=1, path="/v1/transfers")
    with pytest.raises(sdk.StripeError) as failed:
        pay(simulated, bob)
    assert len(simulated.all("transfer")) == done

    if mishap in {"error_kept", "error_after"}:
        with pytest.raises(sdk.APIError):
            pay(simulated, bob)
    else:
        pay(simulated, bob)

    assert len(simulated.all("transfer")) == retried
    assert not isinstance(failed.value, sdk.InvalidRequestError)


def test_a_forgotten_key_pays_again(simulated: Simulator, bob: str) -> None:
    pay(simulated, bob)
    simulated.chaos("prune", times=1, spared_seconds=0)

    pay(simulated, bob)

    assert len(simulated.all("transfer")) == 2


def test_the_sdk_waits_and_asks_again_by_itself(simulated: Simulator, bob: str) -> None:
    simulated.chaos("lost", times=1)
    patient = sdk.StripeClient(
        simulated.api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": simulated.url},
        max_network_retries=1,
    )

    made = patient.v1.transfers.create(
        {"amount": 1_000, "currency": "eur", "destination": bob}
    )

    assert [each["id"] for each in simulated.all("transfer")] == [made.id]
    assert len(simulated.calls("POST", "/v1/transfers")) == 2


def test_the_same_seed_makes_the_same_trouble(simulated: Simulator, bob: str) -> None:
    def trouble() -> list[Mishap]:
        rule = simulated.chaos(
            "error_before", "rate_limit", probability=0.3, path="/v1/customers", seed=7
        )
        for _ in range(20):
            with contextlib.suppress(sdk.StripeError):
                client_of(simulated).v1.customers.create()
        simulated.calm()
        return rule.happened

    first = trouble()
    assert first
    assert first == trouble()
