"""Events: what happened, with the objects as they were then."""

from __future__ import annotations

from local.stripe.wire import lists
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World


def retrieve(world: World, _given: Resource, id: str) -> Resource:
    return world.get("event", id)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "type")
    return lists.page(world, "event", given, "/v1/events", *conditions)
