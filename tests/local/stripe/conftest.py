"""Stripe's own SDK, pointed at the simulator, or with STRIPE_TEST_KEY at Stripe."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import stripe as sdk

from local.stripe.wire.world import API_VERSION
from tests.world.stripes import Simulator

TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")


def client_of(simulator: Simulator, api_key: str = "") -> sdk.StripeClient:
    return sdk.StripeClient(
        api_key or simulator.api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": simulator.url},
        max_network_retries=0,
    )


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[sdk.StripeClient]:
    """What both must answer alike."""
    if TEST_KEY:
        assert TEST_KEY.startswith(("sk_test_", "rk_test_")), "never a live key"
        yield sdk.StripeClient(TEST_KEY, stripe_version=API_VERSION)
    else:
        yield client_of(request.getfixturevalue("stripe"))


@pytest.fixture
def simulated(stripe: Simulator) -> Simulator:
    """For tests that need what only the simulator can do."""
    if TEST_KEY:
        pytest.skip("Only the simulator can do this on demand.")
    return stripe
