"""What the foot of every page says of the last close."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from payouts.models import Close

KEY = "last_close"
SECONDS = 60
NONE_YET: dict[str, Any] = {}


def last_close(_request: HttpRequest) -> dict[str, object]:
    """`last_close` with `period` and `closed_at`; false before the first close. Looked
    up when a page says it, at most once a minute."""
    return {"last_close": SimpleLazyObject(_find)}


def _find() -> dict[str, Any]:
    known: dict[str, Any] | None = cache.get(KEY)
    if known is not None:
        return known
    closes = Close.objects.filter(state="closed").order_by("-period")
    latest = closes.values("period", "closed_at").first()
    found = dict(latest) if latest else NONE_YET
    cache.set(KEY, found, SECONDS)
    return found
