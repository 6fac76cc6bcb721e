"""Stripe's own SDK, pointed at the simulator, or with STRIPE_TEST_KEY at Stripe."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator

import pytest
import stripe as sdk
from playwright.sync_api import Browser, Page

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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def site() -> Iterator[str]:
    """Another site, to which people come back."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"Welcome back.")

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
