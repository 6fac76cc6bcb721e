"""The pictures for readmes, mails and feeds, also where the first Flattr had its own."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from flattr.web import everybody

LASTS_SECONDS = 30 * 24 * 3600

BADGES = {
    "flattr-badge-large.png": "image/png",
    "flattr-badge-small.png": "image/png",
    "flattr-badge.svg": "image/svg+xml",
    "button-static-50x60.png": "image/png",
    "button-compact-static-100x17.png": "image/png",
}


@require_safe
def badge(request: HttpRequest, name: str) -> HttpResponse:
    return everybody.answer(
        request, HttpResponse(_picture(name), BADGES[name]), LASTS_SECONDS
    )


@cache
def _picture(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "buttons" / name).read_bytes()
