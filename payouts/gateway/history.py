"""What Stripe says of our balance, what moved it, and what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from payouts.gateway import answers, asking
from payouts.gateway.facts import (
    BalanceFact,
    EventFact,
    Movement,
)

# What is raised for a body that is not an event of Stripe's: cut short, of another
# shape, with a moment after the year 9999, or nested too deep.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(OverflowError, OSError, RecursionError),
)


class ForgedEvent(Exception):
    """Not signed by Stripe with one of our secrets, too old, or of the wrong mode."""


def balance() -> BalanceFact:
    """Our balance at Stripe, in our currency."""
    found = asking.ask(asking.client().v1.balance.retrieve)
    return BalanceFact(_sum(found["available"]), _sum(found["pending"]))


def _sum(parts: Sequence[dict[str, Any]]) -> int:
    ours = settings.CURRENCY.lower()
    return sum(part["amount"] for part in parts if part["currency"] == ours)


def movements(since: datetime | None = None) -> Iterator[Movement]:
    """Balance transactions, newest first, made since then or all; each says what it
    belongs to."""
    yield from _movements({"created": {"gte": int(since.timestamp())}} if since else {})


def movements_of(source: str) -> Iterator[Movement]:
    """What one top-up, bank payout or other object moved, newest first."""
    yield from _movements({"source": source})


def _movements(wanted: dict[str, Any]) -> Iterator[Movement]:
    rows = asking.ask_all(
        asking.client().v1.balance_transactions.list,
        {**wanted, "expand": ["data.source"]},
    )
    yield from map(answers.movement, rows)


def events(since: datetime) -> Iterator[EventFact]:
    """Events since then, newest first; Stripe keeps thirty days (H5)."""
    wanted = {"created": {"gte": int(since.timestamp())}}
    yield from map(
        answers.event, asking.ask_all(asking.client().v1.events.list, wanted)
    )


def read_event(
    body: bytes, signature: str, secrets: Sequence[str], *, connected: bool
) -> EventFact:
    """An event that Stripe signed with one of `secrets` within the last five minutes,
    of our mode, about a connected account or else our own; anything else is refused
    with `ForgedEvent` (H1)."""
    if not any(asking.is_signed(body, signature, secret) for secret in secrets):
        raise ForgedEvent("signature")
    try:
        event = answers.event(json.loads(body, object_pairs_hook=_said_once))
    except UNREADABLE as failure:
        raise ForgedEvent("body") from failure
    if event.livemode is not settings.STRIPE_LIVEMODE:
        raise ForgedEvent("mode")
    if bool(event.account) != connected:
        raise ForgedEvent("account")
    return event


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a repeated key: it could be read in two ways."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("said twice")
    return said
