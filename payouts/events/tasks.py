"""The task that a webhook starts."""

from __future__ import annotations

import structlog
from celery import shared_task

from payouts.events import applying

log = structlog.get_logger(__name__)


@shared_task(name="payouts.act_on_events")
def act_on_events() -> None:
    if done := applying.act():
        log.info("acted_on_events", done=done)
