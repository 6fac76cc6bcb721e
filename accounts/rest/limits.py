"""How often the API may be called: a thousand times an hour, counted in the cache.

Calls are counted for the token, else for the app that sent its keys, else for the network
address. While the cache is away nothing is counted: this protects processors, not money.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from flattr.web.clients import client_ip, neighbourhood

if TYPE_CHECKING:  # it reads the settings that name this module
    from rest_framework.views import APIView

HOUR = 3600
# Until the hour is over, and a minute more.
KEPT_SECONDS = HOUR + 60


@dataclass(frozen=True, slots=True)
class Usage:
    """How many calls a caller has made in this hour; `reset` in unix seconds."""

    limit: int
    current: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.current)

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Current": str(min(self.current, self.limit)),
            "X-RateLimit-Reset": str(self.reset),
        }


def usage(request: Request) -> Usage:
    """The caller's usage, without counting this request."""
    hour = int(time.time()) // HOUR
    return Usage(
        limit=settings.API_CALLS_AN_HOUR,
        current=int(cache.get(key(request, hour)) or 0),
        reset=(hour + 1) * HOUR,
    )


def count(request: Request) -> Usage:
    """Count this request; return the caller's usage."""
    hour = int(time.time()) // HOUR
    here = key(request, hour)
    try:
        current = cache.incr(here)
    except ValueError:  # the first of the hour
        cache.add(here, 0, timeout=KEPT_SECONDS)
        current = _again(here)
    return Usage(settings.API_CALLS_AN_HOUR, current, (hour + 1) * HOUR)


def _again(here: str) -> int:
    try:
        return cache.incr(here)
    except ValueError:  # emptied in between
        return 1


def key(request: Request, hour: int) -> str:
    return f"api:{hour}:{bucket(request)}"


def bucket(request: Request) -> str:
    """For whom these calls are counted: the `bucket` of a token or an app, or an address."""
    shown: Any = request.auth
    if shown is not None:
        return str(shown.bucket)
    return f"ip:{neighbourhood(client_ip(request))}"


class Hourly(BaseThrottle):
    """Counts the call and reports the usage in four headers, on errors as well."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        now = count(request)
        view.headers.update(now.headers)
        return now.current <= now.limit

    def wait(self) -> None:
        """None: v2 has no Retry-After."""
