"""On which hosts somebody publishes who can be flattred: for the browser's extension.

A Bloom filter, the same file for everybody, made once a day. Whoever looks a host up in
it tells nobody which; one host in a hundred seems to be in it and is not. Hosts that
many people share are left out: that one of them is here says nothing of the page.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from buttons.models import Proof, Thing
from buttons.proofs.hosts import is_shared
from flattr.database import replica
from flattr.web import everybody

LASTS_SECONDS = 24 * 3600
# One in a hundred is wrong: bits for each host, and places for each.
BITS = 10
HASHES = 7
LEAST_BITS = 1024


@require_safe
@replica.public
def known_hosts(request: HttpRequest) -> HttpResponse:
    key = f"known_hosts:{timezone.now():%Y-%m-%d}"
    made = cache.get_or_set(key, lambda: filter_of(_hosts()), LASTS_SECONDS)
    response = JsonResponse({"hashes": HASHES, "filter": made})
    return everybody.answer(request, response, LASTS_SECONDS)


def _hosts() -> list[str]:
    pages = Thing.objects.listed().filter(proved_at__isnull=False)
    whole = Proof.objects.standing().filter(
        thing=None, person__is_active=True, person__suspended_at=None
    )
    found = set(pages.values_list("host", flat=True).distinct())
    found.update(whole.values_list("host", flat=True))
    return [host for host in found if not is_shared(host)]


def filter_of(hosts: Sequence[str]) -> str:
    """The filter's bits, in Base64."""
    size = max(LEAST_BITS, 8 * math.ceil(len(hosts) * BITS / 8))
    bits = bytearray(size // 8)
    for host in hosts:
        for place in places(host, size):
            bits[place >> 3] |= 1 << (place & 7)
    return base64.b64encode(bits).decode()


def places(host: str, size: int) -> list[int]:
    """Where a host's bits are: seven steps of one length, both from its SHA-256."""
    digest = hashlib.sha256(host.encode()).digest()
    first, step = (int.from_bytes(digest[at : at + 8]) for at in (0, 8))
    return [(first + n * step) % size for n in range(HASHES)]
