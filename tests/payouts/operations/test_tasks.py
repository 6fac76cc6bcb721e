"""What the minute calls workers for, and how several of them share what is due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import Task
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Outbox
from accounts.tasks import send_mails
from buttons.tasks import check_pages, deliver_events, make_pictures, read_pasted
from flattr.celery import app
from flattr.database import locks
from payouts import tasks
from payouts.close import closing
from payouts.models import Close
from payouts.operations import due, lanes
from tests.world.crowd import World, agree
from tests.world.people import execute, person

SMALL_BATCHES = 25


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[object, ...]]]:
    """Whom a task called, instead of the broker."""
    calls: list[tuple[str, tuple[object, ...]]] = []

    def note(task: Task[Any, Any], *words: object) -> None:
        calls.append((str(task.name), words))

    monkeypatch.setattr(tasks, "call", note)
    return calls


def begin_close(period: int) -> None:
    """In small batches, so that a month of some hundred readers has many."""
    execute(
        "SELECT close_begin(%s, %s, %s, %s, %s)",
        period,
        settings.POLICY,
        settings.FEE_PERCENT,
        settings.CURRENCY,
        SMALL_BATCHES,
    )


# --- Whom the minute calls


@pytest.mark.django_db
def test_the_minute_calls_a_worker_for_each_lane(
    called: list[tuple[str, tuple[object, ...]]],
) -> None:
    """T50: the tick itself takes no step, so that none waits for another."""
    tasks.tick()

    assert called == [
        ("payouts.close_months", ()),
        *(("payouts.run_lane", (lane,)) for lane in lanes.LANES),
    ], "no mail and no page is due"


def test_every_step_is_in_one_lane() -> None:
    in_lanes = [step for lane in lanes.LANES.values() for step in lane]

    assert len(in_lanes) == len(set(in_lanes))
    assert {due.close_months, due.send_mails, *in_lanes} == set(lanes.STEPS)
    for lane in lanes.LANES.values():
        assert [step for step in lanes.STEPS if step in lane] == lane


@pytest.mark.django_db
def test_many_mails_call_many_workers(
    called: list[tuple[str, tuple[object, ...]]],
) -> None:
    bob, now = person("bob"), timezone.now()
    Outbox.objects.bulk_create(
        Outbox(key=str(n), template="revenue", person=bob, facts={}, due_at=now)
        for n in range(401)
    )

    tasks.tick()

    assert [name for name, _ in called].count("accounts.send_mails") == 3


FETCHING = {check_pages, make_pictures, deliver_events, read_pasted}


def test_each_task_has_its_queue_and_its_time() -> None:
    """Promises, settings: 15 minutes for money, one elsewhere, one and a half for what
    asks several hosts."""
    queues = {
        name: app.amqp.router.route({}, name)["queue"].name
        for name in app.tasks
        if not name.startswith("celery.")
    }
    limits = {task.name: task.time_limit for task in {*FETCHING, send_mails}}

    assert queues == {
        "payouts.tick": "money",
        "payouts.run_lane": "money",
        "payouts.close_months": "money",
        "payouts.act_on_events": "money",
        "accounts.send_mails": "mail",
        "buttons.check_pages": "fetch",
        "buttons.make_pictures": "fetch",
        "buttons.deliver_events": "fetch",
        "buttons.read_pasted": "fetch",
    }
    assert limits == {**dict.fromkeys(limits, 60), "buttons.read_pasted": 90}
    assert app.conf.task_time_limit == 900
    assert app.conf.task_acks_late
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.broker_transport_options["visibility_timeout"] >= 10 * 900


@pytest.mark.django_db
def test_a_made_up_call_changes_nothing() -> None:
    """A task that is called with odd arguments does only what is due (T43)."""
    tasks.run_lane("drop_everything")
    tasks.run_lane("run_all")


# --- How a close is shared


@pytest.mark.usefixtures("own_database")
def test_workers_share_the_batches_of_a_close() -> None:
    """S5: while one is at a batch the other fills those that are left, and leaves; the
    first goes on to the end."""
    world = World(seed=11)
    world.click_around()
    month = world.month_passes()
    begin_close(month)
    first = closing.batches(month)[0]
    is_at_it, is_over = threading.Event(), threading.Event()

    def slow() -> str:
        with transaction.atomic():
            assert locks.lock(f"close:{month}:fill:{first[0]}")
            closing.fill(month, *first[:2])
            is_at_it.set()
            is_over.wait(20)
        told = due.close_months()
        connection.close()
        return told

    with ThreadPoolExecutor(1) as other:
        going = other.submit(slow)
        assert is_at_it.wait(20)
        assert due.close_months() == ""
        done = [is_done for _, _, is_done in closing.batches(month)]
        assert len(done) > 4
        assert done == [False] + [True] * (len(done) - 1)
        assert Close.objects.get().state == "closing"
        is_over.set()
        assert going.result().startswith("closed")

    world.books.closes(month)
    agree(world.books)
    assert Close.objects.get().digest == world.books.digest(month)


@pytest.mark.usefixtures("own_database")
def test_whoever_begins_a_close_calls_others(
    called: list[tuple[str, tuple[object, ...]]],
) -> None:
    world = World(seed=12, readers=120)
    world.click_around()
    month = world.month_passes()
    begin_close(month)

    tasks.close_months()

    assert called == [("payouts.close_months", (False,))] * (tasks.MOST_CLOSERS - 1)
    assert Close.objects.get(period=month).digest
    world.books.closes(month)
    agree(world.books)


@pytest.mark.usefixtures("own_database")
def test_workers_that_come_at_once_fill_it_once() -> None:
    """S1, S5: by the door that workers use, again and again until it is done."""
    world = World(seed=13)
    world.click_around()
    month = world.month_passes()
    begin_close(month)

    def work() -> None:
        while not Close.objects.filter(period=month).exclude(digest="").exists():
            due.close_months()

    everybody(work)

    world.books.closes(month)
    agree(world.books)
    assert Close.objects.get().digest == world.books.digest(month)


def everybody(act: Callable[[], object]) -> None:
    """Four workers who act at the same moment."""
    start = threading.Barrier(4)

    def work(_: int) -> None:
        try:
            start.wait(20)
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
