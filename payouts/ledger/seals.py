"""Seals: each day's hash over what was posted, and over the seal before (L7).

A seal is a chain of SHA-256: `h = SHA256(h ‖ text)`, from nothing, over texts in UTF-8.
The first text is the line `seal|DAY|SEAL BEFORE|LAST ID|LAST BOOK`; then comes each
transaction by book and id, its line followed by those of its entries sorted by bytes:

    book|id|reference|kind|period|currency|occurred_at|posted_at|content|reverses
    account_kind|owner_id|currency|amount

Every line ends with a newline, times look like 2026-10-31T23:59:59.999999Z, and a
missing value is left empty. The database computes all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from payouts.ledger.models import Seal

# Before the first seal.
NO_ID, NO_BOOK = -(2**63), 0


def seal_day() -> Seal | None:
    """Seal the next day that is over. None when there is none, when another worker
    holds the lock, or when the ledger is too busy to be locked for a moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT ledger_seal_day()")
        day = cursor.fetchone()[0]
        return Seal.objects.get(day=day) if day else None


@dataclass(slots=True)
class Verdict:
    """The result of verifying seals: how many were computed again, and which days
    differ, in words."""

    seals: int = 0
    last: Seal | None = None
    broken: dict[str, str] = field(default_factory=dict)


def verify(since: date | None = None) -> Verdict:
    """Compute all seals again, or those from a day on. A day in which something was
    changed differs."""
    found = Verdict()
    for one, why in differences(since):
        found.seals += 1
        found.last = one
        if why:
            found.broken[f"{one.day}"] = why
    return found


def differences(since: date | None = None) -> Iterator[tuple[Seal, str]]:
    """Each seal, or each from a day on, with how it differs when computed again; empty
    if it does not."""
    before: Seal | None = None
    for one in Seal.objects.order_by("day"):
        if since is None or one.day >= since:
            yield one, _difference(before, one)
        before = one


def _difference(before: Seal | None, one: Seal) -> str:
    seal, transactions, entries = _again(before, one)
    if seal == one.seal:
        return ""
    if transactions != one.transactions:
        return (
            f"{one.transactions} transactions were sealed, and {transactions} are there"
        )
    if entries != one.entries:
        return f"{one.entries} entries were sealed, and {entries} are there"
    return "a transaction, an entry or the seal itself was changed"


def _again(before: Seal | None, one: Seal) -> tuple[str, int, int]:
    """What a day's seal would be if it were made now, with its number of transactions
    and entries."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT seal, transactions, entries FROM ledger_seal_of(%s, %s, %s, %s, %s, %s)",
            [
                one.day,
                before.seal if before else "",
                before.through_id if before else NO_ID,
                one.through_id,
                before.through_book if before else NO_BOOK,
                one.through_book,
            ],
        )
        seal, transactions, entries = cursor.fetchone()
    return seal, transactions, entries
