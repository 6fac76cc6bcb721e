"""Two sessions stepped statement by statement, in an order drawn by lot.

Each waits before every statement until it is its turn. One that waits for a lock of the
other's is not ready for a while; then it is the other's turn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from threading import Condition, Thread
from typing import Any

from django.db import OperationalError, connection

from flattr.database import faults

BLOCKED_SECONDS = 0.03


@dataclass
class Schedule:
    """One order of the statements of some acts; what each of them gave or refused."""

    dice: random.Random
    order: list[int] = field(default_factory=list)
    repeated: int = 0
    _turn: int | None = None
    _ready: set[int] = field(default_factory=set)
    _done: dict[int, Any] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)

    @property
    def is_mixed(self) -> bool:
        """Whether none of them was done before another began."""
        return len(list(groupby(self.order))) > len(self._done)

    def run(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        threads = [
            Thread(target=self._play, args=(n, act)) for n, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        while len(self._done) < len(acts):
            self._step(len(acts))
        for thread in threads:
            thread.join()
        return [self._done[n] for n in range(len(acts))]

    def _step(self, many: int) -> None:
        """Let one of those that are ready go on."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._ready) + len(self._done) == many, BLOCKED_SECONDS
            )
            if not self._ready:
                return
            chosen = self.dice.choice(sorted(self._ready))
            self.order.append(chosen)
            self._ready.discard(chosen)
            self._turn = chosen
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._turn is None)

    def _play(self, n: int, act: Callable[[], Any]) -> None:
        def wait_and_execute(execute: Callable[..., Any], *arguments: Any) -> Any:
            self._wait(n)
            return execute(*arguments)

        try:
            with connection.execute_wrapper(wait_and_execute):
                gave = self._once_more_if_refused(act)
        except Exception as failure:
            gave = failure
        finally:
            connection.close()
        with self._changed:
            self._done[n] = gave
            self._changed.notify_all()

    def _once_more_if_refused(self, act: Callable[[], Any]) -> Any:
        """A deadlock is allowed where the next try comes through."""
        try:
            return act()
        except OperationalError as failure:
            if not faults.is_passing(failure):
                raise
            self.repeated += 1
            return act()

    def _wait(self, n: int) -> None:
        with self._changed:
            self._ready.add(n)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._turn == n)
            self._turn = None
            self._changed.notify_all()


def orders(dice: random.Random, many: int) -> Iterator[Schedule]:
    """So many schedules, and more until most of so many have mixed their acts: how the
    lots fall, and how busy the machine is, decides how soon."""
    drawn = mixed = 0
    while drawn < many or mixed <= many // 2:
        assert drawn < 4 * many + 100, "hardly any order is mixed"
        schedule = Schedule(dice)
        yield schedule
        drawn += 1
        mixed += schedule.is_mixed
