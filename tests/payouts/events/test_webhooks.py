"""Stripe's words at the door: what is let in, and what leaves nothing behind (H1, H3)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from kombu.exceptions import OperationalError
from pytest_django import Settings

from flattr.database import waking
from local.stripe.wire.delivering import signature
from payouts.events import applying
from payouts.models import EventWork, StripeEvent

pytestmark = pytest.mark.django_db

PLATFORM, CONNECT = "/webhooks/stripe", "/webhooks/stripe-connect"
SECRET, OLD, CONNECTED = "whsec_ours", "whsec_older", "whsec_connected"


@pytest.fixture(autouse=True)
def secrets(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, OLD]
    settings.STRIPE_CONNECT_WEBHOOK_SECRETS = [CONNECTED]
    settings.STRIPE_LIVEMODE = False
    cache.clear()


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(waking.BROKER, "_until", 0.0)
    monkeypatch.setattr(
        current_app, "send_task", lambda _name, **how: calls.append(how)
    )
    return calls


def event(**facts: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "created": int(time.time()),
        "livemode": False,
        "type": "payment_intent.succeeded",
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
        **facts,
    }


def send(
    body: bytes | dict[str, Any],
    signed: str | None = None,
    *,
    path: str = PLATFORM,
    key: str = SECRET,
) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Stripe-Signature": signature(raw, [key]) if signed is None else signed}
    answer = Client(enforce_csrf_checks=True).post(
        path, raw, content_type="application/json", headers=headers
    )
    return int(answer.status_code)


def test_a_signed_word_is_kept_and_acted_on_later(woken: list[dict[str, Any]]) -> None:
    """H3: the row is there with the answer; nobody waits for Stripe."""
    assert send(event()) == 204

    kept = StripeEvent.objects.get()
    assert (kept.kind, kept.payment_id) == ("payment_intent.succeeded", "pi_1")
    assert EventWork.objects.get().done_at is None
    assert len(woken) == 1


def test_said_again_it_is_the_same(woken: list[dict[str, Any]]) -> None:
    assert [send(event()), send(event())] == [204, 204]

    assert StripeEvent.objects.count() == EventWork.objects.count() == 1
    assert len(woken) == 1


def test_both_secrets_count_while_one_is_rotated() -> None:
    body = json.dumps(event()).encode()

    assert send(event(id="evt_1"), key=SECRET) == 204
    assert send(event(id="evt_2"), key=OLD) == 204
    assert send(body, signature(body, ["whsec_newest", SECRET])) == 204


def test_an_unknown_kind_is_kept_and_done(woken: list[dict[str, Any]]) -> None:
    """An event of an unknown kind is stored and left in peace (H4)."""
    about = {"id": "tr_9", "object": "terminal.reader"}

    assert send(event(type="terminal.reader.shouted", data={"object": about})) == 204

    assert EventWork.objects.get().done_at is not None


def test_a_creators_account_is_told_of_at_its_own_door() -> None:
    about = {"id": "acct_1", "object": "account"}
    told = event(type="account.updated", account="acct_1", data={"object": about})

    assert send(told, path=CONNECT, key=CONNECTED) == 204

    assert StripeEvent.objects.get().account == "acct_1"


def test_without_a_broker_the_word_is_kept_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """T4: the tick acts on it."""

    def away(_name: str, **how: Any) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr(current_app, "send_task", away)

    assert send(event()) == 204
    assert EventWork.objects.filter(done_at=None).count() == 1


def test_without_a_database_stripe_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An event that could not be stored is answered 5xx (H3)."""

    def down(fact: object) -> bool:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(applying, "store", down)
    client = Client(raise_request_exception=False)
    body = json.dumps(event()).encode()

    answer = client.post(
        PLATFORM,
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature(body, [SECRET])},
    )

    assert answer.status_code == 500


def whole(**facts: Any) -> bytes:
    return json.dumps(event(**facts)).encode()


def now() -> int:
    return int(time.time())


# Each: what is sent, how it is signed (none: rightly), where to.
Forgery = Callable[[], tuple[bytes, str, str]]

