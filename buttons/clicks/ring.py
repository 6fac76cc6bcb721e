"""A month as a ring around a face: as many equal arcs as creators, the new one on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin

from buttons.clicks.loaf import Slice

# In the units of a view box of 200 by 200.
CENTRE = 100
RADIUS = 84
# Between two arcs, in turns of the ring; with many of them a tenth of an arc.
GAP = 6 / 360


@dataclass(frozen=True, slots=True)
class Arc:
    """One slice of the ring: `path` is what an SVG path draws."""

    colour: str
    path: str
    fresh: bool


def arcs(slices: Iterable[Slice], fresh: Slice | None) -> list[Arc]:
    """The ring of a month's slices, clockwise from the top, `fresh` the first."""
    listed = list(slices)
    if fresh in listed:
        here = listed.index(fresh)
        listed = listed[here:] + listed[:here]
    turn = 1 / len(listed) if listed else 0
    gap = min(GAP, turn / 10)
    return [
        Arc(
            slice_.colour,
            path(place * turn + gap / 2, (place + 1) * turn - gap / 2),
            slice_ == fresh,
        )
        for place, slice_ in enumerate(listed)
    ]


def path(start: float, end: float) -> str:
    """An arc between two places on the ring, in turns from the top.

    >>> path(0, 0.25)
    'M100.0 16.0A84 84 0 0 1 184.0 100.0'
    """
    (x, y), (x_end, y_end) = at(start), at(end)
    long = int(end - start > 0.5)
    return f"M{x} {y}A{RADIUS} {RADIUS} 0 {long} 1 {x_end} {y_end}"


def at(turns: float) -> tuple[float, float]:
    angle = 2 * pi * turns
    return (
        round(CENTRE + RADIUS * sin(angle), 1),
        round(CENTRE - RADIUS * cos(angle), 1),
    )
