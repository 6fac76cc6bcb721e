"""The months behind a reader: what the budget was, and what was given of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from flattr import months

MANY = 12

# What a budget was is not told by the frozen rows alone: a month in which nothing was
# flattred has none.
BEHIND = """
    SELECT m.period,
           coalesce((SELECT a.amount FROM budget_amount a
                     WHERE a.reader_id = %(reader)s AND a.period <= m.period
                     ORDER BY a.period DESC LIMIT 1), 0),
           coalesce((SELECT sum(s.spent) FROM split s
                     WHERE s.reader_id = %(reader)s AND s.period = m.period), 0)::bigint,
           coalesce((SELECT sum(s.creators) FROM split s
                     WHERE s.reader_id = %(reader)s AND s.period = m.period), 0)::integer
    FROM unnest(%(periods)s) AS m (period)
    WHERE EXISTS (SELECT FROM close c WHERE c.period = m.period AND c.state = 'closed')
      AND NOT EXISTS (SELECT FROM close_problem p WHERE p.reader_id = %(reader)s
                      AND p.period = m.period AND p.closed_at IS NULL)
    ORDER BY m.period
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A closed month. Amounts are minor units; nothing is spent where nothing was
    flattred."""

    period: int
    budget: int
    spent: int
    creators: int

    @property
    def kept(self) -> int:
        """What of the budget stayed in the account."""
        return max(0, self.budget - self.spent)


def months_behind(reader: User, running: int, many: int = MANY) -> list[Behind]:
    """The closed ones of the `many` months before `running`, without those before the
    reader's first: one query."""
    periods = [months.shifted(running, -back) for back in range(many, 0, -1)]
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"reader": reader.pk, "periods": periods})
        rows = [Behind(*row) for row in cursor.fetchall()]
    while rows and not (rows[0].budget or rows[0].spent):
        rows.pop(0)
    return rows
