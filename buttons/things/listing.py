"""Lists, a part at a time, each part one query whatever the list's length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from buttons.models import Thing, ThingQuerySet

PAGE_LENGTH = 24
# What a number in an address is cut to, and what no number of ours reaches.
DIGITS = 19
MOST = 2**62

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `after` is what the next part begins behind, or empty."""

    things: list[Thing]
    after: str


def page_of(things: ThingQuerySet, sort: str, after: str) -> Page:
    """The newest things, or those flattred most, behind `after`: one query."""
    return Page(*part_of(things, "" if sort == "new" else "flattrs", after))


def part_of(
    rows: QuerySet[Row], weight: str, after: str, length: int = PAGE_LENGTH
) -> tuple[list[Row], str]:
    """Those behind `after` in descending order of the number `weight`, then of the
    newest, and behind what the next part begins. Without a weight only the newest."""
    keys = [int(part[:DIGITS]) for part in after.split("-") if part.isdecimal()][:2]
    keys = [min(key, MOST) for key in keys]
    if weight:
        if len(keys) == 2:
            most, pk = keys
            # The first condition follows from the second; an index begins there.
            rows = rows.filter(
                Q(**{f"{weight}__lte": most}),
                Q(**{f"{weight}__lt": most}) | Q(**{weight: most, "pk__lt": pk}),
            )
        ordered = rows.order_by(f"-{weight}", "-pk")
    else:
        if keys:
            rows = rows.filter(pk__lt=keys[-1])
        ordered = rows.order_by("-pk")
    found = list(ordered[: length + 1])
    if len(found) <= length:
        return found, ""
    last = found[length - 1]
    return found[:length], f"{getattr(last, weight) if weight else 0}-{last.pk}"
