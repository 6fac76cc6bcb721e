"""Stripe's webhooks: verified, stored, answered at once.

A refused request leaves a line in the log and raises the day's counter, nothing else (H1).
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from flattr.database import waking
from payouts.events import applying
from payouts.gateway import history

LARGEST_BYTES = 256 * 1024
COUNTED_SECONDS = 2 * 24 * 3600

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def platform(request: HttpRequest) -> HttpResponse:
    """Events of our own account."""
    return _receive(request, settings.STRIPE_WEBHOOK_SECRETS, connected=False)


@csrf_exempt
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Events of creators' accounts."""
    return _receive(request, settings.STRIPE_CONNECT_WEBHOOK_SECRETS, connected=True)


def _receive(
    request: HttpRequest, secrets: Sequence[str], *, connected: bool
) -> HttpResponse:
    """204 once it is committed; 4xx and nothing stored for what Stripe did not send."""
    try:
        body = request.body
    except RequestDataTooBig:
        return _refuse("size", 413, connected=connected)
    if len(body) > LARGEST_BYTES:
        return _refuse("size", 413, connected=connected)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = history.read_event(body, signature, secrets, connected=connected)
    except history.ForgedEvent as forged:
        return _refuse(str(forged), 400, connected=connected)
    if applying.store(event):
        wake()
    return HttpResponse(status=204)


def _refuse(why: str, status: int, *, connected: bool) -> HttpResponse:
    key = f"events_refused:{timezone.now():%Y-%m-%d}"
    cache.add(key, 0, COUNTED_SECONDS)
    log.warning("event_refused", why=why, connected=connected, today=cache.incr(key))
    return HttpResponse(status=status)


def wake() -> None:
    """Have the event applied now."""
    waking.wake("payouts.act_on_events")
