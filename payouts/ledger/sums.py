"""What all accounts of each kind hold together."""

from __future__ import annotations

from django.db import connection

# Accounts that may not go below zero have their balance beside them; of the others,
# which are the platform's own and few, the entries are added up.
BY_KIND = """
    SELECT kind, sum(amount)::bigint FROM (
        SELECT a.kind, b.amount FROM ledger_balance b
        JOIN ledger_account a ON a.id = b.account_id
        WHERE a.currency = %(currency)s
        UNION ALL
        SELECT a.kind, e.amount FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id
        WHERE a.currency = %(currency)s
          AND NOT EXISTS (SELECT FROM ledger_balance b WHERE b.account_id = a.id)
    ) AS told
    GROUP BY kind
"""


def by_kind(currency: str) -> dict[str, int]:
    """The sum of each kind's accounts in minor units, credit positive; together zero."""
    with connection.cursor() as cursor:
        cursor.execute(BY_KIND, {"currency": currency})
        return dict(cursor.fetchall())
