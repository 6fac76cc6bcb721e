"""Whose turn it is, where several workers come at once.

What must not happen twice is kept by keys and locked rows. This only saves the work of
doing it twice, or the wait for whoever does it. A turn ends with the transaction, so
that a pool of connections may stand between, and whoever crashes lets go.
"""

from __future__ import annotations

from django.db import connection


def lock(what: str, *, waits: bool = False) -> bool:
    """Take the advisory lock of that name until the transaction ends, and say whether
    it was free. With `waits` it waits for whoever holds it, and is always true."""
    assert connection.in_atomic_block, what
    function = "pg_advisory_xact_lock" if waits else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [what])
        (answer,) = cursor.fetchone()
    return answer is not False
