"""Answers that are the same for everybody: any page may load them, any cache store them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

MOST_KEPT = 2_000
LONGEST_QUERY = 4_000
# By path and query: until when, in seconds of this process, and what.
_kept: dict[tuple[str, str], tuple[float, bytes, str]] = {}

UNFRAMED = "default-src 'none'; frame-ancestors 'none'"


def answer(
    request: HttpRequest,
    response: HttpResponse,
    lasts_seconds: int,
    policy: str = UNFRAMED,
) -> HttpResponse:
    """The response with the headers that say so, or 304 if the browser has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    for name, value in {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": policy,
        "Cache-Control": f"public, max-age={lasts_seconds}",
        "ETag": etag,
    }.items():
        response.headers[name] = value
    answered = get_conditional_response(request, etag=etag, response=response)
    assert answered is not None
    return answered


def cached(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What `make` answers, the same for a second, in each process by itself: a page
    that everybody reads asks the database once a second. Whoever wants it fresh, as
    button.js does after a click, says so as browsers do.
    """
    key = (request.path, request.META.get("QUERY_STRING", ""))
    now = time.monotonic()
    until, content, content_type = _kept.get(key, (0.0, b"", ""))
    if now < until and not wants_fresh(request):
        return HttpResponse(content, content_type=content_type)
    response = make()
    if response.status_code == 200 and len(key[1]) <= LONGEST_QUERY:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        until = now + settings.KEPT_SECONDS
        _kept[key] = (until, response.content, response.headers["Content-Type"])
    return response


def wants_fresh(request: HttpRequest) -> bool:
    """`fetch` with `cache: "no-cache"`, and a page that is loaded anew."""
    asked = request.headers.get("Cache-Control", "")
    return "no-cache" in asked or "max-age=0" in asked
