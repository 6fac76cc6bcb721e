"""Lines of books that know their sums, and months."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.world.bookkeeper import Line

Place = tuple[str, int | None]
Amounts = dict[Place, int]


class Lines(list[Line]):
    """Known by reference and by place."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: Counter[Place] = Counter()
        self.of: dict[str, Amounts] = defaultdict(dict)
        self.at: dict[Place, Counter[str]] = defaultdict(Counter)

    def append(self, line: Line) -> None:
        reference, kind, owner, amount = line
        super().append(line)
        self.sums[kind, owner] += amount
        self.at[kind, owner][reference] += amount
        known = self.of[reference]
        known[kind, owner] = known.get((kind, owner), 0) + amount


def shown(period: int) -> str:
    return f"{period // 100}-{period % 100:02d}"


def following(period: int) -> int:
    return period + (89 if period % 100 == 12 else 1)


def preceding(period: int) -> int:
    return period - (89 if period % 100 == 1 else 1)
