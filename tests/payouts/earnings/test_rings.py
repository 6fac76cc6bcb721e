"""Circles of giving: rings and clusters are found, a market of readers is not (T16)."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection

import pytest

from payouts.earnings import rings
from payouts.earnings.rings import Gift, GiftsOf
from tests.hostility import Budget

BUDGETS = [200, 500, 1_000, 2_000]


class Market:
    """A year's readers and creators: few creators are liked by many, most by few, some
    creators read too, and half of what people like is of their own circle."""

    def __init__(self, seed: int, readers: int = 3_000, creators: int = 400) -> None:
        self.chance = random.Random(seed)
        self.creators = list(range(creators))
        self.likes: dict[int, set[int]] = defaultdict(set)
        fame = [1 / (rank + 1) for rank in self.creators]
        circles = [self.creators[n::20] for n in range(20)]
        for reader in range(readers):
            # Every eighth is a creator.
            person = reader // 8 % creators if reader % 8 == 0 else creators + reader
            own = circles[person % 20]
            for _ in range(self.chance.choice([1, 2, 3, 5, 8, 15])):
                among = own if self.chance.random() < 0.5 else self.creators
                [liked] = self.chance.choices(among, [fame[one] for one in among])
                if liked != person:
                    self.likes[person].add(liked)

    def ring(self, size: int) -> list[int]:
        """Some people who give to the next one, and to a few others for show."""
        first = 10_000 + len(self.likes)
        people = [first + n for n in range(size)]
        for n, person in enumerate(people):
            shown = self.chance.sample(self.creators, self.chance.randrange(13))
            self.likes[person] = {people[(n + 1) % size], *shown}
        return people

    def cluster(self, size: int) -> list[int]:
        """Some people who all give to each other, and to a few others for show."""
        people = self.ring(size)
        for person in people:
            self.likes[person] |= set(people) - {person}
        return people

    def gifts(self) -> GiftsOf:
        gave = {reader: self.chance.choice(BUDGETS) for reader in sorted(self.likes)}
        got: Counter[int] = Counter()
        for reader, liked in self.likes.items():
            for creator in liked:
                got[creator] += gave[reader] // len(liked)
        by_reader = {
            reader: [
                Gift(reader, one, gave[reader] // len(liked), gave[reader], got[one])
                for one in sorted(liked)
            ]
            for reader, liked in self.likes.items()
        }

        def gifts_of(readers: Collection[int]) -> list[Gift]:
            return [gift for one in sorted(readers) for gift in by_reader.get(one, [])]

        return gifts_of


def is_found(creator: int, gifts_of: GiftsOf) -> bool:
    return bool(rings.ring(creator, gifts_of) or rings.cluster(creator, gifts_of))


@pytest.mark.parametrize("size", [2, 3, 5, 6])
def test_rings_are_found_whatever_else_they_give_for_show(size: int) -> None:
    """T16: at least 95 % of 5-rings."""
    market = Market(seed=size)
    members = [person for _ in range(40) for person in market.ring(size)]
    gifts_of = market.gifts()

    found = sum(is_found(person, gifts_of) for person in members)

    assert found >= 0.95 * len(members)


@pytest.mark.parametrize("size", [4, 5, 12, 30])
def test_clusters_in_which_all_give_to_all_are_found(size: int) -> None:
    market = Market(seed=100 + size)
    members = [person for _ in range(20) for person in market.cluster(size)]
    gifts_of = market.gifts()

    found = sum(is_found(person, gifts_of) for person in members)

    assert found >= 0.95 * len(members)


def test_at_most_one_in_a_hundred_others_is_found(
    budget: Budget,
) -> None:
    """T16: at most 1 % of normal creators are looked at for nothing."""
    seen = found = 0
    for seed in range(budget(5, 100)):
        market = Market(seed)
        gifts_of = market.gifts()
        seen += len(market.creators)
        found += sum(is_found(one, gifts_of) for one in market.creators)

    assert found <= 0.01 * seen, (found, seen)


def test_a_ring_is_told_in_its_order() -> None:
    gifts = {
        1: [Gift(1, 2, 500, 500, 500)],
        2: [Gift(2, 3, 250, 500, 250), Gift(2, 9, 250, 500, 90_000)],
        3: [Gift(3, 1, 500, 500, 500)],
        9: [Gift(9, 1, 100, 9_000, 500)],
    }

    def gifts_of(readers: Collection[int]) -> list[Gift]:
        return [gift for one in sorted(readers) for gift in gifts.get(one, [])]

    assert rings.ring(1, gifts_of) == [1, 2, 3]
    assert rings.ring(3, gifts_of) == [3, 1, 2]
    assert rings.ring(9, gifts_of) == []
