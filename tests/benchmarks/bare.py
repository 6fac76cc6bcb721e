"""The bare write: a month's finished rows once more, without computing anything.

The very same rows that a close left (`TABLES`) are read from unlogged copies and
written into fresh tables with the same columns, defaults, checks, keys, indexes and
foreign keys, which are told by the catalogue. In bulk: into bare tables, then the
keys, indexes and foreign keys. Row by row: with all these there already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection

from flattr.database import roles
from tests.benchmarks import stage
from tests.benchmarks.measuring import Measure, measure

# Each: what it is called here, the table of the product, which of its rows. In the
# order in which foreign keys want them.
TABLES = {
    "reader_month": ("reader_month", "period = {p}"),
    "ledger_transaction": ("ledger_transaction_{p}", "true"),
    "ledger_entry": ("ledger_entry_{p}", "true"),
    "revenue_line": ("revenue_line_{p}", "true"),
    "split": ("split_{p}", "true"),
    "lot": ("lot", "period = {p}"),
}

CONSTRAINTS = """
    SELECT contype, pg_get_constraintdef(c.oid)
    FROM pg_constraint c LEFT JOIN pg_class r ON r.oid = c.confrelid
    WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'u', 'f')
      AND NOT coalesce(r.relispartition, false)
    ORDER BY c.contype = 'f', c.conname
"""
INDEXES = """
    SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = %s::regclass
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid
                      AND c.conrelid = i.indrelid)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """One table: how it is made, filled, and what comes after or before the rows."""

    name: str
    create: str
    fill: str
    keys: list[str]
    foreign_keys: list[str]


class BareWrite:
    """The rows of a closed month in the database that is connected to."""

    def __init__(self, period: int) -> None:
        with roles.as_owner(), connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA kept")
            for name, (table, rows) in TABLES.items():
                source = table.format(p=period)
                cursor.execute(
                    f"CREATE UNLOGGED TABLE kept.{name} AS"
                    f" SELECT * FROM {source} WHERE {rows.format(p=period)}"
                )
            self.plans = [
                plan(cursor, name, table.format(p=period))
                for name, (table, _) in TABLES.items()
            ]
            cursor.execute("VACUUM ANALYZE")

    def in_bulk(self) -> Measure:
        steps = [plan.create for plan in self.plans]
        for plan in self.plans:
            steps += [plan.fill, *plan.keys]
        for plan in self.plans:
            steps += plan.foreign_keys
        return self._run([], steps)

    def row_by_row(self) -> Measure:
        before = []
        for plan in self.plans:
            before += [plan.create, *plan.keys, *plan.foreign_keys]
        return self._run(before, [plan.fill for plan in self.plans])

    def drop(self) -> None:
        """What was written goes; the copies that it is read from stay."""
        with roles.as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS bare CASCADE")

    def _run(self, before: list[str], steps: list[str]) -> Measure:
        """Each statement is committed by itself, as the close's steps are."""
        self.drop()
        with roles.as_owner(), connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA bare")
            cursor.execute("SET jit = off")
            # What the close allows itself.
            cursor.execute("SET maintenance_work_mem = '128MB'")
            run_all(cursor, before)
            for plan in self.plans:
                cursor.execute(f"SELECT count(*) FROM kept.{plan.name}")
            stage.checkpoint()
            return measure(lambda: run_all(cursor, steps))


def plan(cursor: Any, name: str, source: str) -> Plan:
    cursor.execute(CONSTRAINTS, [source])
    keys: list[str] = []
    foreign_keys: list[str] = []
    for kind, definition in cursor.fetchall():
        statement = f"ALTER TABLE bare.{name} ADD {elsewhere(definition)}"
        (foreign_keys if kind == "f" else keys).append(statement)
    cursor.execute(INDEXES, [source])
    for (definition,) in cursor.fetchall():
        keys.append(re.sub(r"INDEX \S+ ON \S+", f"INDEX ON bare.{name}", definition))
    return Plan(
        name,
        f"CREATE TABLE bare.{name} (LIKE {source}"
        " INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"INSERT INTO bare.{name} SELECT * FROM kept.{name}",
        keys,
        foreign_keys,
    )


def elsewhere(definition: str) -> str:
    """A constraint whose foreign table is one of ours refers to our copy of it."""
    found = re.search(r"REFERENCES (\w+)\(", definition)
    if found and found[1] in TABLES:
        return definition.replace(
            f"REFERENCES {found[1]}(", f"REFERENCES bare.{found[1]}("
        )
    return definition


def run_all(cursor: Any, statements: list[str]) -> None:
    for statement in statements:
        cursor.execute(statement)
