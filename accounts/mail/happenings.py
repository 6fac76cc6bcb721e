"""Events for creators' programs: written as rows, posted later (`buttons.hook`).

An event is written by `outbox` beside the mail and the notice, whether the mail is
switched off or not, for whoever has an address for it. What it says is made by a
function that stands in `EVENTS` of its app's `letters.py` under the kind of the mail.
It never says who gave.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.mail import letter
from accounts.models import User
from accounts.models.webhook import Happening, new_uid
from flattr.database import clock


@dataclass(frozen=True, slots=True)
class Event:
    """`data` is JSON: ids and whole numbers of minor units, months as YYYY-MM."""

    type: Happening
    data: Mapping[str, Any]


Make = Callable[..., Event | None]

# Whose hook goes meanwhile gets none, which fails nothing: the lock lets the hook be
# changed, and not be deleted.
STORE = """
    INSERT INTO hook_event (hook_id, key, uid, type, data, happened_at, due_at, tries, answer)
    SELECT h.id, e.key, e.uid, e.type, e.data, %(happened)s, %(due)s, 0, ''
    FROM jsonb_to_recordset(%(events)s)
        AS e (person bigint, key text, uid text, type text, data jsonb)
    JOIN hook h ON h.person_id = e.person AND h.off_at IS NULL AND e.type = ANY (h.types)
    ORDER BY h.id
    FOR KEY SHARE OF h
    ON CONFLICT (hook_id, key) DO NOTHING
"""


@cache
def kinds() -> dict[str, Make]:
    """What is told of every kind of mail, of all apps."""
    return letter.collected("EVENTS")


def store(kind: str, told: Iterable[tuple[str, User, Mapping[str, Any]]]) -> None:
    """Store an event for each of these that its person wants to be told of: key,
    person and facts, as the mail has them. Again with the same key does nothing."""
    make = kinds().get(kind)
    if make is None:
        return
    named = inspect.signature(make).parameters
    events = []
    for key, person, facts in told:
        event = make(**{name: fact for name, fact in facts.items() if name in named})
        if event is not None:
            events.append(
                {
                    "person": person.pk,
                    "key": key,
                    "uid": new_uid(),
                    "type": event.type,
                    "data": event.data,
                }
            )
    if not events:
        return
    values: dict[str, str | datetime] = {
        "events": json.dumps(events),
        "happened": clock.now(),
        "due": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
