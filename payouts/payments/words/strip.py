"""A sum that is drawn as one strip, its parts side by side."""

from __future__ import annotations

from dataclasses import dataclass

# In tenths of a per cent: the gap between two parts, and the narrowest part.
GAP = 6
LEAST = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Of a sum that is drawn as one strip: `kind` is `in`, `held`, `coming` or `missing`;
    `x` and `width` are SVG's, in per cent."""

    kind: str
    x: str
    width: str


def strip(*amounts: tuple[str, int]) -> list[Part]:
    """Those that are more than nothing, side by side.

    >>> [(part.kind, part.x, part.width) for part in strip(("in", 1_000), ("held", 400))]
    [('in', '0.0%', '71.0%'), ('held', '71.6%', '28.4%')]
    >>> [part.width for part in strip(("in", 1), ("coming", 999), ("missing", 9_000))]
    ['1.0%', '9.8%', '88.0%']
    >>> strip(("in", 500), ("held", 0))
    [Part(kind='in', x='0.0%', width='100.0%')]
    """
    shown = [(kind, amount) for kind, amount in amounts if amount]
    room = 1_000 - GAP * (len(shown) - 1)
    total = sum(amount for _kind, amount in shown)
    widths = [max(amount * room // total, LEAST) for _kind, amount in shown]
    if widths:
        # What rounding leaves, or the narrow ones take, is the widest one's.
        widths[widths.index(max(widths))] += room - sum(widths)
    places = [sum(widths[:number]) + GAP * number for number in range(len(widths))]
    return [
        Part(kind, _percent(place), _percent(width))
        for (kind, _amount), place, width in zip(shown, places, widths, strict=True)
    ]


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}%"
