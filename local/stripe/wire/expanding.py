"""`expand[]`: ids in an answer become the objects they name."""

from __future__ import annotations

import copy
from typing import Any

from local.stripe.wire.errors import Resource, invalid
from local.stripe.wire.world import World

# What an object may have and may lack; what has no kind is a part of another object.
SOMETIMES = {
    ("refund", "failure_balance_transaction"),
    *((None, kind) for kind in ("card", "sepa_debit", "ideal", "bancontact")),
}


def expand(world: World, answer: Resource, paths: list[str]) -> Resource:
    """The answer with everything that the paths name, four levels deep at most."""
    if not paths:
        return answer
    answer = copy.deepcopy(answer)
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4 + (steps[0] == "data"):
            raise invalid(
                f"You cannot expand more than 4 levels of a property. Property: {path}",
                param="expand",
            )
        _follow(world, answer, steps, path)
    return answer


def _follow(world: World, at: Any, steps: list[str], path: str) -> None:
    if isinstance(at, list):
        for each in at:
            _follow(world, each, steps, path)
        return
    if at is None or not steps:
        return
    name, *rest = steps
    if name not in at and (at.get("object"), name) in SOMETIMES:
        return
    if name not in at:
        raise invalid(
            f"This property cannot be expanded ({path}).",
            param="expand",
            code="property_cannot_be_expanded",
        )
    if isinstance(at[name], str):
        found = world.store.find(at[name])
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        at[name] = found
    _follow(world, at[name], rest, path)
