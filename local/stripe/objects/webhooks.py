"""Webhook endpoints, and the signed deliveries of events to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from local.stripe.wire.errors import Resource
from local.stripe.wire.world import API_VERSION, World, fields_of, new_id


def create(world: World, given: Resource) -> Resource:
    made = make(
        world,
        given["url"],
        given["enabled_events"],
        connect=bool(given.get("connect")),
    )
    fields = fields_of(made, given, ("description",))
    return world.change(world.get("webhook_endpoint", made["id"]), **fields) | {
        "secret": made["secret"]
    }


def make(
    world: World,
    url: str,
    events: Sequence[str] = ("*",),
    *,
    connect: bool = False,
    secret: str = "",
) -> Resource:
    """Its secret is shown here, in this one answer."""
    secret = secret or f"whsec_{secrets.token_hex(16)}"
    endpoint: Resource = {
        "id": new_id("we_1"),
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": world.now(),
        "description": None,
        "enabled_events": list(events),
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
    world.add(endpoint, connect=connect, secrets=[secret])
    return endpoint | {"secret": secret}


def retrieve(world: World, _given: Resource, webhook_endpoint: str) -> Resource:
    return world.get("webhook_endpoint", webhook_endpoint)


def update(world: World, given: Resource, webhook_endpoint: str) -> Resource:
    known = world.get("webhook_endpoint", webhook_endpoint)
    fields = fields_of(known, given, ("url", "enabled_events", "description"))
    if "disabled" in given:
        fields["status"] = "disabled" if given["disabled"] else "enabled"
    return world.change(known, **fields)


def delete(world: World, _given: Resource, webhook_endpoint: str) -> Resource:
    known = world.get("webhook_endpoint", webhook_endpoint)
    world.store.ask("DELETE FROM object WHERE id = ?", known["id"])
    world.store.ask("DELETE FROM delivery WHERE endpoint = ?", known["id"])
    return {"id": known["id"], "object": "webhook_endpoint", "deleted": True}
