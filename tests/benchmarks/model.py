"""A closed month computed again in plain Python, from flattrs, budgets and payments.

The arithmetic is the bookkeeper's of the tests, which shares no code with the close.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from flattr import months
from flattr.database import roles
from payouts.ledger import checks
from payouts.models import Close
from tests.world.bookkeeper import slices

FLATTRS = """
    SELECT reader_id, creator_id, thing_id FROM flattr
    WHERE period = %s AND reader_id %% %s = 0 ORDER BY reader_id, creator_id, thing_id
"""
# What was paid in until the month's end, less what earlier months spent.
FACTS = """
    SELECT a.owner_id,
           (SELECT ba.amount FROM budget_amount ba
            WHERE ba.reader_id = a.owner_id AND ba.period <= %(p)s
            ORDER BY ba.period DESC LIMIT 1),
           (SELECT sum(e.amount)::bigint FROM ledger_entry e
            WHERE e.account_id = a.id AND e.book < %(p)s)
    FROM ledger_account a WHERE a.kind = 'means' AND a.owner_id %% %(every)s = 0
    ORDER BY a.owner_id
"""
ENTRIES = """
    SELECT (e.transaction_id - (%(p)s::bigint << 40)) AS reader_id,
           a.kind, a.owner_id, e.amount
    FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
    WHERE e.book = %(p)s AND (e.transaction_id - (%(p)s::bigint << 40)) %% %(every)s = 0
    ORDER BY 1
"""
LINES = """
    SELECT reader_id, creator_id, thing_id, amount FROM revenue_line
    WHERE period = %s AND reader_id %% %s = 0 ORDER BY reader_id
"""


class Differs(Exception):
    """What was closed is not what follows from the month."""


def verify(period: int, *, every: int = 1) -> int:
    """Compute each `every`-th reader's month again and compare entries and statement
    lines to the cent; look at the totals of all and at the ledger's promises. How many
    readers were computed; refused with `Differs`."""
    computed = 0
    with roles.as_owner():
        expected = dict(months_of(period, every))
        booked = group(rows(ENTRIES, {"p": period, "every": every}))
        lines = group(rows(LINES, [period, every]))
        for reader, (entries, things) in expected.items():
            found = {(kind, owner): amount for kind, owner, amount in booked[reader]}
            said = {thing: amount for _, thing, amount in lines[reader]}
            if (found, said) != (entries, things):
                raise Differs(
                    f"reader {reader}: {found} {said}, not {entries} {things}"
                )
            computed += 1
        if booked.keys() - expected.keys() or lines.keys() - expected.keys():
            raise Differs("somebody was split who gave nothing")
        verify_totals(period)
        if broken := {name: wrong for name, wrong in checks.check().items() if wrong}:
            raise Differs(str(broken))
    return computed


def months_of(
    period: int, every: int
) -> Iterator[tuple[int, tuple[dict[tuple[str, int | None], int], dict[int, int]]]]:
    """Of each reader who gave: the entries by account, and the amounts by thing."""
    facts = {
        reader: min(budget, means)
        for reader, budget, means in rows(FACTS, {"p": period, "every": every})
    }
    for reader, clicked in group(rows(FLATTRS, [period, every])).items():
        spent = facts[reader]
        fee = (spent * settings.FEE_PERCENT + 50) // 100
        entries: dict[tuple[str, int | None], int] = {("means", reader): -spent}
        if fee:
            entries["fees", None] = fee
        things = slices(settings.POLICY, reader, period, spent - fee, clicked)
        for creator, thing in clicked:
            if things[thing]:
                key = "pending", creator
                entries[key] = entries.get(key, 0) + things[thing]
        if spent:
            yield reader, (entries, things)


def verify_totals(period: int) -> None:
    """What the close says of itself is what its entries, lines and splits sum up to."""
    closed = Close.objects.get(period=period)
    spent, lots, lines, flattrs, shares, readers = rows(
        "SELECT (SELECT sum(spent) FROM split WHERE period = %(p)s),"
        " (SELECT sum(amount) FROM lot WHERE period = %(p)s),"
        " (SELECT sum(amount) FROM revenue_line WHERE period = %(p)s),"
        " (SELECT count(*) FROM flattr WHERE period = %(p)s),"
        " (SELECT count(*) FROM ledger_entry WHERE book = %(p)s AND amount > 0),"
        " (SELECT count(*) FROM ledger_transaction WHERE book = %(p)s)",
        {"p": period},
    )[0]
    fees = closed.readers if closed.fee else 0
    pot = closed.spent - closed.fee
    told = closed.spent, pot, pot, closed.flattrs, closed.shares, closed.readers
    if told != (spent, lots, lines, flattrs, shares - fees, readers):
        raise Differs(f"the totals of {months.show(period)}: {told}")


def rows(query: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def group(found: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by what stands first in them, the rest of each in their order."""
    groups = itertools.groupby(found, key=lambda row: row[0])
    return {key: [row[1:] for row in part] for key, part in groups}
