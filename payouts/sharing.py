"""One reader's month, shared out line by line: what the close computes in sets
(`close_lines` in `payouts/sql/`), in the same integers, for pages that show it now or
check it afterwards.

Under the policy `creator` the pot is divided over the distinct creators, and each
share over that creator's things; under `thing` over the things themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flattr.split import rotation, split


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing gets: `amount` of the `share` that falls to the unit of `rank`."""

    creator_id: int
    thing_id: int
    rank: int
    share: int
    amount: int


def lines(
    reader_id: int,
    period: int,
    pot: int,
    policy: str,
    clicked: Iterable[tuple[int, int]],
) -> list[Line]:
    """The lines of `clicked`, pairs of creator and thing, by creator and thing.

    Amounts are minor units and add up to `pot`.

    >>> [line.amount for line in lines(1, 202610, 100, "creator", [(7, 1), (7, 2), (9, 3)])]
    [25, 25, 50]
    >>> [line.amount for line in lines(1, 202610, 100, "thing", [(7, 1), (7, 2), (9, 3)])]
    [33, 34, 33]
    """
    creators = {thing: creator for creator, thing in clicked}
    units = sorted(creators if policy == "thing" else set(creators.values()))
    shares = divided(reader_id, period, pot, units)
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
            for thing, amount in divided(
                reader_id, period, shares[creator], things[creator]
            ).items()
        ]
    found.sort(key=lambda line: (line.creator_id, line.thing_id))
    assert sum(line.amount for line in found) == (pot if found else 0), found
    return found


def divided(
    reader_id: int, period: int, pot: int, units: Iterable[int]
) -> dict[int, int]:
    """`pot` over `units`, the odd cents where the reader's month begins them."""
    units = list(units)
    if not units:
        return {}
    return split(pot, units, offset=rotation(reader_id, period, len(units)))
