"""What the closed months come to, for the front page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from payouts.models import MonthFigures

KEY = "totals"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the months that five readers and five creators or more stand behind: sums of
    all in minor units, and who there was in the last. People are counted in one month
    only: of two months together they would tell how few came or went."""

    given: int
    fee: int
    first: int
    last: int
    readers: int
    creators: int


def totals() -> Totals | None:
    """None before the first such month. Looked up once a minute at most."""
    kept: list[Totals | None] | None = cache.get(KEY)
    if kept is None:
        kept = [_find()]
        cache.set(KEY, kept, SECONDS)
    return kept[0]


def _find() -> Totals | None:
    shown = list(MonthFigures.objects.exclude(readers=None).order_by("period"))
    if not shown:
        return None
    last = shown[-1]
    assert last.readers is not None
    assert last.creators is not None
    return Totals(
        sum(one.given or 0 for one in shown),
        sum(one.fee or 0 for one in shown),
        shown[0].period,
        last.period,
        last.readers,
        last.creators,
    )
