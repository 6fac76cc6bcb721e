"""What was booked on a person's accounts, by month and kind: the sums of a year.

A booking belongs to the month that it names, as everywhere: the close of December, which
is posted in January, is December's. Closes are not read from the ledger line by line,
since a creator has an entry of each reader in it: a reader's splits and a creator's lots
say the same in a row a month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from accounts.models import User

FIRST_MONTH, LAST_MONTH = 1, 12

BOOKED = """
    SELECT t.period, a.kind, t.kind, sum(e.amount)::bigint, count(*)
    FROM ledger_account a
    JOIN ledger_entry e ON e.book = 0 AND e.account_id = a.id
    JOIN ledger_transaction t ON t.book = 0 AND t.id = e.transaction_id
    WHERE a.owner_id = %s AND a.currency = %s AND a.kind = ANY(%s)
      AND t.period <= %s AND t.kind <> 'close'
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
"""

TAKEN_BACK = """
    SELECT t.period, sum(r.amount)::bigint
    FROM traced r
    JOIN ledger_transaction t ON t.book = 0 AND t.reference = r.reference
    WHERE r.reader_id = %s AND r.kind <> 'means' AND t.period BETWEEN %s AND %s
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Booked:
    """What bookings of one kind moved on one account in a month; `many` are the lines."""

    period: int
    account: str
    kind: str
    amount: int
    many: int


def booked(person: User, accounts: Iterable[str], through: int) -> list[Booked]:
    """All that was booked on these accounts up to a month, without closes."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKED, (person.pk, settings.CURRENCY, list(accounts), through))
        return [Booked(*row) for row in cursor.fetchall()]


def taken_back(reader: User, year: int) -> dict[int, int]:
    """What refunds and disputes took, by month, of money that the reader had given
    already."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BACK, [reader.pk, first(year), last(year)])
        return dict(cursor.fetchall())


def total(
    rows: Iterable[Booked], holds: Callable[[Booked], bool] = lambda _one: True
) -> int:
    return sum(one.amount for one in rows if holds(one))


def first(year: int) -> int:
    """The first month of a year, and `last` its last, as YYYYMM."""
    return year * 100 + FIRST_MONTH


def last(year: int) -> int:
    return year * 100 + LAST_MONTH
