"""Circles of giving: people who pass the same money round to draw it out (T16).

Seen on what was given in some months, by shares of closes and by gifts made once, here
all called gifts: who gave to whom, what part that was of all
the reader gave, and of all the creator got. A gift is *strong* when it is at least a
twentieth of the one and a fifth of the other: a popular creator has no strong gifts,
and two fans who like each other's pages among many have none either.

A creator is in a ring when strong gifts lead from them back to them in six steps or
fewer; in a cluster, when more than half of what they got is from three people or more
to whom they gave themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

LONGEST_RING = 6
SMALLEST_CLUSTER = 3


@dataclass(frozen=True, slots=True)
class Gift:
    """What one reader gave one creator, of all that the one `gave` and the other
    `got`, in minor units."""

    reader: int
    creator: int
    amount: int
    gave: int
    got: int

    @property
    def is_strong(self) -> bool:
        return self.amount * 20 >= self.gave and self.amount * 5 >= self.got


# All gifts of some readers.
GiftsOf = Callable[[Collection[int]], Iterable[Gift]]


def ring(creator: int, gifts_of: GiftsOf) -> list[int]:
    """The people on a shortest way of strong gifts from `creator` back to them, them
    first; empty when there is none."""
    ways: dict[int, list[int]] = {creator: [creator]}
    ends = [creator]
    for _ in range(LONGEST_RING):
        found: list[int] = []
        for gift in gifts_of(ends) if ends else ():
            if not gift.is_strong:
                continue
            if gift.creator == creator:
                return ways[gift.reader]
            if gift.creator not in ways:
                ways[gift.creator] = [*ways[gift.reader], gift.creator]
                found.append(gift.creator)
        ends = found
    return []


def cluster(creator: int, gifts_of: GiftsOf) -> list[int]:
    """Those to whom `creator` gave and who gave more than half of what they got; empty
    when they are fewer than three, or gave less."""
    liked = {gift.creator for gift in gifts_of([creator])}
    mutual = [gift for gift in gifts_of(liked) if gift.creator == creator]
    if len(mutual) < SMALLEST_CLUSTER:
        return []
    if 2 * sum(gift.amount for gift in mutual) <= mutual[0].got:
        return []
    return sorted(gift.reader for gift in mutual)


GIFTS = """
    WITH gift AS (
        SELECT reader_id, creator_id, sum(amount)::bigint AS amount
        FROM given_to
        WHERE period = ANY(%(periods)s) AND reader_id = ANY(%(readers)s)
        GROUP BY reader_id, creator_id HAVING sum(amount) > 0
    ), gave AS (
        SELECT reader_id, sum(amount)::bigint AS amount FROM gift GROUP BY reader_id
    ), got AS (
        SELECT creator_id, sum(amount)::bigint AS amount FROM lot
        WHERE period = ANY(%(periods)s)
          AND creator_id IN (SELECT creator_id FROM gift)
        GROUP BY creator_id
    )
    SELECT gift.reader_id, gift.creator_id, gift.amount, gave.amount, got.amount
    FROM gift JOIN gave USING (reader_id) JOIN got USING (creator_id)
    ORDER BY gift.reader_id, gift.creator_id
"""


def gifts_in(periods: Sequence[int]) -> GiftsOf:
    """The gifts of some months, one query each time."""

    def gifts_of(readers: Collection[int]) -> list[Gift]:
        with connection.cursor() as cursor:
            cursor.execute(
                GIFTS, {"periods": list(periods), "readers": sorted(readers)}
            )
            return [Gift(*row) for row in cursor.fetchall()]

    return gifts_of
