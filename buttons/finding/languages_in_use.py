"""The languages that things here are in."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count

from buttons.models import FoundThing
from buttons.things.languages import LANGUAGES

MOST = 5
# Counted once in a while, not for each visitor.
SECONDS = 600
KEY = "languages_in_use"


def languages_in_use() -> list[str]:
    """The most used, at most five; one query every ten minutes."""
    kept: list[str] | None = cache.get(KEY)
    if kept is not None:
        return kept
    used = FoundThing.objects.values("language").annotate(number=Count("*"))
    ordered = used.order_by("-number", "language").values_list("language", flat=True)
    known = dict(LANGUAGES)
    found = [one for one in ordered[: MOST * 2] if one in known][:MOST]
    cache.set(KEY, found, SECONDS)
    return found
