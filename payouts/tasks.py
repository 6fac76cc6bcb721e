"""Doorbells for Celery. Beat wakes `tick` once a minute; it knows nothing else."""

from __future__ import annotations

import structlog
from celery import shared_task

from buttons import proofs, tasks
from payouts import due, events

log = structlog.get_logger(__name__)


@shared_task(name="payouts.tick")
def tick() -> None:
    for done in due.take_all():
        log.info("tick", done=done)
    if proofs.any_due():
        tasks.look.apply_async(expires=55)


@shared_task(name="payouts.act_on_events")
def act_on_events() -> None:
    if done := events.act():
        log.info("acted_on_events", done=done)
