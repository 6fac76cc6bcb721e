"""What people like this month: for whoever looks for something to flattr first."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count

from accounts.models import User
from buttons.models import Flattr, Thing

MOST = 3
# A thing that a single reader likes is no advice to others.
LEAST_READERS = 2
# The whole month is counted once in a while, not for each reader. More than are shown:
# some are taken down or are the reader's own, and each creator is shown once.
COUNTED = 60
SECONDS = 600


def this_month(reader: User, period: int) -> list[Thing]:
    """Up to three proved things, by as many creators, that most readers flattred in
    `period`: none of the reader's own, and each with its owner. One query, and one more
    every ten minutes."""
    counted = _counted(period)
    things = (
        Thing.objects.listed()
        .filter(pk__in=counted, proved_at__isnull=False)
        .exclude(owner=reader)
        .with_owner()
    )
    chosen: dict[int | None, Thing] = {}
    for thing in sorted(things, key=lambda thing: counted.index(thing.pk)):
        chosen.setdefault(thing.owner_id, thing)
    return list(chosen.values())[:MOST]


def _counted(period: int) -> list[int]:
    """The ids of the things that most readers flattred, the most first."""
    key = f"liked:{period}"
    kept: list[int] | None = cache.get(key)
    if kept is not None:
        return kept
    by_readers = (
        Flattr.objects.filter(period=period)
        .values("thing")
        .annotate(readers=Count("*"))
        .filter(readers__gte=LEAST_READERS)
        .order_by("-readers", "-thing")
    )
    ids = list(by_readers.values_list("thing", flat=True)[:COUNTED])
    cache.set(key, ids, SECONDS)
    return ids
