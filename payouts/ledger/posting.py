"""The one door to the ledger; calling it again does nothing.

Every posting carries a reference made of facts (`charge:PI`, `payout:12:reserve`). The
same reference with the same content does nothing and returns the first transaction;
with other content it is refused with `Contradiction`. The close is the only other
writer; it writes many rows at once (`payouts/close/sql/`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from payouts.ledger.models import Account, Transaction


class Place(NamedTuple):
    """An account named by what it is: its kind and, for personal kinds, its owner."""

    kind: str
    owner_id: int | None = None


class Contradiction(Exception):
    """This reference was posted before, with other amounts."""


def content_of(
    amounts: Mapping[Place, int], currency: str, reverses: int | None
) -> str:
    lines = sorted(
        f"{place.kind}|{place.owner_id or ''}|{currency}|{amount}"
        for place, amount in amounts.items()
        if amount
    )
    told = "\n".join([*lines, f"reverses|{reverses or ''}"])
    return hashlib.sha256(told.encode()).hexdigest()


def post(
    reference: str,
    amounts: Mapping[Place, int],
    *,
    occurred_at: datetime | None = None,
    reverses: int | None = None,
) -> Transaction:
    """Move money between accounts; return the transaction, this or the first one.

    `amounts` are signed minor units of the platform's currency, credit positive,
    and sum to zero; zeros are left out. Atomic by itself, and part of the caller's
    transaction when there is one. Month and times are the database's.
    """
    assert sum(amounts.values()) == 0, amounts
    assert sum(1 for amount in amounts.values() if amount) >= 2, amounts
    currency = settings.CURRENCY
    content = content_of(amounts, currency, reverses)
    with transaction.atomic():
        first = _insert(reference, currency, content, occurred_at, reverses)
        if first is None:
            return _same(reference, content)
        accounts = accounts_of(list(amounts), currency)
        lines = sorted(
            (accounts[place], amount) for place, amount in amounts.items() if amount
        )
        with connection.cursor() as cursor:
            # Always in the order of the accounts, so that two postings cannot deadlock.
            cursor.execute(
                "INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)"
                " SELECT 0, %s, account_id, %s, amount"
                " FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY"
                " AS line (account_id, amount, n) ORDER BY n",
                [first, currency, *map(list, zip(*lines, strict=True))],
            )
    return Transaction.objects.get(book=0, id=first)


def _insert(
    reference: str,
    currency: str,
    content: str,
    occurred_at: datetime | None,
    reverses: int | None,
) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transaction (book, reference, kind, period, currency,"
            " occurred_at, posted_at, xid, content, reverses)"
            " SELECT 0, %s, %s, m.period, %s, coalesce(%s, m.moment), m.moment,"
            " pg_current_xact_id(), %s, %s FROM flattr_moment() m"
            " ON CONFLICT (book, reference) DO NOTHING RETURNING id",
            [
                reference,
                reference.split(":", maxsplit=1)[0],
                currency,
                occurred_at,
                content,
                reverses,
            ],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _same(reference: str, content: str) -> Transaction:
    found = Transaction.objects.get(book=0, reference=reference)
    if found.content != content:
        raise Contradiction(reference)
    return found


def accounts_of(places: list[Place], currency: str) -> dict[Place, int]:
    """The ids of these accounts; those that do not exist yet are opened."""
    with connection.cursor() as cursor:
        kinds = [place.kind for place in places]
        owners = [place.owner_id for place in places]
        cursor.execute(
            "INSERT INTO ledger_account (kind, owner_id, currency)"
            " SELECT kind, owner_id, %s FROM unnest(%s::text[], %s::bigint[])"
            " AS place (kind, owner_id) ON CONFLICT DO NOTHING",
            [currency, kinds, owners],
        )
        cursor.execute(
            "SELECT a.kind, a.owner_id, a.id FROM ledger_account a"
            " JOIN unnest(%s::text[], %s::bigint[]) AS place (kind, owner_id)"
            " ON a.kind = place.kind AND a.owner_id IS NOT DISTINCT FROM place.owner_id"
            " WHERE a.currency = %s",
            [kinds, owners, currency],
        )
        return {Place(kind, owner_id): key for kind, owner_id, key in cursor.fetchall()}


def balance(place: Place) -> int:
    """The balance of an account that may not go below zero, in minor units; 0 if there
    is none."""
    return balances([place])[place]


def balances(places: list[Place]) -> dict[Place, int]:
    """The balances of several such accounts, by one query."""
    rows = Account.objects.filter(
        kind__in={place.kind for place in places},
        owner_id__in={place.owner_id for place in places},
        currency=settings.CURRENCY,
    ).values_list("kind", "owner_id", "balance__amount")
    found = {Place(kind, owner_id): amount or 0 for kind, owner_id, amount in rows}
    return {place: found.get(place, 0) for place in places}
