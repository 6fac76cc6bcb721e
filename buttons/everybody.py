"""Answers that are the same for everybody: any page may load them, any cache keep them."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

UNFRAMED = "default-src 'none'; frame-ancestors 'none'"


def answer(
    request: HttpRequest,
    response: HttpResponse,
    lasts_seconds: int,
    policy: str = UNFRAMED,
) -> HttpResponse:
    """The response with the headers that say so, or 304 for who has it already."""
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
