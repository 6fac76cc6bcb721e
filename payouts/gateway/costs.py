"""What payments cost the operator, month by month, beside the fee that is set."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# Stripe's cost is one account of ours. Each of its entries is in the transaction that
# caused the cost, so the payment's own amount is found there too.
COSTS = """
    WITH cost AS (
        SELECT t.period, t.kind, -e.amount AS amount, coalesce(paid.amount, 0) AS paid
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id AND e.book = 0
        JOIN ledger_transaction t ON t.book = 0 AND t.id = e.transaction_id
        LEFT JOIN LATERAL (
            SELECT sum(m.amount) AS amount FROM ledger_entry m
            JOIN ledger_account of_reader ON of_reader.id = m.account_id
            WHERE m.book = 0 AND m.transaction_id = t.id AND of_reader.kind = 'means'
        ) AS paid ON t.kind = 'charge'
        WHERE a.kind = 'stripe_cost' AND a.currency = %(currency)s
          AND t.period > %(behind)s
    ), earned AS (
        SELECT period, fee AS amount FROM close WHERE period > %(behind)s
        UNION ALL
        SELECT t.period, e.amount
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id AND e.book = 0
        JOIN ledger_transaction t ON t.book = 0 AND t.id = e.transaction_id
        WHERE a.kind = 'fees' AND a.currency = %(currency)s
          AND t.period > %(behind)s AND t.kind <> 'close'
    )
    SELECT month.period,
           coalesce(sum(month.paid), 0)::bigint, coalesce(sum(month.charges), 0)::bigint,
           coalesce(sum(month.disputes), 0)::bigint, coalesce(sum(month.other), 0)::bigint,
           coalesce(sum(month.fee), 0)::bigint,
           (SELECT c.fee_percent FROM close c WHERE c.period = month.period)
    FROM (
        SELECT period, paid,
               CASE WHEN kind = 'charge' THEN amount END AS charges,
               CASE WHEN kind = 'dispute' THEN amount END AS disputes,
               CASE WHEN kind NOT IN ('charge', 'dispute') THEN amount END AS other,
               NULL::bigint AS fee
        FROM cost
        UNION ALL
        SELECT period, NULL, NULL, NULL, NULL, amount FROM earned
    ) AS month
    GROUP BY month.period ORDER BY month.period DESC
"""


@dataclass(frozen=True, slots=True)
class MonthsCost:
    """Amounts in minor units. `fee_percent` is the one that its close used; none before
    it."""

    period: int
    paid_in: int
    charges: int
    disputes: int
    other: int
    fee: int
    fee_percent: int | None

    @property
    def left(self) -> int:
        """What is left of the fee after Stripe's cost; negative if it does not cover
        that."""
        return self.fee - self.charges - self.disputes - self.other


def months_costs(currency: str, behind: int) -> list[MonthsCost]:
    """The months after `behind`, newest first: one query."""
    with connection.cursor() as cursor:
        cursor.execute(COSTS, {"currency": currency, "behind": behind})
        return [MonthsCost(*row) for row in cursor.fetchall()]
