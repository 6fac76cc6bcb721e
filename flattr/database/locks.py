"""Advisory locks, for work that only one worker should do at a time.

Unique keys and row locks already prevent that anything happens twice. These locks only
save the work of trying, or the wait for the worker that is doing it. A lock ends with
its transaction, so it works through a pool of connections, and a worker that crashes
releases it.
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
