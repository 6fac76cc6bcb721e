"""Workers that stop or are killed in a close, and beats that were away for days."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from payouts.models import Close, Lot
from tests.hostile.processes.platform import Platform, eventually
from tests.hostile.processes.town import Town, assert_books, is_closed
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

# What `docker compose stop` gives a worker before it is killed.
GRACE_SECONDS = 30
# A minute is a second here; the rest is for machines with other work.
IN_TIME = 60


def a_month_is_over(seed: int) -> tuple[Town, int]:
    town = Town(seed=seed, readers=40, creators=8, books=Tracer())
    town.click_around()
    return town, town.month_is_over()


def test_a_worker_that_is_stopped_in_a_close(platform: Platform, seed: int) -> None:
    """S5: it ends within its grace, and the month is closed as if it had not."""
    town, over = a_month_is_over(seed)
    took: list[float] = []

    with platform.held_at("close_batch"):
        eventually(lambda: bool(platform.waiting_at("close_batch")), "nobody closes")
        stopping = [
            threading.Thread(
                target=lambda one=one: took.append(one.stop(GRACE_SECONDS))
            )
            for one in platform.workers
            if one.name in platform.waiting_at("close_batch")
        ]
        for thread in stopping:
            thread.start()
    for thread in stopping:
        thread.join()
    eventually(lambda: is_closed(over), "the month is not closed")

    assert len(took) == len(stopping) > 0, took
    assert max(took) < GRACE_SECONDS
    assert_books(town.books_of_closes([over]))


def test_a_worker_that_is_killed_in_a_close(platform: Platform, seed: int) -> None:
    """T2: no visibility timeout is waited for, the next tick or the one after does it."""
    town, over = a_month_is_over(seed)

    with platform.held_at("split"):
        eventually(lambda: bool(platform.waiting_at("split")), "nobody closes")
        for worker in platform.workers:
            worker.kill()
        eventually(lambda: all(one.is_ready() for one in platform.workers), "not back")
    seconds = eventually(lambda: is_closed(over), "the month is not closed")

    assert seconds < IN_TIME
    assert_books(town.books_of_closes([over]))


def test_beats_that_were_away_for_three_days(platform: Platform, seed: int) -> None:
    """S10: people go on clicking meanwhile, and nothing changes but the hour."""
    town = Town(seed=seed, readers=40, creators=8, books=Tracer())
    town.click_around()
    for beat in platform.beats:
        beat.end()
    eventually(platform.nothing_is_called, "workers are called without a beat")
    over = town.month_is_over(hours=72)
    town.click_around()
    for reader in town.reader_ids[:10]:
        town.pay(reader, 5_000)
    assert not Close.objects.exists()

    for beat in platform.beats:
        beat.start()
    eventually(lambda: is_closed(over), "the month is not closed")

    closed = Close.objects.get()
    assert closed.begun_at.day == 4
    assert {lot.matures_at - lot.counted_from for lot in Lot.objects.all()} == {
        timedelta(days=30)
    }
    assert_books(town.books_of_closes([over]))
