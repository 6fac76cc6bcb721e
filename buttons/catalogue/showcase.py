"""The works on the front page: proved things with a picture, each of another creator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from buttons.models import Thing
from buttons.models.thing import ThingQuerySet

# So many flattrs a new thing has before strangers are led to it.
LEAST_FLATTRS = 5
SLICES = 7
# Fewer works make no example.
LEAST_SLICES = 3
WORKS = 6
# More than are shown: some are taken down meanwhile, and each creator is shown once.
COUNTED = 60
KEY = "showcase"
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Showcase:
    """The works most flattred, as slices of an example, and new ones below."""

    slices: Sequence[Thing]
    works: Sequence[Thing]


def showcase() -> Showcase:
    """What is shown now, each with its owner. One query, and two more every ten
    minutes: what is taken down meanwhile is not shown."""
    liked, recent = _counted()
    found = {thing.pk: thing for thing in _showable().filter(pk__in={*liked, *recent})}
    slices = _by_creators((found.get(pk) for pk in liked), SLICES)
    if len(slices) < LEAST_SLICES:
        slices = []
    # What is a slice already comes last among the works.
    again = set(slices)
    order = [thing for pk in [*recent, *liked] if (thing := found.get(pk))]
    order.sort(key=lambda thing: thing in again)
    return Showcase(slices, _by_creators(order, WORKS))


def _showable() -> ThingQuerySet:
    """What strangers may be led to: of nobody's sample, with a picture of its own."""
    shown = Thing.objects.listed().filter(proved_at__isnull=False, sample="")
    return shown.exclude(picture="").with_owner()


def _counted() -> tuple[list[int], list[int]]:
    """The numbers of the things most flattred, and of the newest."""
    kept: tuple[list[int], list[int]] | None = cache.get(KEY)
    if kept is not None:
        return kept
    numbers = _showable().values_list("pk", flat=True)
    liked = list(numbers.filter(flattrs__gt=0).order_by("-flattrs", "-pk")[:COUNTED])
    recent = list(numbers.filter(flattrs__gte=LEAST_FLATTRS).order_by("-pk")[:COUNTED])
    cache.set(KEY, (liked, recent), SECONDS)
    return liked, recent


def _by_creators(things: Iterable[Thing | None], most: int) -> list[Thing]:
    """The first of each creator, at most so many."""
    chosen: dict[int | None, Thing] = {}
    for thing in things:
        if thing is not None:
            chosen.setdefault(thing.owner_id, thing)
    return list(chosen.values())[:most]
