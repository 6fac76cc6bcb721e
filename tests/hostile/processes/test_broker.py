"""The broker goes, forgets everything, or gives a task to two: no money notices."""

from __future__ import annotations

import time

import pytest
from django.db.models import QuerySet

from flattr.celery import app
from local.servers import processes
from payouts.models import Close, EventWork, Payment, Split
from tests.hostile.processes.platform import Platform, eventually, surely
from tests.hostile.processes.town import Town, assert_books, is_closed, is_sealed
from tests.hostility import Budget
from tests.world.cards import begin_to_pay
from tests.world.people import person
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

PAYMENTS = 100
# What a tick has to itself before the next one comes is a minute; this much of it is
# enough.
OF_A_MINUTE = 30


def test_payments_wait_for_a_broker_that_is_away(
    platform: Platform, budget: Budget
) -> None:
    """T4: every one is credited within three ticks of its return."""
    town = Town(seed=1, readers=1, creators=1, books=Tracer())
    town.platform = platform
    readers = [person(f"payer-{n}") for n in range(10)]
    sessions = [
        str(begin_to_pay(readers[n % 10], 1_000 + n).session_id)
        for n in range(PAYMENTS)
    ]

    waiting = [platform.web, *platform.beats]
    lives = [part.starts for part in waiting]
    platform.lose_valkey()
    try:
        gone = time.monotonic()
        for session in sessions:
            platform.stripe.complete(session)
        eventually(lambda: len(heard()) >= PAYMENTS, "Stripe's words were not taken")
        time.sleep(max(0, gone + budget(5, 60) - time.monotonic()))
        # A worker that was at work just then ends and is started again: what it was at
        # goes on from where it was. The others wait.
        assert [part.starts for part in waiting] == lives, "a part gave up"
        for beat in platform.beats:
            beat.end()
    finally:
        platform.valkey_is_back()

    ticks = 0
    while not all_are_paid():
        ticks += 1
        assert ticks <= 3, "payments were lost"
        wake(platform, "payouts.tick", "money")
        processes.wait_until(lambda: surely(all_are_paid), seconds=OF_A_MINUTE)
    town.books_of_cards()
    assert_books(town.books_of_closes([]))


def heard() -> QuerySet[EventWork]:
    return EventWork.objects.filter(event__kind="payment_intent.succeeded")


def all_are_paid() -> bool:
    paid = Payment.objects.exclude(paid_at=None).count() == PAYMENTS
    return paid and not EventWork.objects.filter(done_at=None).exists()


def test_a_broker_that_forgets_everything_in_a_close(
    platform: Platform, seed: int
) -> None:
    """S5, T2: the worker is killed as well, so that nobody has the task any more."""
    town = Town(seed=seed, readers=40, creators=8, books=Tracer())
    town.click_around()
    over = town.month_is_over()

    with platform.held_at("close_batch"):
        eventually(lambda: bool(platform.waiting_at("close_batch")), "nobody closes")
        for worker in platform.workers:
            worker.kill()
        platform.flush()
    eventually(lambda: is_closed(over), "the month is not closed")

    assert_books(town.books_of_closes([over]))


def test_a_task_that_two_workers_have_splits_once(
    platform: Platform, seed: int
) -> None:
    """T1: what takes longer than the visibility timeout is given to another worker."""
    # Of one process each, so that whoever has it cannot take it again.
    slow = [
        platform.worker(f"slow-{n}", "slow", processes=1, VISIBILITY="4")
        for n in (1, 2)
    ]
    for part in (*platform.beats, *platform.workers):
        part.end()
    # Each worker looks for forgotten tasks as it starts, and keeps all others from it
    # meanwhile: for five minutes where it was killed just then.
    platform.flush()
    town = Town(seed=seed, readers=40, creators=8, books=Tracer())
    town.click_around()
    over = town.month_is_over()
    for worker in slow:
        worker.start()
    try:
        eventually(lambda: all(one.is_ready() for one in slow), "no worker is ready")
        with platform.held_at("close_batch"):
            task = wake(platform, "payouts.close_months", "slow")
            eventually(
                lambda: all(f"[{task}] received" in one.words() for one in slow),
                "only one worker got it",
            )
        eventually(lambda: is_sealed(over), "the month is not closed")
        eventually(
            lambda: all(f"[{task}] succeeded" in one.words() for one in slow),
            "one of the two did not end well",
        )
    finally:
        for worker in slow:
            worker.end()

    assert_books(town.books_of_closes([over]))
    assert Split.objects.count() == len(town.books.shares)
    assert Close.objects.count() == 1


def wake(platform: Platform, name: str, queue: str) -> str:
    """Call a worker as beat does, or the tick; the task's id."""
    with app.connection(platform.valkey.url()) as broker:
        return str(app.send_task(name, queue=queue, connection=broker).id)
