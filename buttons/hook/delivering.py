"""Posting events to creators' addresses: claimed one at a time, never in a transaction.

An address is a stranger's, and looked at as such (`buttons.reading.connecting`); no
redirect is followed and no answer read beyond its status. What is not accepted is
posted again for three days, with the same id each time. One address is posted to by
one worker at a time, and rests for a minute after a failure, so that none holds up the
others.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.mail import outbox
from accounts.models.webhook import Hook, HookEvent, WhyOff
from buttons.hook import signatures
from buttons.reading import connecting
from buttons.reading.connecting import Resolve
from buttons.reading.not_fetched import NotFetched
from buttons.things.addresses import host_of
from flattr.database import clock

# Before each further try: three days in all.
WAITS = [
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 17, 23)),
]
MOST_TRIES = len(WAITS) + 1
# An address is left alone for so long while a worker posts there, whatever becomes of
# the worker; and after a failure.
CLAIM_LASTS = timedelta(seconds=30)
RESTS = timedelta(minutes=1)
# Without anything accepted since the first failure.
SILENT = timedelta(days=7)
KEPT = timedelta(days=30)
# A task of the queue `fetch` is ended after a minute.
STEP_SECONDS = 30.0
MOST_COURIERS = 4
GONE = 410

log = structlog.get_logger(__name__)


def couriers() -> int:
    """How many workers help with what is due: one for each address, four at most."""
    due = HookEvent.objects.due(timezone.now()).order_by()
    return due.values("hook").distinct()[:MOST_COURIERS].count()


def deliver_due(
    seconds: float = STEP_SECONDS, resolver: Resolve = connecting.resolve
) -> int:
    """Post what is due, for about so long; returns how many were accepted."""
    began, accepted = time.monotonic(), 0
    while time.monotonic() - began < seconds and (event := claim()) is not None:
        status, answer = post(event, resolver)
        accepted += store(event, status, answer)
    return accepted


@transaction.atomic
def claim() -> HookEvent | None:
    """The event that has waited longest, put off for others while it is posted; the
    delay is also the one before the next try."""
    now = timezone.now()
    event = (
        HookEvent.objects.due(now)
        .select_for_update(skip_locked=True, no_key=True, of=("self", "hook"))
        .select_related("hook")
        .order_by("due_at", "id")
        .first()
    )
    if event is None:
        return None
    left = WAITS[event.tries :]
    event.due_at = now + left[0] if left else None
    event.tries += 1
    event.tried_at = now
    event.save(update_fields=["due_at", "tries", "tried_at"])
    event.hook.rests_until = now + CLAIM_LASTS
    event.hook.save(update_fields=["rests_until"])
    return event


def body_of(event: HookEvent) -> bytes:
    said = {
        "type": event.type,
        "timestamp": event.happened_at.astimezone(UTC).isoformat(),
        "data": event.data,
    }
    return json.dumps(said, separators=(",", ":")).encode()


def post(event: HookEvent, resolver: Resolve) -> tuple[int, str]:
    """The status that was answered, 0 for none, and that or the reason in words."""
    body = body_of(event)
    secret = signatures.opened(event.hook.secret)
    headers = {
        "User-Agent": f"Flattr ({settings.SITE_URL})",
        "Content-Type": "application/json",
        **signatures.headers(secret, event.uid, int(time.time()), body),
    }
    deadline = time.monotonic() + connecting.SECONDS
    try:
        with connecting.asked(
            event.hook.url, deadline, resolver, headers, body
        ) as answer:
            return answer.status, str(answer.status)
    except NotFetched as failure:
        return 0, str(failure)[:300]


@transaction.atomic
def store(event: HookEvent, status: int, answer: str) -> bool:
    """Store what became of a try; whether it was accepted."""
    now = timezone.now()
    hook = Hook.objects.select_for_update(no_key=True).filter(pk=event.hook_id).first()
    if hook is None:
        return False
    this = HookEvent.objects.filter(pk=event.pk)
    hook.rests_until = now
    if accepted := 200 <= status < 300:
        this.update(delivered_at=now, due_at=None, answer=answer)
        hook.failing_since = None
    else:
        this.update(answer=answer)
        hook.rests_until += RESTS
        hook.failing_since = hook.failing_since or now
    hook.save(update_fields=["rests_until", "failing_since"])
    if status == GONE and hook.is_on and hook.url == event.hook.url:
        this.update(due_at=None)
        switch_off(hook, WhyOff.GONE, now)
    return accepted


def switch_off(hook: Hook, why: WhyOff, now: datetime) -> None:
    """Post nothing there any more, and write so to the creator. Call it with the hook
    locked."""
    hook.off_at, hook.why_off = now, why
    hook.save(update_fields=["off_at", "why_off"])
    log.info("hook_switched_off", why=why.value)
    outbox.write(
        f"hook_off:{hook.pk}:{now.timestamp():.0f}",
        "hook_off",
        hook.person,
        host=host_of(hook.url),
        is_gone=why == WhyOff.GONE,
    )


@transaction.atomic
def switch_off_silent() -> int:
    """Switch off what has accepted nothing for a week; how many there were."""
    now = timezone.now()
    silent = (
        Hook.objects.filter(off_at=None, failing_since__lte=now - SILENT)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("person")
        .order_by("pk")
    )
    for hook in (found := list(silent)):
        switch_off(hook, WhyOff.SILENT, now)
    return len(found)


def forget_old() -> int:
    """Delete events of a month ago, whatever became of them; how many there were."""
    old = HookEvent.objects.filter(happened_at__lt=clock.now() - KEPT)
    return old.delete()[0]
