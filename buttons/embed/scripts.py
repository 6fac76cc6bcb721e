"""What other people's pages load from us: the scripts and the public count.

Nobody is known here: no cookie is read or set, and every cache may keep the answers.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache, lru_cache

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from buttons.embed import badges, name_badges
from buttons.legacy import frames, old_pages
from buttons.things import feeds
from buttons.things.counting import counts
from flattr.database import replica
from flattr.web import everybody

MOST_ADDRESSES = 50
COUNT_LASTS_SECONDS = 60
SCRIPT_LASTS_SECONDS = 24 * 3600

# Where what is for everybody stands, so that other pages need no second look.
OPEN = (
    *("/button", "/js/", "/view", "/flattr-badge", "/_img/"),
    *("/rest/0.", "/oauth/"),
)
# Feeds, and the badges with people's names.
FOR_READERS = (".atom", ".rss", "/things.json", "/flattrs.json", "/badge.svg")
# Pages that old links and buttons lead to, on whatever host.
LED_ON = (
    *("/submit/", "/thing/", "/@", "/profile/", "/user/", "/login", "/signin"),
    "/oauth/authorize",
)

Respond = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Respond) -> Respond:
    """Answer what is for everybody before the person is looked up: the middleware
    behind this would mend a broken cookie, and so set one. Lead people who came to
    another host of ours to the one where they are signed in."""

    def respond(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(OPEN) or path.endswith(FOR_READERS):
            found = _for_everybody(path)
            if found is not None:
                view, args, kwargs = found
                return view(request, *args, **kwargs)
        if path.startswith(LED_ON) and _is_elsewhere(request):
            return HttpResponseRedirect(settings.SITE_URL + request.get_full_path())
        return get_response(request)

    return respond


def readable_redirects(get_response: Respond) -> Respond:
    """Let scripts on other pages follow where they are led on, as from http to https:
    without this header a browser refuses to."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if 300 <= response.status_code < 400 and request.path_info.startswith(OPEN):
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return respond


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """button.js, zipped for all that take it so."""
    return _script(request, "button.js")


@require_safe
def loader(request: HttpRequest, version: str = "") -> HttpResponse:
    """load.js, for embeds of the first Flattr's."""
    return _script(request, "load.js")


@require_safe
@replica.public
def count(request: HttpRequest) -> HttpResponse:
    """How often each `url` was flattred, as a JSON object by the address as it was
    asked for; an address that cannot be read is left out. At most 50."""
    response = everybody.cached(request, lambda: _count(request))
    return everybody.answer(request, response, COUNT_LASTS_SECONDS)


def _count(request: HttpRequest) -> HttpResponse:
    asked = request.GET.getlist("url")
    if len(asked) <= MOST_ADDRESSES:
        return JsonResponse(counts(asked))
    refusal = {
        "error": "validation",
        "error_description": f"At most {MOST_ADDRESSES} addresses.",
    }
    return JsonResponse(refusal, status=400)


@cache
def served_script(name: str) -> tuple[bytes, bytes]:
    """A script without comments and indentation, as it is and as gzip; for a site
    that is served by http, on one machine, with that."""
    text = (settings.BASE_DIR / "static" / "buttons" / name).read_text()
    ours = [settings.SITE_HOST, *settings.OTHER_HOSTS, *settings.LEGACY_HOSTS]
    text = text.replace("OUR_HOSTS", " ".join(dict.fromkeys(ours)))
    if not settings.HTTPS:
        text = text.replace("`https://", "`http://")
    lines = (line.strip() for line in text.splitlines())
    served = "\n".join(line for line in lines if not line.startswith("//")).encode()
    return served, gzip.compress(served, 9, mtime=0)


def _script(request: HttpRequest, name: str) -> HttpResponse:
    plain, zipped = served_script(name)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        zipped if takes_gzip else plain, "text/javascript; charset=utf-8"
    )
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return everybody.answer(request, response, SCRIPT_LASTS_SECONDS)


@lru_cache(maxsize=1_000)
def _for_everybody(
    path: str,
) -> tuple[Callable[..., HttpResponse], tuple[str, ...], dict[str, str]] | None:
    """The view of a path with its arguments, if its answer is the same for everybody."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return (found.func, found.args, found.kwargs) if found.func in VIEWS else None


def _is_elsewhere(request: HttpRequest) -> bool:
    name = request.get_host().partition(":")[0]
    return name in settings.OTHER_HOSTS and request.method in {"GET", "HEAD"}


VIEWS = {
    *(script, loader, count, badges.badge, name_badges.badge, frames.frame),
    *(feeds.things, feeds.flattrs, old_pages.old_interface),
}
