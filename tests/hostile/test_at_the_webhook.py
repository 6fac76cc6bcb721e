"""The real web server's door for Stripe: what it takes, and what it turns away (H1, H3)."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from local.stripe.wire.delivering import body_of, signature
from payouts import chart
from payouts.events import applying
from payouts.ledger.posting import balance
from payouts.models import EventWork, StripeEvent
from tests.world.cards import pay_unheard
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.all

PATH = "/webhooks/stripe"


def post(site: str, body: bytes | Iterator[bytes], header: str) -> int:
    """The status; a body of unknown length is sent in chunks."""
    web = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
    with closing(web):
        try:
            web.request(
                "POST",
                PATH,
                body,
                {"Content-Type": "application/json", "Stripe-Signature": header},
                encode_chunked=not isinstance(body, bytes),
            )
            return web.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            # Turned away before all of it was sent.
            return 413


def test_what_stripe_says_is_taken_within_two_seconds(
    stripe: Simulator, server: str
) -> None:
    """H3: though nobody is there to be woken. Repeated and shuffled, it is one ledger."""
    alice = person("alice")
    pay_unheard(stripe, alice, 1_000)

    began = time.monotonic()
    statuses = stripe.deliver(server, repeat=2, seed=5)

    assert set(statuses) == {204}
    assert (time.monotonic() - began) / len(statuses) < 2
    assert StripeEvent.objects.count() == len(statuses) // 2
    applying.act()
    assert balance(chart.means(alice)) == 1_000


def test_what_stripe_did_not_say_leaves_nothing(stripe: Simulator, server: str) -> None:
    """Twelve kinds of forged events are refused and leave no row (H1)."""
    secret = stripe.webhook_secret
    _, paid = pay_unheard(stripe, person("alice"), 1_000)
    (event,) = stripe.events(kind="payment_intent.succeeded")
    body = body_of(event)
    right = signature(body, [secret])
    large = json.dumps({**event, "more": "x" * 5_000_000}).encode()
    now = int(time.time())
    forged: list[tuple[bytes | Iterator[bytes], str]] = [
        (body, ""),
        (body, signature(body, ["whsec_wrong"])),
        (body, signature(body, ["whsec_a", "whsec_b"])),
        (body, signature(body, [stripe.connect_secret])),
        (body, signature(body, [secret], now - 400)),
        (body, signature(body, [secret], now + 400)),
        (body, right.replace("v1=", "v0=")),
        (body.replace(paid.encode(), b"pi_other"), right),
        (large, signature(large, [secret])),
        (iter([large]), signature(large, [secret])),
        (b"", signature(b"", [secret])),
        (b"\xff\xfe", signature(b"\xff\xfe", [secret])),
    ]

    statuses = [post(server, sent, header) for sent, header in forged]

    assert all(400 <= status < 500 for status in statuses), statuses
    assert not StripeEvent.objects.exists()
    assert not EventWork.objects.exists()
    assert post(server, body, right) == 204
