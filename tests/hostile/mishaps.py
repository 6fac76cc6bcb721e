"""What a database does to those who use it: it ends their sessions, and asks for another
try where two were in each other's way.

Both are real: the session is ended by another one, and the refusal is raised by the
server inside the transaction. What lets go of a broken connection is what does it
between two requests or two jobs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, connection, connections
from psycopg2.extensions import connection as Session

from tests.hostile.crashing import Points, Scene

REFUSE = """
    DO $$ BEGIN RAISE EXCEPTION 'somebody else was quicker' USING ERRCODE = '{}'; END $$
"""
COLLISION, DEADLOCK = "40001", "40P01"


@dataclass
class Mishaps(Points):
    """`what` happens at a point by lot, and surely at the `surely`th of them."""

    dice: random.Random = field(default_factory=random.Random)
    chance: float = 0.1
    what: Callable[[], None] = lambda: None
    only: str = ""
    surely: int = 0
    seen: int = 0
    happened: int = 0

    def __call__(self, what: str) -> None:
        self.passed.append(what)
        if self.only not in {"", what} or connection.connection is None:
            return
        self.seen += 1
        if self.seen == self.surely or self.dice.random() < self.chance:
            self.happened += 1
            self.what()


def collide(code: str = COLLISION) -> None:
    """The server refuses what the session does, and wants it done again."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(REFUSE.format(code))


def ender(server: Session) -> Callable[[], None]:
    """What ends the session of Django's connection, by another one."""

    def end() -> None:
        pid = connection.connection.info.backend_pid
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])

    return end


def end_sessions(server: Session, database: str) -> int:
    """End everybody's session with a database but our own; how many there were."""
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = 'app'",
            [database],
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def troubled(scene: Scene, points: Points, rounds: int) -> Any:
    """Act so often while things happen, then twice in peace; what is seen then."""
    with scene._copy():
        with points.watching(scene.monkeypatch):
            for _ in range(rounds):
                attempt(scene.act)
        scene.act()
        scene.act()
        return scene.seen()


def attempt(act: Callable[[], Any]) -> bool:
    """Whether it came to its end; a broken connection is let go of, as between jobs."""
    try:
        act()
    except Error:
        return False
    finally:
        for one in connections.all(initialized_only=True):
            one.close_if_unusable_or_obsolete()
    return True
