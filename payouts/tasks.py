"""Doorbells for Celery. Beat wakes `tick` once a minute; it knows nothing else.

The tick takes no step itself: it calls one worker for each lane of steps, of the queue
that it belongs to, so that none waits for another, and neither does the next minute.
Whatever is called twice, late or not at all does no harm: what is due stands in the
database, in rows that are claimed.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import Task, shared_task

from accounts.mail import outbox
from accounts.tasks import send_mails
from buttons.anywhere import reading_due
from buttons.checks import page_checks
from buttons.hook import delivering
from buttons.pictures import picture_making
from buttons.proofs import joint_checks, queueing
from buttons.tasks import check_pages, deliver_events, make_pictures, read_pasted
from payouts.events.tasks import act_on_events
from payouts.operations import due, lanes

__all__ = ["act_on_events", "close_months", "run_lane", "tick"]

log = structlog.get_logger(__name__)

# So many workers at most share the batches of one close.
MOST_CLOSERS = 4
# Longer than the clocks of two machines may differ: who is ahead would drop a call as
# too old. And so short that little has piled up when workers come back.
CALL_LIVES_SECONDS = 900


@shared_task(name="payouts.tick")
def tick() -> None:
    call(close_months)
    for lane in lanes.LANES:
        call(run_lane, lane)
    for _ in range(outbox.senders()):
        call(send_mails)
    if queueing.any_due() or page_checks.any_due() or joint_checks.any_done():
        call(check_pages)
    if picture_making.any_due():
        call(make_pictures)
    if reading_due.any_due():
        call(read_pasted)
    for _ in range(delivering.couriers()):
        call(deliver_events)


def call(task: Task[Any, Any], *words: object) -> None:
    """Call a worker. A broker that is away is not waited for: the next minute calls
    again."""
    task.apply_async(args=words, expires=CALL_LIVES_SECONDS, retry=False)


@shared_task(name="payouts.run_lane")
def run_lane(lane: str) -> None:
    """Run the steps of one lane in order; none where there is no such lane."""
    for step in lanes.LANES.get(lane, []):
        if done := lanes.run(step):
            log.info("tick", done=done)


@shared_task(name="payouts.close_months")
def close_months(calls: bool = True) -> None:
    """Close what is over, or share the work of whoever is at it."""

    def call_others(batches: int) -> None:
        for _ in range(min(batches, MOST_CLOSERS) - 1 if calls else 0):
            call(close_months, False)

    def close() -> str:
        return due.close_months(call_others)

    if done := lanes.run(close):
        log.info("tick", done=done)
