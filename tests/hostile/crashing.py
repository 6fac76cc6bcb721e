"""Crash at every point where a flow touches the world, and see what the next runs
make of it.

A point is before each SQL statement, each commit and each question to Stripe; after
one of them is before the next, since nothing outside is touched in between. `Crash`
is no `Exception`, so that nothing but the end of the process can be meant; the
connection is dropped with it. Every crash has a database of its own, a copy of one
that was made ready once.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from payouts.gateway import asking
from payouts.ledger import checks
from tests.clones import Clones
from tests.fixtures import point_at
from tests.world.stripes import Simulator


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Points:
    """Counts points, and crashes at one of them: from there on nothing is touched any
    more, whatever catches the crash on its way."""

    crash_at: int | None = None
    passed: list[str] = field(default_factory=list)

    def __call__(self, what: str) -> None:
        self.passed.append(what)
        if self.is_over:
            raise Crash(f"point {self.crash_at}: {what}")

    @property
    def is_over(self) -> bool:
        return self.crash_at is not None and len(self.passed) >= self.crash_at

    @contextlib.contextmanager
    def watching(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with monkeypatch.context() as patch:
            commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]
            patch.setattr(
                BaseDatabaseWrapper, "_commit", self._before("commit", commit)
            )
            patch.setattr(asking, "ask", self._before("Stripe", asking.ask))
            with connection.execute_wrapper(self._statement):
                yield

    def _statement(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        self(" ".join(str(sql).split())[:80])
        return execute(sql, params, many, context)

    def _before(self, what: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def point_and_act(*arguments: Any, **named: Any) -> Any:
            self(what)
            return act(*arguments, **named)

        return point_and_act


@dataclass
class Scene:
    """A flow, made ready once: `act` is what crashes and is run again, as a worker
    would; `restore` puts Stripe back to where it was when the scene was ready."""

    all_clones: Clones
    monkeypatch: pytest.MonkeyPatch
    ready: str
    act: Callable[[], Any]
    restore: Callable[[], None] = lambda: None
    seen: Callable[[], Any] = checks.digest

    def calm(self) -> tuple[list[str], Any]:
        """The points of a run in which nothing happens, and what is seen after it."""
        points = Points()
        with self._copy(), points.watching(self.monkeypatch):
            self.act()
            self.act()
        with self._copy():
            self.act()
            self.act()
            return points.passed, self.seen()

    def crash_at(self, number: int) -> Any:
        """Crash there, run twice more; what is seen then."""
        with self._copy():
            points = Points(number)
            try:
                with points.watching(self.monkeypatch):
                    self.act()
                    self.act()
            except BaseException:
                # A crash within a commit leaves Django with other words for it.
                if not points.is_over:
                    raise
            end_process()
            self.act()
            self.act()
            return self.seen()

    @contextlib.contextmanager
    def _copy(self) -> Iterator[None]:
        self.restore()
        connections.close_all()
        name = self.all_clones.clone(of=self.ready)
        point_at(name, self.monkeypatch)
        try:
            yield
        finally:
            connections.close_all()
            self.monkeypatch.setitem(connection.settings_dict, "NAME", self.ready)
            self.all_clones.drop(name)


def end_process() -> None:
    """Let go of the connection, with all that Django thinks of the transaction in it:
    a crash among savepoints leaves it believing that it is still inside."""
    connections.close_all()
    del connections[DEFAULT_DB_ALIAS]


def as_it_is(stripe: Simulator) -> Callable[[], None]:
    """What puts Stripe back to where it is now."""
    store = stripe.core.store
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with store.lock:
        store._open.backup(kept)

    def put_back() -> None:
        with store.lock:
            kept.backup(store._open)

    return put_back


SceneOf = Callable[..., Scene]
CrashEverywhere = Callable[..., Any]


def every_crash_is_mended(scene: Scene, most: int, seed: int) -> Any:
    """Crash at so many points, drawn by `seed`, or at all, and surely after the first
    commit, where half of an act would be left behind; what a calm run leaves.

    Fails with the point's number and name where what is seen afterwards differs from
    that.
    """
    points, expected = scene.calm()
    assert len(points) > 4, points
    numbers = range(1, len(points) + 1)
    drawn = random.Random(seed).sample(numbers, min(most, len(points)))
    half_done = [n + 1 for n in numbers if points[n - 1] == "commit"][:1]
    tried = sorted({*drawn, *half_done} & {*numbers})
    differing = [
        f"{number}: {points[number - 1]}"
        for number in tried
        if scene.crash_at(number) != expected
    ]
    assert not differing, differing
    return expected
