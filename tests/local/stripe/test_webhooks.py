"""Events on their way to an endpoint: signed, tried again, held, repeated, dropped."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import stripe as sdk

from local.servers.processes import wait_until
from tests.local.stripe.conftest import client_of
from tests.world.stripes import Simulator


@dataclass
class Endpoint:
    """A site that hears of events; `answers` are its statuses, the last one for ever."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    heard: list[tuple[str, str, str]] = field(default_factory=list)

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body, _ in self.heard]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    told = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.heard.append((self.path, body, self.headers["Stripe-Signature"]))
            status = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests look at what was heard."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def send_all(simulated: Simulator) -> int:
    """Everything that is due now."""
    number = 0
    while sent := simulated.core.deliver_due():
        number += sent
    return number


@pytest.fixture
def listening(simulated: Simulator, endpoint: Endpoint) -> Simulator:
    for path, secret, connect in (
        ("/webhooks/stripe", simulated.webhook_secret, False),
        ("/webhooks/stripe-connect", simulated.connect_secret, True),
    ):
        simulated.core.subscribe(endpoint.url + path, secret, connect=connect)
    return simulated


def test_an_event_is_signed_with_its_endpoints_secret(
    listening: Simulator, endpoint: Endpoint
) -> None:
    listening.top_up(100)
    client_of(listening).v1.accounts.create({"country": "DE"})

    assert send_all(listening) == 3

    for path, body, signature in endpoint.heard:
        connect = path.endswith("connect")
        secret = listening.connect_secret if connect else listening.webhook_secret
        event = sdk.Webhook.construct_event(body, signature, secret)
        assert ("account" in event.to_dict()) == connect
        with pytest.raises(sdk.SignatureVerificationError):
            sdk.Webhook.construct_event(body, signature, "whsec_other")
    assert endpoint.types() == ["topup.created", "topup.succeeded", "account.updated"]


def test_an_event_is_sent_again_until_it_is_taken(
    listening: Simulator, endpoint: Endpoint
) -> None:
    endpoint.answers = [500, 503, 200]
    listening.top_up(100)
    first = listening.events()[0]
    listening.core.do("drop", kind="topup.succeeded")
    assert send_all(listening) == 1
    assert send_all(listening) == 0, "not at once"
    assert listening.get(first["id"])["pending_webhooks"] == 1

    listening.advance(10)
    assert send_all(listening) == 1
    listening.advance(10)
    assert send_all(listening) == 1
    listening.advance(3 * 86_400)
    assert send_all(listening) == 0

    assert endpoint.types() == ["topup.created"] * 3
    assert listening.get(first["id"])["pending_webhooks"] == 0


def test_events_are_held_and_released_backwards(
    listening: Simulator, endpoint: Endpoint
) -> None:
    listening.core.do("hold")
    listening.top_up(100)
    assert send_all(listening) == 0

    listening.core.do("release", reverse=True)
    send_all(listening)

    assert endpoint.types() == ["topup.succeeded", "topup.created"]


def test_events_are_repeated(listening: Simulator, endpoint: Endpoint) -> None:
    listening.top_up(100)
    send_all(listening)

    listening.core.do("repeat")
    send_all(listening)

    assert endpoint.types() == ["topup.created", "topup.succeeded"] * 2


def test_two_secrets_sign_while_one_replaces_the_other(
    listening: Simulator, endpoint: Endpoint
) -> None:
    known = listening.all("webhook_endpoint")[0]["id"]
    newer = listening.core.do("rotate_secret", webhook_endpoint=known)
    listening.top_up(100)
    send_all(listening)
    for _, body, signature in endpoint.heard:
        for secret in (listening.webhook_secret, newer):
            sdk.Webhook.construct_event(body, signature, secret)

    listening.core.do("forget_secret", webhook_endpoint=known)
    listening.top_up(100)
    send_all(listening)

    _, body, signature = endpoint.heard[-1]
    sdk.Webhook.construct_event(body, signature, newer)
    with pytest.raises(sdk.SignatureVerificationError):
        sdk.Webhook.construct_event(body, signature, listening.webhook_secret)


def test_they_come_by_themselves(listening: Simulator, endpoint: Endpoint) -> None:
    listening.server.deliver()

    listening.top_up(100)

    assert wait_until(lambda: len(endpoint.heard) == 2, seconds=60)


def test_an_endpoint_hears_only_what_it_asked_for(
    simulated: Simulator, endpoint: Endpoint
) -> None:
    client_of(simulated).v1.webhook_endpoints.create(
        {"url": endpoint.url, "enabled_events": ["topup.succeeded"]}
    )

    simulated.top_up(100)
    send_all(simulated)

    assert endpoint.types() == ["topup.succeeded"]
