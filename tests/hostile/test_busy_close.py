"""A month is closed while people read and click: they hardly notice, and what they
click is of the month that runs."""

from __future__ import annotations

import contextlib
import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from urllib.parse import quote, urlsplit

import pytest
from django.db import connections

from accounts.oauth import tokens
from buttons.models import Flattr, Thing
from flattr import months
from flattr.database import clock
from payouts.close import closing
from tests.benchmarks import months as making
from tests.world.people import open_budget, person

Item = TypeVar("Item")

READERS = 5_000
READS_A_SECOND, CLICKS_A_SECOND = 50, 5
SECONDS = 12
SLOWEST_MS = 300


@pytest.mark.hostile
def test_clicks_stay_quick_while_a_month_is_closed(server: str) -> None:
    """d.1.12"""
    period = making.make(READERS)
    alice = person("alice")
    open_budget(alice)
    token = tokens.make(alice, "a program", ["flattr"])
    things = list(Thing.objects.order_by("pk")[: SECONDS * CLICKS_A_SECOND])
    host = urlsplit(server).netloc
    closer = threading.Thread(target=apart, args=[lambda: closing.close_month(period)])
    readers = [
        threading.Thread(target=read, args=[host, things, READS_A_SECOND / 5])
        for _ in range(5)
    ]

    for thread in readers:
        thread.start()
    closer.start()
    took = click(host, things, token)
    for thread in [*readers, closer]:
        thread.join()

    assert closing.due() is None
    assert Flattr.objects.filter(reader=alice).count() == len(things)
    assert Flattr.objects.filter(reader=alice, period=clock.period()).count() == len(
        things
    )
    assert months.following(period) == clock.period()
    assert statistics.quantiles(took, n=20)[18] <= SLOWEST_MS, sorted(took)


def click(host: str, things: list[Thing], token: str) -> list[float]:
    """Flattr them at their pace; how long each took, in milliseconds."""
    took = []
    with contextlib.closing(http.client.HTTPConnection(host, timeout=20)) as web:
        for thing in paced(things, CLICKS_A_SECOND):
            began = time.perf_counter()
            web.request(
                "POST",
                "/rest/v2/flattr",
                json.dumps({"url": thing.url}),
                {"Authorization": f"Bearer {token}"},
            )
            answer = web.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
            took.append((time.perf_counter() - began) * 1_000)
    return took


def read(host: str, things: list[Thing], a_second: float) -> None:
    """The catalogue, a thing's page and its count, in turn."""
    pages = [
        path
        for thing in things
        for path in (
            "/discover",
            f"/thing/{thing.pk}",
            f"/button/count?url={quote(thing.url, safe='')}",
        )
    ]
    many = round(SECONDS * a_second)
    with contextlib.closing(http.client.HTTPConnection(host, timeout=20)) as web:
        for path in paced(pages[:many], a_second):
            web.request("GET", path)
            web.getresponse().read()


def paced(items: Iterable[Item], a_second: float) -> Iterator[Item]:
    """So many of them a second; after a wait those that became due at once."""
    began = time.perf_counter()
    for number, item in enumerate(items):
        time.sleep(max(0.0, began + number / a_second - time.perf_counter()))
        yield item


def apart(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connections.close_all()
