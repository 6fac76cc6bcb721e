"""`Idempotency-Key`: the same question gets the same answer for a day."""

from __future__ import annotations

import hashlib
import threading

from local.stripe.wire.errors import Refused
from local.stripe.wire.world import DAY, World

KEPT_SECONDS = DAY


class Keys:
    """Which keys are being worked on, and the answers that were given under others."""

    def __init__(self) -> None:
        self._working: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def begin(self, account: str, key: str) -> None:
        with self._lock:
            if (account, key) in self._working:
                raise Refused(
                    "There is currently another in-progress request using this "
                    "Idempotent Key (that probably means you submitted twice, and the "
                    f"other request is still going through): {key}. Please try again "
                    "later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                    began=False,
                )
            self._working.add((account, key))

    def end(self, account: str, key: str) -> None:
        with self._lock:
            self._working.discard((account, key))


def fingerprint(method: str, path: str, body: str) -> str:
    return hashlib.sha256(f"{method} {path}\n{body}".encode()).hexdigest()


def earlier(world: World, key: str, asked: str) -> tuple[int, str] | None:
    """Status and body given before; a key used for another question is refused."""
    rows = world.store.ask(
        "SELECT fingerprint, status, body FROM answer WHERE account = ? AND key = ?"
        " AND answered_at > ?",
        *(world.account, key, world.now() - KEPT_SECONDS),
    )
    if not rows:
        return None
    known, status, body = rows[0]
    if known != asked:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters "
            f"they were first used with. Try using a key other than '{key}' if you "
            "meant to execute a different request.",
            kind="idempotency_error",
            began=False,
        )
    return int(status), str(body)


def store(world: World, key: str, asked: str, status: int, body: str) -> None:
    world.store.ask(
        "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
        *(world.account, key, asked, status, body, world.now()),
    )


def prune(world: World, *, spared_seconds: int = KEPT_SECONDS) -> None:
    """Forget answers older than a day, as Stripe may, or than so many seconds."""
    limit = world.now() - spared_seconds
    world.store.ask("DELETE FROM answer WHERE answered_at <= ?", limit)
