"""Lists, page by page, newest first."""

from __future__ import annotations

from typing import Any

from local.stripe.wire.errors import Resource, invalid, missing
from local.stripe.wire.storage import Condition
from local.stripe.wire.world import World

SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    world: World,
    kind: str,
    given: Resource,
    url: str,
    *conditions: Condition,
    account: str | None = None,
) -> Resource:
    """One page of a kind's objects, by `limit`, a cursor and `created`.

    >>> SIGNS["gte"]
    '>='
    """
    owner = world.account if account is None else account
    limit = int(given.get("limit", 10))
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: must be from 1 to 100", param="limit")
    where = [*conditions, *moments(given)]
    backward = "ending_before" in given
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in given:
            where.append(("number", sign, cursor(world, kind, given[name], name)))
    found = world.store.select(
        kind, owner, where, newest_first=not backward, limit=limit + 1
    )
    data = found[:limit]
    return listing(data[::-1] if backward else data, url, has_more=len(found) > limit)


def listing(data: list[Resource], url: str, *, has_more: bool = False) -> Resource:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def cursor(world: World, kind: str, stripe_id: str, param: str) -> int:
    number = world.store.number(stripe_id)
    if number is None:
        raise missing(kind, stripe_id, param)
    return number


def moments(given: Resource) -> list[Condition]:
    """`created` as one second or as a range."""
    created: Any = given.get("created")
    if created is None:
        return []
    if isinstance(created, int):
        return [("created", "=", created)]
    return [("created", SIGNS[name], value) for name, value in created.items()]


def equal(given: Resource, *names: str) -> list[Condition]:
    """Conditions of the filters that are plain fields of the object."""
    return [(f"$.{name}", "=", given[name]) for name in names if name in given]
