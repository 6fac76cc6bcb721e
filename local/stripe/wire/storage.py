"""Everything that the simulator knows, in one SQLite file or in memory.

An object is stored as Stripe would answer it (`body`), beside what only the simulator
knows of it (`hidden`: a card's number, say). Several threads share one connection;
whoever works holds the store's lock for a whole transaction.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from local.stripe.wire.errors import Resource

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    hidden TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS object_in_order ON object (kind, account, number);
CREATE TABLE IF NOT EXISTS due (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    deed TEXT NOT NULL,
    account TEXT NOT NULL,
    id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS due_in_order ON due (at, number);
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    UNIQUE (event, endpoint)
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at) WHERE due_at > 0;
CREATE TABLE IF NOT EXISTS answer (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# A condition: a path into the body (`$.customer`) or into what is hidden
# (`hidden.payout`), an operator, a value.
Condition = tuple[str, str, object]


class Store:
    def __init__(self, path: str = ":memory:") -> None:
        self.lock = threading.RLock()
        self._open = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None
        )
        self._open.execute("PRAGMA journal_mode = WAL")
        # What is written survives the process; only the machine's end may tear it.
        self._open.execute("PRAGMA synchronous = OFF")
        self._open.executescript(SCHEMA)
        self._depth = 0

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, for one thread at a time; inner ones join the outer."""
        with self.lock:
            if self._depth == 0:
                self._open.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._end("ROLLBACK")
                raise
            self._end("COMMIT")

    def _end(self, how: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._open.execute(how)

    def close(self) -> None:
        with self.lock:
            self._open.close()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.lock:
            return self._open.execute(query, values).fetchall()

    # --- Objects

    def insert(self, body: Resource, account: str, **hidden: object) -> None:
        self.ask(
            "INSERT INTO object (id, kind, account, created, body, hidden)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(body["id"], body["object"], account, body.get("created", 0)),
            *(json.dumps(body), json.dumps(hidden)),
        )

    def update(self, body: Resource) -> None:
        self.ask(
            "UPDATE object SET body = ? WHERE id = ?", json.dumps(body), body["id"]
        )

    def find(self, stripe_id: str, account: str | None = None) -> Resource | None:
        """The object with that id; with `account`, only if it is that account's."""
        rows = self.ask(
            "SELECT body FROM object WHERE id = ? AND (? IS NULL OR account = ?)",
            *(stripe_id, account, account),
        )
        return json.loads(rows[0][0]) if rows else None

    def owner(self, stripe_id: str) -> str:
        """The account whose object it is; the empty text is the platform."""
        rows = self.ask("SELECT account FROM object WHERE id = ?", stripe_id)
        return str(rows[0][0]) if rows else ""

    def hidden(self, stripe_id: str) -> Resource:
        rows = self.ask("SELECT hidden FROM object WHERE id = ?", stripe_id)
        facts: Resource = json.loads(rows[0][0]) if rows else {}
        return facts

    def hide(self, stripe_id: str, **facts: object) -> None:
        """Remember more of an object than its answer shows."""
        hidden = json.dumps(self.hidden(stripe_id) | facts)
        self.ask("UPDATE object SET hidden = ? WHERE id = ?", hidden, stripe_id)

    def select(
        self,
        kind: str,
        account: str | None,
        conditions: Sequence[Condition] = (),
        *,
        newest_first: bool = True,
        limit: int = -1,
    ) -> list[Resource]:
        """The objects of a kind in the order in which they were made."""
        where = ["kind = ?", "(? IS NULL OR account = ?)"]
        values: list[object] = [kind, account, account]
        for path, operator, value in conditions:
            where.append(f"{column(path)} {operator} ?")
            values.append(value)
        order = "DESC" if newest_first else "ASC"
        rows = self.ask(
            f"SELECT body FROM object WHERE {' AND '.join(where)}"  # noqa: S608
            f" ORDER BY number {order} LIMIT ?",
            *values,
            limit,
        )
        return [json.loads(body) for (body,) in rows]

    def number(self, stripe_id: str) -> int | None:
        rows = self.ask("SELECT number FROM object WHERE id = ?", stripe_id)
        return int(rows[0][0]) if rows else None

    # --- What will happen by itself

    def schedule(self, at: int, deed: str, account: str, stripe_id: str) -> None:
        self.ask(
            "INSERT INTO due (at, deed, account, id) VALUES (?, ?, ?, ?)",
            *(at, deed, account, stripe_id),
        )

    def take_due(self, at: int, deed: str | None = None) -> list[tuple[str, str, str]]:
        """(deed, account, id) of everything due by then, which is forgotten here."""
        rows = self.ask(
            "SELECT number, deed, account, id FROM due"
            " WHERE at <= ? AND (? IS NULL OR deed = ?) ORDER BY at, number",
            *(at, deed, deed),
        )
        for number, *_ in rows:
            self.ask("DELETE FROM due WHERE number = ?", number)
        return [(name, account, stripe_id) for _, name, account, stripe_id in rows]

    # --- Facts

    def fact(self, name: str, default: str = "") -> str:
        rows = self.ask("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else default

    def note(self, name: str, value: object) -> None:
        self.ask("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, str(value))


def column(path: str) -> str:
    """What a condition looks at, in SQL; paths are this package's own.

    >>> column("created"), column("$.customer"), column("hidden.payout")
    ('created', "json_extract(body, '$.customer')", "json_extract(hidden, '$.payout')")
    """
    if path in {"number", "created"}:
        return path
    if path.startswith("hidden."):
        return f"json_extract(hidden, '$.{path.removeprefix('hidden.')}')"
    return f"json_extract(body, '{path}')"
