"""Events: what happened, with the objects as they were then."""

from __future__ import annotations

from flattr.local.stripe import lists
from flattr.local.stripe.errors import Resource
from flattr.local.stripe.storage import Condition
from flattr.local.stripe.world import World


def retrieve(world: World, _given: Resource, id: str) -> Resource:  # noqa: A002
    return world.get("event", id)


def index(world: World, given: Resource) -> Resource:
    conditions: list[Condition] = lists.equal(given, "type")
    if given.get("type", "").endswith("*"):
        conditions = [("$.type", "GLOB", given["type"])]
    if "types" in given:
        conditions.append(("$.type", "IN", given["types"]))
    return lists.page(world, "event", given, "/v1/events", *conditions)
