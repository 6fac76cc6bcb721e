"""Cards are drawn when they are first asked for, one at a time, and kept for a while.

Their addresses name what they show, so whoever asks for another gets led to the one
that is right: nobody can have drawn what we did not think of.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from flattr.sharing.cards import Card
from flattr.web import everybody

# So many cards are kept at most, of 250 kB at most, each in a place that its address
# decides: however many are asked for, the cache does not grow.
PLACES = 300
# Here and elsewhere as long as a picture: what was taken down is gone a day later.
LASTS_SECONDS = 24 * 60 * 60
MISSING_SECONDS = 300

# Whoever finds another card being drawn waits a moment, and then comes again.
LOCK = "card-is-drawn"
LOCK_SECONDS = 10
WAITS, WAIT_SECONDS = 10, 0.05
COME_AGAIN_SECONDS = 2


def answer(
    request: HttpRequest,
    asked: str,
    digest: str,
    card: Callable[[], Card],
    address: str,
) -> HttpResponse:
    """The card with that digest. `asked` is the digest in the address; if it is another,
    because the name or the picture has changed since, we lead on to `address`."""
    if asked != digest:
        led = HttpResponseRedirect(address)
        led.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return led
    png = _kept(digest) or _drawn(digest, card)
    if png is None:
        busy = _said(_("Many cards are being drawn. Please try again."), 503)
        busy.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
        busy.headers["Cache-Control"] = "no-store"
        busy.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return busy
    drawn = HttpResponse(png, content_type="image/png")
    return everybody.answer(request, drawn, LASTS_SECONDS)


def missing(request: HttpRequest) -> HttpResponse:
    """For whoever has no card, or none any more."""
    return everybody.answer(request, _said(_("No such card."), 404), MISSING_SECONDS)


def _said(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", "text/plain; charset=utf-8", status)


def _drawn(digest: str, card: Callable[[], Card]) -> bytes | None:
    """The card, drawn now or by somebody else meanwhile; None while others draw."""
    for _wait in range(WAITS):
        if cache.add(LOCK, digest, LOCK_SECONDS):
            try:
                png = card().draw()
                cache.set(_place(digest), (digest, png), LASTS_SECONDS)
            finally:
                cache.delete(LOCK)
            return png
        time.sleep(WAIT_SECONDS)
        if meanwhile := _kept(digest):
            return meanwhile
    return None


def _kept(digest: str) -> bytes | None:
    in_place: tuple[str, bytes] | None = cache.get(_place(digest))
    if in_place is None or in_place[0] != digest:
        return None
    return in_place[1]


def _place(digest: str) -> str:
    return f"card:{int(digest, 16) % PLACES}"
