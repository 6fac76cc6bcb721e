"""Doorbells for Celery. What is due stands in the database."""

from __future__ import annotations

import structlog
from celery import shared_task

from buttons.checks import page_answers
from buttons.clicks import promising
from buttons.proofs import looking

log = structlog.get_logger(__name__)


@shared_task(name="buttons.check_pages", time_limit=60)
def check_pages() -> None:
    if looked := looking.check_due(first=page_answers.answer_due):
        # What was proved just now need not wait for the next minute.
        log.info("looked", pages=looked, kept=promising.keep_promises())
