"""One reader's month, shared out line by line: what the close computes in sets
(`close_lines` in `sql/split.sql`), in the same integers, for pages that show it now or
check it afterwards.

Under the policy `creator` the pot is divided over the distinct creators, and each
share over that creator's things; under `thing` over the things themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flattr.split import split


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing gets: `amount` of the `share` that falls to the unit of `rank`."""

    creator_id: int
    thing_id: int
    rank: int
    share: int
    amount: int


def lines(
    pot: int,
    policy: str,
    clicked: Iterable[tuple[int, int]],
    offset_of: Callable[[int], int],
) -> list[Line]:
    """The lines of `clicked`, pairs of creator and thing, by creator and thing.

    Amounts are minor units and add up to `pot`. `offset_of` says where the odd cents of
    the reader's month begin among so many, as `flattr.split.rotation` does.

    >>> clicked = [(7, 1), (7, 2), (9, 3)]
    >>> [line.amount for line in lines(100, "creator", clicked, lambda n: 0)]
    [25, 25, 50]
    >>> [line.amount for line in lines(100, "thing", clicked, lambda n: 0)]
    [34, 33, 33]
    """

    def divided(pot: int, units: list[int]) -> dict[int, int]:
        return split(pot, units, offset=offset_of(len(units)))

    creators = {thing: creator for creator, thing in clicked}
    units = sorted(creators if policy == "thing" else set(creators.values()))
    if not units:
        return []
    shares = divided(pot, units)
    ranks = {unit: rank for rank, unit in enumerate(units)}
    if policy == "thing":
        found = [
            Line(creator, thing, ranks[thing], shares[thing], shares[thing])
            for thing, creator in creators.items()
        ]
    else:
        things: dict[int, list[int]] = {creator: [] for creator in units}
        for thing, creator in creators.items():
            things[creator].append(thing)
        found = [
            Line(creator, thing, ranks[creator], shares[creator], amount)
            for creator in units
            for thing, amount in divided(shares[creator], things[creator]).items()
        ]
    found.sort(key=lambda line: (line.creator_id, line.thing_id))
    assert sum(line.amount for line in found) == pot, found
    return found
