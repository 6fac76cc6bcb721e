"""Doorbells for Celery. What is due stands in the database."""

from __future__ import annotations

import structlog
from celery import shared_task

from buttons.anywhere import reading_due, reading_queue
from buttons.checks import page_answers
from buttons.clicks import promising
from buttons.hook import delivering
from buttons.pictures import picture_making
from buttons.proofs import joint_checks, looking

log = structlog.get_logger(__name__)


def what_people_wait_for() -> int:
    """Do it before what nobody waits for; how much was done."""
    return page_answers.answer_due() + picture_making.make_files()


@shared_task(name="buttons.check_pages", time_limit=60)
def check_pages() -> None:
    if looked := looking.check_due(first=what_people_wait_for):
        # What was proved just now need not wait for the next minute.
        log.info("looked", pages=looked, kept=promising.keep_promises())
    if told := joint_checks.tell_done():
        log.info("told_of_joint_checks", people=told)


@shared_task(name="buttons.make_pictures", time_limit=60)
def make_pictures() -> None:
    if tried := picture_making.make_due(first=page_answers.answer_due):
        log.info("made_pictures", tried=tried)


@shared_task(name="buttons.read_pasted", time_limit=90)
def read_pasted() -> None:
    if done := reading_due.read_due(first=what_people_wait_for):
        log.info("read_pasted", addresses=done)
        # A long list need not wait for the next minute, but for what else is fetched.
        if reading_queue.any_due():
            reading_queue.wake()


@shared_task(name="buttons.deliver_events", time_limit=60)
def deliver_events() -> None:
    if accepted := delivering.deliver_due():
        log.info("delivered_events", accepted=accepted)
