"""Doorbells for Celery. Beat wakes `tick` once a minute; it knows nothing else."""

from __future__ import annotations

import structlog
from celery import shared_task

from payouts import due

log = structlog.get_logger(__name__)


@shared_task(name="payouts.tick")
def tick() -> None:
    for done in due.take_all():
        log.info("tick", done=done)
