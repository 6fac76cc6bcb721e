"""The ledger seen from outside: its digest, and whether it adds up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

from django.db import connection, transaction
from psycopg2 import sql

from flattr import months
from payouts.ledger.models import Seal

LINES = """
    SELECT t.reference || '|' || a.kind || '|' || coalesce(a.owner_id::text, '') || '|'
           || e.currency || '|' || e.amount AS line
    FROM ledger_entry e
    JOIN ledger_transaction t ON t.book = e.book AND t.id = e.transaction_id
    JOIN ledger_account a ON a.id = e.account_id
"""

# The text is hashed as it is: it never holds such a separator or quote.
IN_ORDER = """
    COPY (SELECT line FROM ({lines}) AS told ORDER BY line COLLATE "C")
    TO STDOUT (FORMAT csv, DELIMITER E'\\x1f', QUOTE E'\\x1e')
"""


def digest(period: int | None = None) -> str:
    """SHA-256, in hex, of the lines `reference|account_kind|owner_id|currency|amount`,
    each ended by a newline, sorted by bytes; of one month's close, or of all."""
    lines = LINES
    values: list[int | str] = []
    if period is not None:
        lines += " WHERE t.book IN (0, %s) AND starts_with(t.reference, %s)"
        values = [period, f"close:{months.show(period)}:"]
    told = hashlib.sha256()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        # Hashed row by row as it arrives, so that memory use does not grow with the
        # ledger.
        with connection.wrap_database_errors:
            cursor.copy_expert(
                cursor.mogrify(IN_ORDER.format(lines=lines), values),
                SimpleNamespace(write=told.update),
            )
    return told.hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """One promise that is checked. `wrong` is the sentence that an operator reads when
    it is broken, `means` what that says about the money. `query` finds the places in
    the whole ledger; `lately`, where that is another query, in what `NEW_TRANSACTIONS`
    and `NEW_ENTRIES` give."""

    wrong: str
    means: str
    promise: str
    query: str
    lately: str = ""

    @property
    def says(self) -> str:
        return f"{self.wrong} ({self.promise})"


NEW_TRANSACTIONS = """(
    SELECT * FROM ledger_transaction WHERE book = 0 AND id > %(after_id)s
    UNION ALL SELECT * FROM ledger_transaction WHERE book > %(after_book)s)"""
NEW_ENTRIES = """(
    SELECT * FROM ledger_entry WHERE book = 0 AND transaction_id > %(after_id)s
    UNION ALL SELECT * FROM ledger_entry WHERE book > %(after_book)s)"""
# How many places a check names.
MOST = 10
WRONG = sql.SQL("SELECT {number}, wrong::text FROM ({query} LIMIT {most}) AS c (wrong)")
# An account as an operator names it, such as `means of person 12` or `fees`.
ACCOUNT = "a.kind || coalesce(' of person ' || a.owner_id, '')"

