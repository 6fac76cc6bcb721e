"""What creators' programs are told of promises that wait for them.

At night, as all that creators are told of flattrs, and once a month for a thing: the
event says no time, and never who.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from accounts.mail import happenings
from accounts.models import User
from accounts.models.webhook import Happening
from flattr import months

# Things that name a creator who wants to know, were promised something in the month of
# last night or in this one, and are not proved; and how many readers wait in all.
WAITING = """
    SELECT h.person_id, t.id, t.url, max(p.period), count(DISTINCT p.reader_id)
    FROM hook h
    JOIN thing t ON t.owner_id = h.person_id
        AND t.proved_at IS NULL AND t.suspended_at IS NULL
    JOIN promise p ON p.thing_id = t.id
    WHERE h.off_at IS NULL AND %(type)s = ANY (h.types)
    GROUP BY h.person_id, t.id
    HAVING max(p.period) = ANY (%(periods)s)
    ORDER BY t.id
"""


def tell(now: datetime) -> None:
    """Write the events of a night; again is a no-op."""
    periods = {months.period_of(now - timedelta(days=1)), months.period_of(now)}
    with connection.cursor() as cursor:
        cursor.execute(
            WAITING, {"type": Happening.PROMISE_WAITING, "periods": list(periods)}
        )
        rows = cursor.fetchall()
    people = User.objects.in_bulk({row[0] for row in rows})
    happenings.store(
        "promise_waiting",
        [
            (
                f"promise_waiting:{thing}:{months.show(period)}",
                people[person],
                {"thing": thing, "url": url, "waiting": waiting},
            )
            for person, thing, url, period, waiting in rows
        ],
    )
