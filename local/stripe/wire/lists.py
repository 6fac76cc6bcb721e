"""Lists, page by page, newest first."""

from __future__ import annotations

from typing import Any

from local.stripe.wire.errors import Resource, invalid, missing
from local.stripe.wire.storage import Condition
from local.stripe.wire.world import World

PAGING = {"limit", "starting_after", "ending_before", "created", "expand"}
SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    world: World,
    kind: str,
    given: Resource,
    url: str,
    *conditions: Condition,
) -> Resource:
    """One page of a kind's objects, by `limit`, a cursor and `created`.

    >>> SIGNS["gte"]
    '>='
    """
    limit = int(given.get("limit", 10))
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: must be from 1 to 100", param="limit")
    where = [*conditions, *moments(given)]
    backward = "ending_before" in given
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in given:
            where.append(("number", sign, cursor(world, kind, given[name], name)))
    found = world.store.select(
        kind, world.account, where, newest_first=not backward, limit=limit + 1
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


def equal(given: Resource, *names: str, **paths: str) -> list[Condition]:
    """Conditions of the filters that are plain fields of the object, or at these paths.

    What nobody filters by is refused, so that no list says more than was asked for.
    """
    known = {name: f"$.{name}" for name in names} | paths
    asked = sorted(set(given) - PAGING)
    for name in asked:
        if name not in known:
            raise invalid(f"The simulator does not filter by {name}.", param=name)
    return [(known[name], "=", given[name]) for name in asked]
