"""What a flattr is worth now: the split of the budget over this month so far."""

from __future__ import annotations

from dataclasses import dataclass

from flattr.split import fee, split


@dataclass(frozen=True, slots=True)
class Worth:
    """What each of `units` creators (or things, by the site's policy) would get if
    the month ended now: `least` minor units, and some of them `most`."""

    units: int
    least: int
    most: int


def worth(budget: int, units: int, fee_percent: int) -> Worth | None:
    """Divide what is left of `budget` after the fee evenly; None without units."""
    if not units:
        return None
    shares = split(budget - fee(budget, fee_percent), range(units), offset=0).values()
    return Worth(units, min(shares), max(shares))
