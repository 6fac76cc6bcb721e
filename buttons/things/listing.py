"""Lists of things, a part at a time, each part one query whatever the list's length."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from buttons.models import Thing, ThingQuerySet

PAGE_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `after` is what the next part begins behind, or empty."""

    things: list[Thing]
    after: str


def page_of(things: ThingQuerySet, sort: str, after: str) -> Page:
    """The things behind `after`, one query whatever the length of the list."""
    keys = [int(part[:19]) for part in after.split("-") if part.isdecimal()][:2]
    keys = [min(key, 2**62) for key in keys]
    if sort == "new":
        if keys:
            things = things.filter(pk__lt=keys[-1])
        ordered = things.order_by("-pk")
    else:
        if len(keys) == 2:
            flattrs, pk = keys
            things = things.filter(
                Q(flattrs__lt=flattrs) | Q(flattrs=flattrs, pk__lt=pk)
            )
        ordered = things.order_by("-flattrs", "-pk")
    found = list(ordered[: PAGE_LENGTH + 1])
    shown_here = found[:PAGE_LENGTH]
    last = shown_here[-1] if len(found) > PAGE_LENGTH else None
    return Page(shown_here, f"{last.flattrs}-{last.pk}" if last else "")
