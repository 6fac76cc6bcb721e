"""Signed deliveries of events: tried again, held, repeated, dropped."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World

# Real seconds until the next try; Stripe tries for three days.
PAUSES = (2, 5, 15, 60, 300, 1_800, 3_600, *(6 * 3_600,) * 11)


def rotate_secret(world: World, webhook_endpoint: str) -> str:
    """A new secret; until `forget_secret` everything is signed with both."""
    known = world.store.hidden(webhook_endpoint)["secrets"]
    made = f"whsec_{secrets.token_hex(16)}"
    world.store.hide(webhook_endpoint, secrets=[made, *known])
    return made


def forget_secret(world: World, webhook_endpoint: str) -> None:
    """The old secret is no longer used."""
    known = world.store.hidden(webhook_endpoint)["secrets"]
    world.store.hide(webhook_endpoint, secrets=known[:1])


def signature(body: bytes, keys: Sequence[str], at: int | None = None) -> str:
    """The `Stripe-Signature` header: a real moment, and one `v1` for each secret."""
    moment = int(time.time()) if at is None else at
    signed = str(moment).encode() + b"." + body
    made = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys]
    return ",".join([f"t={moment}", *(f"v1={each}" for each in made)])


def body_of(event: Resource) -> bytes:
    return json.dumps(event, indent=2).encode()


def send(url: str, event: Resource, keys: Sequence[str]) -> int:
    """The status that the endpoint answers; 0 if it does not."""
    body = body_of(event)
    request = urllib.request.Request(  # noqa: S310 (an address that was registered)
        url,
        body,
        {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(body, keys),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def due(world: World) -> list[tuple[int, Resource, Resource, list[str], int]]:
    """(number, event, endpoint, secrets, tries) of the deliveries to make now."""
    rows = world.store.ask(
        "SELECT number, event, endpoint, tries FROM delivery"
        " WHERE due_at > 0 AND due_at <= ? ORDER BY number LIMIT 20",
        int(time.time()),
    )
    found = []
    for number, event_id, endpoint_id, tries in rows:
        event, endpoint = world.store.find(event_id), world.store.find(endpoint_id)
        if event and endpoint:
            keys = world.store.hidden(endpoint_id)["secrets"]
            found.append((int(number), event, endpoint, keys, int(tries)))
    return found


def record(world: World, number: int, status: int, tries: int) -> None:
    """What the endpoint answered; a refusal is tried again, ever later."""
    done = 200 <= status < 300
    over = done or tries >= len(PAUSES)
    due_at = 0 if over else int(time.time()) + PAUSES[tries]
    world.store.ask(
        "UPDATE delivery SET status = ?, tries = ?, due_at = ? WHERE number = ?",
        *(status, tries + 1, due_at, number),
    )
    if done:
        settle_event(world, number)


def settle_event(world: World, number: int) -> None:
    """One endpoint fewer waits for the event."""
    rows = world.store.ask("SELECT event FROM delivery WHERE number = ?", number)
    event = world.store.find(rows[0][0]) if rows else None
    if event:
        waiting = world.store.ask(
            "SELECT count(*) FROM delivery WHERE event = ? AND due_at > 0", event["id"]
        )
        world.store.update(event | {"pending_webhooks": int(waiting[0][0])})


# --- On demand


def hold(world: World) -> None:
    """Deliver nothing until `release`."""
    world.store.note("held", "1")


def release(world: World, *, reverse: bool = False) -> int:
    """Deliver what was held, in order or the last first; how much that is."""
    world.store.note("held", "")
    rows = world.store.ask(
        "SELECT number FROM delivery WHERE due_at > 0 ORDER BY number"
    )
    if reverse:
        waiting = world.store.ask("SELECT max(number) FROM delivery")[0][0] or 0
        for (number,) in rows:
            world.store.ask(
                "UPDATE delivery SET number = ? WHERE number = ?",
                *(2 * waiting + 1 - number, number),
            )
    return len(rows)


def repeat(world: World, event: str = "") -> int:
    """Deliver an event again, or all of them; the number of deliveries."""
    world.store.ask(
        "UPDATE delivery SET due_at = 1, tries = 0 WHERE ? IN ('', event)", event
    )
    return int(
        world.store.ask("SELECT count(*) FROM delivery WHERE ? IN ('', event)", event)[
            0
        ][0]
    )


def drop(world: World, kind: str = "") -> int:
    """Forget deliveries that wait, of one type of event or of all; how many."""
    rows = world.store.ask(
        "SELECT delivery.number FROM delivery JOIN object ON object.id = event"
        " WHERE due_at > 0 AND ? IN ('', json_extract(body, '$.type'))",
        kind,
    )
    for (number,) in rows:
        world.store.ask("UPDATE delivery SET due_at = 0 WHERE number = ?", number)
    return len(rows)
