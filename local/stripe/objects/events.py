"""Events: what happened, with the objects as they were then."""

from __future__ import annotations

from local.stripe.wire import lists
from local.stripe.wire.errors import Resource
from local.stripe.wire.storage import Condition
from local.stripe.wire.world import World


def retrieve(world: World, _given: Resource, id: str) -> Resource:  # noqa: A002
    return world.get("event", id)


def index(world: World, given: Resource) -> Resource:
    conditions: list[Condition] = lists.equal(given, "type")
    if given.get("type", "").endswith("*"):
        conditions = [("$.type", "GLOB", given["type"])]
    if "types" in given:
        conditions.append(("$.type", "IN", given["types"]))
    return lists.page(world, "event", given, "/v1/events", *conditions)
