"""Public figures, reckoned again from the bookkeeper's books alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import Any

from payouts.models import MonthFigures
from tests.world.bookkeeper import Bookkeeper, month_text

FEW = range(1, 5)


def figures(books: Bookkeeper, period: int, readers: set[int]) -> dict[str, Any]:
    """What may be shown of a month, if these readers are counted; empty for nothing."""
    gains = {(r, t): amount for (p, r, t), amount in books.things.items()
             if p == period and r in readers}  # fmt: skip
    owner = {
        (reader, thing): creator
        for reader, clicked in books.clicks[period].items()
        for creator, thing in clicked
    }
    per_pair: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, amount in gains.items():
        per_pair[place[0], owner[place]].append(amount)
    got = Counter[int]()
    for (_, creator), amounts in per_pair.items():
        got[creator] += sum(amounts)
    got = +got
    people = {reader for reader, _ in gains}
    if len(people) < 5 or len(got) < 5:
        return {}
    worths = sorted(
        Fraction(sum(amounts), len(amounts))
        for amounts in per_pair.values()
        for _ in amounts
    )
    of_close = f"close:{month_text(period)}:reader:"
    lines = [
        (kind, amount)
        for reference, kind, _, amount in books.lines
        if reference.startswith(of_close)
        and int(reference.removeprefix(of_close)) in readers
    ]
    ten, half = parts(per_pair, got)
    return {
        "readers": len(people),
        "creators": len(got),
        "clicks": len(gains),
        "given": -sum(amount for kind, amount in lines if kind == "means"),
        "fee": sum(amount for kind, amount in lines if kind == "fees"),
        "median_click": halves_up(worths[(len(worths) - 1) // 2]),
        "ten_percent": ten,
        "half_percent": half,
    }


def parts(
    per_pair: dict[tuple[int, int], list[int]], got: Counter[int]
) -> tuple[int | None, int | None]:
    """The part of the ten with most, and of the half with least; None where it, the
    rest, or what lies between the two cuts is of one to four people."""
    order = sorted(got, key=lambda creator: (-got[creator], creator))
    upper = len(order) - len(order) // 2

    def is_few(group: list[int]) -> bool:
        givers = {r for (r, c), a in per_pair.items() if c in group and any(a)}
        return bool(group) and (len(group) in FEW or len(givers) in FEW)

    def may(*cuts: int) -> bool:
        edges = [0, *sorted(cuts), len(order)]
        return not any(is_few(order[lo:hi]) for lo, hi in pairwise(edges))

    def percent(group: list[int]) -> int:
        part = sum(got[creator] for creator in group)
        return halves_up(Fraction(100 * part, sum(got.values())))

    has_ten = len(order) > 10 and may(10)
    has_half = may(10, upper) if has_ten else may(upper)
    return (
        percent(order[:10]) if has_ten else None,
        percent(order[upper:]) if has_half else None,
    )


def halves_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def stored(period: int) -> dict[str, Any]:
    """The same of what the platform keeps; empty where it keeps that nothing is shown."""
    row = MonthFigures.objects.get(period=period)
    names = ("readers", "creators", "clicks", "given", "fee", "median_click",
             "ten_percent", "half_percent")  # fmt: skip
    kept = {name: getattr(row, name) for name in names}
    return kept if row.is_shown else {}