CHECKS = [
    Check(
        "A transaction does not add up to zero, or has fewer than two entries",
        "Money came from nowhere or went nowhere: entries were changed or deleted in the"
        " database.",
        "L1",
        "SELECT t.reference FROM {transactions} t LEFT JOIN ("
        " SELECT book, transaction_id, count(*) AS n, sum(amount) AS s FROM {entries} e"
        " GROUP BY book, transaction_id) e ON e.book = t.book AND e.transaction_id = t.id"
        " WHERE e.n IS NULL OR e.n < 2 OR e.s <> 0",
    ),
    Check(
        "The entries of a currency do not add up to zero",
        "Taken together, more or less money was booked than there is.",
        "L1",
        "SELECT currency FROM {entries} e GROUP BY currency HAVING sum(amount) <> 0",
    ),
    Check(
        "An entry has another currency than its transaction or its account",
        "Amounts of two currencies were mixed, or the transaction or account of the entry"
        " is gone.",
        "L2",
        "SELECT 'entry ' || e.id || ' of ' || coalesce(t.reference, 'no transaction')"
        " FROM {entries} e"
        " LEFT JOIN {transactions} t ON t.book = e.book AND t.id = e.transaction_id"
        " LEFT JOIN ledger_account a ON a.id = e.account_id"
        " WHERE e.currency IS DISTINCT FROM t.currency"
        " OR e.currency IS DISTINCT FROM a.currency",
    ),
    Check(
        "An account's balance is not the sum of its entries",
        "The balance or an entry was changed without the other, so pages and payouts may"
        " use a wrong amount.",
        "L4",
        "SELECT {account} FROM ledger_balance b"
        " JOIN ledger_account a ON a.id = b.account_id"
        " LEFT JOIN (SELECT account_id, sum(amount) AS s FROM ledger_entry"
        " GROUP BY account_id) e ON e.account_id = b.account_id"
        " WHERE b.amount <> coalesce(e.s, 0)",
        "SELECT {account} FROM ledger_balance b"
        " JOIN ledger_account a ON a.id = b.account_id"
        " JOIN (SELECT account_id, sum(amount) AS s FROM ledger_entry"
        " WHERE account_id IN (SELECT account_id FROM {entries} e)"
        " GROUP BY account_id) e ON e.account_id = b.account_id"
        " WHERE b.amount <> e.s",
    ),
    Check(
        "An account that may not be below zero is, or has no balance",
        "Somebody could spend or be paid money that they do not have.",
        "L5",
        "SELECT {account} FROM ledger_account a"
        " LEFT JOIN ledger_balance b ON b.account_id = a.id"
        " WHERE a.kind IN ('means', 'pending', 'revenue', 'transit')"
        " AND (b.account_id IS NULL OR b.amount < 0)",
    ),
    Check(
        "A reference was used by two transactions",
        "The same payment, payout or share was booked twice.",
        "L6",
        "SELECT reference FROM ledger_transaction GROUP BY reference HAVING count(*) > 1",
        "SELECT t.reference FROM {transactions} t JOIN ledger_transaction o"
        " ON o.reference = t.reference AND (o.book, o.id) <> (t.book, t.id)",
    ),
    Check(
        "A table of the ledger lacks a trigger that guards it",
        "Rows could be changed or deleted there without anybody noticing at once.",
        "L3",
        "SELECT c.relname || ' lacks ' || g.guard FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " CROSS JOIN LATERAL (VALUES"
        "  (CASE WHEN c.relname LIKE 'ledger_entry%' THEN 'ledger_entry_stays'"
        "   ELSE 'ledger_transaction_stays' END), ('ledger_is_not_emptied'),"
        "  (CASE WHEN c.relname LIKE 'ledger_entry%' THEN 'ledger_entry_is_posted'"
        "   ELSE 'ledger_transaction_is_stamped' END),"
        "  (CASE WHEN c.relname LIKE 'ledger_entry%' THEN 'ledger_entry_is_stamped'"
        "   ELSE 'ledger_reversal_is_bounded' END),"
        "  (CASE WHEN c.relname LIKE 'ledger_entry%' THEN 'ledger_entry_is_balanced'"
        "   ELSE 'ledger_transaction_is_balanced' END)) AS g (guard)"
        " WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM close"
        "  WHERE state = 'closing' AND c.relname LIKE '%\\_' || period)"
        " AND (c.relname IN ('ledger_entry', 'ledger_transaction')"
        "  OR c.relname ~ '^ledger_(entry|transaction)_[0-9]+$')"
        " AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid"
        "  AND t.tgname = g.guard AND t.tgenabled = 'A')"
        " UNION ALL SELECT g.relname || ' lacks ' || g.guard FROM (VALUES"
        "  ('ledger_account', 'ledger_account_stays'),"
        "  ('ledger_account', 'ledger_account_is_stamped'),"
        "  ('ledger_account', 'ledger_is_not_emptied'),"
        "  ('ledger_seal', 'ledger_seal_stays'),"
        "  ('ledger_seal', 'ledger_is_not_emptied')) AS g (relname, guard)"
        " WHERE NOT EXISTS (SELECT FROM pg_trigger t"
        "  WHERE t.tgrelid = to_regclass('public.' || g.relname)"
        "  AND t.tgname = g.guard AND t.tgenabled = 'A')",
    ),
    Check(
        "A table of splits lacks a trigger that guards it",
        "What a reader's month was split into could be changed there.",
        "L3",
        "SELECT c.relname || ' lacks ' || g.guard FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " CROSS JOIN (VALUES ('split_stays'), ('split_is_not_emptied')) AS g (guard)"
        " WHERE c.relkind IN ('r', 'p') AND c.relname ~ '^split(_[0-9]+)?$'"
        " AND NOT EXISTS (SELECT FROM close"
        "  WHERE state = 'closing' AND c.relname = 'split_' || period)"
        " AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid"
        "  AND t.tgname = g.guard AND t.tgenabled = 'A')",
    ),
    Check(
        "Invoices less credit notes are not the fees that they are about",
        "An invoice, a credit note or a fee was changed in the database: creators were"
        " told another sum than was kept.",
        "W5",
        "SELECT invoices_difference()::text || ' cents' WHERE invoices_difference() <> 0",
    ),
    Check(
        "The numbers of invoices leave one out",
        "An invoice was deleted or changed in the database. The law asks for numbers that"
        " leave none out.",
        "W6",
        "SELECT 'invoices of ' || year FROM invoice_series s"
        " FULL JOIN (SELECT year, count(*) AS many, max(number) AS last FROM invoice"
        "  GROUP BY year) AS i USING (year)"
        " WHERE s.last IS DISTINCT FROM coalesce(i.last, 0) OR i.many <> i.last",
    ),
    Check(
        "The application's role owns a table, or may change the ledger",
        "A fault of the application, or a break-in, could rewrite what was booked. Only"
        " the owner's role may have these rights.",
        "L3",
        "SELECT c.relname::text FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " WHERE c.relkind IN ('r', 'p') AND (pg_get_userbyid(c.relowner) = 'app'"
        " OR (c.relname ~ '^(ledger_|split|audit$|revenue_line|reader_month$|invoice)'"
        "  AND (has_table_privilege('app', c.oid, 'UPDATE')"
        "   OR has_table_privilege('app', c.oid, 'DELETE')"
        "   OR has_table_privilege('app', c.oid, 'TRUNCATE'))))",
    ),
]


def check(since: Seal | None = None) -> dict[str, list[str]]:
    """What each check says when it fails, with up to `MOST` places; all empty when the
    ledger adds up.

    With a seal it checks only what was posted after it, and the accounts this touches.
    Everything is seen at one moment, but the list of tables is a moment older: a month
    that becomes visible in between is in the balances and not yet in the entries. So a
    check that fails is made again.
    """
    found = _run(since)
    return _run(since) if any(found.values()) else found


def _run(since: Seal | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {one.says: [] for one in CHECKS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'")
        cursor.execute(
            sql.SQL(" UNION ALL ").join(
                WRONG.format(
                    number=sql.Literal(n),
                    query=sql.SQL(query),
                    most=sql.Literal(MOST),
                )
                for n, query in enumerate(_queries(since))
            ),
            {"after_id": since.through_id, "after_book": since.through_book}
            if since
            else None,
        )
        names = list(found)
        for number, wrong in cursor.fetchall():
            found[names[number]].append(wrong)
    return found


def _queries(since: Seal | None) -> Iterator[str]:
    """The query of each check, for the whole ledger or for what is new."""
    for one in CHECKS:
        if since is None:
            yield one.query.format(
                transactions="ledger_transaction",
                entries="ledger_entry",
                account=ACCOUNT,
            )
        else:
            # The only parameters in these queries are those two.
            yield (
                (one.lately or one.query)
                .replace("%", "%%")
                .format(
                    transactions=NEW_TRANSACTIONS, entries=NEW_ENTRIES, account=ACCOUNT
                )
            )
