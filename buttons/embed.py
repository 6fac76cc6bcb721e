"""What other people's pages load from us: the script, the public count, the badges.

Nobody is known here: no cookie is read or set, and every cache may keep the answers.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from buttons.addresses import BadAddress, normalise
from buttons.models import Thing

MOST_ADDRESSES = 50
COUNT_LASTS_SECONDS = 60
SCRIPT_LASTS_SECONDS = 24 * 3600
BADGE_LASTS_SECONDS = 30 * 24 * 3600

BADGES = {
    "flattr-badge-large.png": "image/png",
    "flattr-badge-small.png": "image/png",
    "flattr-badge.svg": "image/svg+xml",
}


Respond = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Respond) -> Respond:
    """Answer what is for everybody before anybody is looked for: what stands behind
    this would mend a broken cookie, and so set one."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/button"):
            return get_response(request)
        try:
            view, args, kwargs = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        if view not in {script, count, badge}:
            return get_response(request)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return respond


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """button.js, zipped for all that take it so."""
    plain, zipped = served_script()
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        zipped if takes_gzip else plain, "text/javascript; charset=utf-8"
    )
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return _for_everybody(request, response, SCRIPT_LASTS_SECONDS)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How often each `url` was flattred, as a JSON object by the address as it was
    asked for; an address that cannot be read is left out. At most 50."""
    asked = request.GET.getlist("url")
    if len(asked) > MOST_ADDRESSES:
        refusal = {
            "error": "validation",
            "error_description": f"At most {MOST_ADDRESSES} addresses.",
        }
        response: HttpResponse = JsonResponse(refusal, status=400)
    else:
        response = JsonResponse(counts(asked))
    return _for_everybody(request, response, COUNT_LASTS_SECONDS)


@require_safe
def badge(request: HttpRequest, name: str) -> HttpResponse:
    """The picture for readmes, mails and feeds."""
    response = HttpResponse(_static(name), BADGES[name])
    return _for_everybody(request, response, BADGE_LASTS_SECONDS)


def counts(asked: list[str]) -> dict[str, int]:
    """The public counts by address as asked for: one query, of a counter."""
    addresses: dict[str, str] = {}
    for text in asked:
        try:
            addresses[text] = normalise(text)
        except BadAddress:
            continue
    things = Thing.objects.filter(url__in=set(addresses.values()))
    found = dict(things.values_list("url", "flattrs")) if addresses else {}
    return {text: found.get(address, 0) for text, address in addresses.items()}


@cache
def served_script() -> tuple[bytes, bytes]:
    """button.js without comments and indentation, as it is and as gzip."""
    lines = (line.strip() for line in _static("button.js").decode().splitlines())
    served = "\n".join(line for line in lines if not line.startswith("//")).encode()
    return served, gzip.compress(served, 9, mtime=0)


@cache
def _static(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "buttons" / name).read_bytes()


def _for_everybody(
    request: HttpRequest, response: HttpResponse, lasts_seconds: int
) -> HttpResponse:
    """The headers of what any page may load and any cache may keep."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    for name, value in {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": f"public, max-age={lasts_seconds}",
        "ETag": etag,
    }.items():
        response.headers[name] = value
    answered = get_conditional_response(request, etag=etag, response=response)
    assert answered is not None
    return answered