FORGERIES: dict[str, Forgery] = {
    "no header": lambda: (whole(), "", PLATFORM),
    "wrong secret": lambda: (whole(), signature(whole(), ["whsec_x"]), PLATFORM),
    "too old": lambda: (whole(), signature(whole(), [SECRET], now() - 301), PLATFORM),
    "of the future": lambda: (
        whole(),
        signature(whole(), [SECRET], now() + 360),
        PLATFORM,
    ),
    "v0 only": lambda: (
        whole(),
        signature(whole(), [SECRET]).replace("v1=", "v0="),
        PLATFORM,
    ),
    "one byte changed": lambda: (
        whole().replace(b"pi_1", b"pi_2"),
        signature(whole(), [SECRET]),
        PLATFORM,
    ),
    "several signatures, none right": lambda: (
        whole(),
        signature(whole(), ["whsec_x", "whsec_y"]),
        PLATFORM,
    ),
    "the other door's secret": lambda: (
        whole(),
        signature(whole(), [CONNECTED]),
        PLATFORM,
    ),
    "a creator's word at our own door": lambda: (
        whole(account="acct_1"),
        signature(whole(account="acct_1"), [SECRET]),
        PLATFORM,
    ),
    "our own word at the creators' door": lambda: (
        whole(),
        signature(whole(), [CONNECTED]),
        CONNECT,
    ),
    "of the other mode": lambda: (
        whole(livemode=True),
        signature(whole(livemode=True), [SECRET]),
        PLATFORM,
    ),
    "five megabytes": lambda: signed(b'{"x": "' + b"x" * 5_000_000 + b'"}'),
    "three hundred kilobytes": lambda: signed(whole(more="x" * 300_000)),
    "a thing said twice": lambda: signed(whole().replace(b"{", b'{"id": "evt_2", ', 1)),
    "not UTF-8": lambda: signed_as_latin(whole().replace(b"pi_1", b"pi_\xff")),
    "nothing": lambda: signed(b""),
    "not JSON": lambda: signed(b"payment_intent.succeeded"),
    "not an event": lambda: signed(b'{"id": "evt_1", "type": "x"}'),
    "a list": lambda: signed(b"[1]"),
    "a NUL in the id": lambda: signed(whole(id="evt_\0")),
    "a NUL in what it is about": lambda: signed(about(id="pi_\0")),
    "half a character": lambda: signed(whole().replace(b"pi_1", rb"pi_\ud800")),
    "an id of ten kilobytes": lambda: signed(whole(id="evt_" + "1" * 10_000)),
    "a kind of ten kilobytes": lambda: signed(whole(type="x" * 10_000)),
    "about something of ten kilobytes": lambda: signed(about(id="p" * 10_000)),
    "a word of ten kilobytes for what it is": lambda: signed(about(object="p" * 99)),
    "of a payment of ten kilobytes": lambda: signed(
        about(object="charge", payment_intent="p" * 10_000)
    ),
    "an id that is a number": lambda: signed(whole(id=7)),
    "an id that is a list": lambda: signed(whole(id=["evt_1"])),
    "a blank in the id": lambda: signed(whole(id="evt 1")),
    "a moment that never comes": lambda: signed(whole(created=10**18)),
    "a moment of nonsense": lambda: signed(whole(created=float("inf"))),
    "a moment in words": lambda: signed(whole(created="now")),
    "nested a hundred thousand deep": lambda: signed(
        whole().replace(b"{", b'{"more": ' + b"[" * 100_000 + b"]" * 100_000 + b", ", 1)
    ),
    "nested and cut short": lambda: signed(b'{"a":' * 40_000),
    "a moment said twice": lambda: (
        whole(),
        f"{signature(whole(), [SECRET])},t={now()}",
        PLATFORM,
    ),
    "a moment that is none": lambda: (whole(), "t=soon,v1=abc", PLATFORM),
    "a header of nonsense": lambda: (whole(), ",,=,t", PLATFORM),
    "a header that is not ASCII": lambda: (whole(), f"t={now()},v1=é", PLATFORM),
}


def about(**facts: Any) -> bytes:
    """An event about something with these facts."""
    return whole(data={"object": {"id": "pi_1", "object": "payment_intent", **facts}})


def signed(body: bytes) -> tuple[bytes, str, str]:
    return body, signature(body, [SECRET]), PLATFORM


def signed_as_latin(body: bytes) -> tuple[bytes, str, str]:
    """By somebody who knows the secret and not what UTF-8 is."""
    return signed(body)


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_word_leaves_only_a_count(
    kind: str, woken: list[dict[str, Any]]
) -> None:
    """H1: 4xx, and nothing is stored."""
    body, header, path = FORGERIES[kind]()

    days = {timezone.now().date()}
    status = send(body, header, path=path)
    days.add(timezone.now().date())  # midnight may have come between

    assert 400 <= status < 500
    assert not StripeEvent.objects.exists()
    assert not EventWork.objects.exists()
    assert not woken
    assert sum(cache.get(f"events_refused:{day}", 0) for day in days) == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=300),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=20), inner, max_size=3)
    ),
    max_leaves=5,
)
PLACES = ("id", "type", "account", "created", "livemode", "data")


@given(facts=st.dictionaries(st.sampled_from(PLACES), JSON), inner=JSON, thing=JSON)
@settings_of(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_signed_is_kept_or_refused(
    facts: dict[str, Any], inner: Any, thing: Any
) -> None:
    """H1: who knows the secret breaks nothing either."""
    whole_data = {"object": {"id": inner, "object": "charge", "payment_intent": thing}}
    with transaction.atomic():
        status = send({**event(data=whole_data), **facts})
        transaction.set_rollback(True)

    assert status in {204, 400}


@pytest.mark.parametrize("path", [PLATFORM, CONNECT])
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_only_what_is_posted_is_read(path: str, method: str) -> None:
    assert getattr(Client(), method)(path).status_code == 405


def test_no_secret_lets_nobody_in(settings: Settings) -> None:
    """H1: a platform without creators' accounts has an empty list."""
    settings.STRIPE_CONNECT_WEBHOOK_SECRETS = []
    told = whole(account="acct_1")

    assert send(told, signature(told, [""]), path=CONNECT) == 400
