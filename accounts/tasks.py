"""Celery's tasks. The database says what is due."""

from __future__ import annotations

import structlog
from celery import shared_task

from accounts.mail import outbox

log = structlog.get_logger(__name__)


@shared_task(name="accounts.send_mails", time_limit=60)
def send_mails() -> None:
    if sent := outbox.send_due():
        log.info("sent_mails", sent=sent)
