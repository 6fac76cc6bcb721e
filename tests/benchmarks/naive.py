"""The close as a loop over objects, reader by reader: a reference, not a way to go.

For each reader: look up the budget and what is in the account, count the flattrs by
creator, divide, and create the transaction and its entries one after the other. It
writes less than the close does (no statement lines, splits and lots).
"""

from __future__ import annotations

import time

from django.db import transaction

from accounts.models import BudgetAmount
from buttons.models import Flattr
from flattr.database import clock
from flattr.split import rotation, split
from payouts.ledger.models import Account, Balance, Entry, Transaction


def close_some(period: int, currency: str, readers: int) -> tuple[int, float]:
    """Divide the month of so many readers; how many shares, in how many seconds."""
    some = (
        Flattr.objects.filter(period=period)
        .order_by("reader_id")
        .values_list("reader_id", flat=True)
        .distinct()[:readers]
    )
    chosen = list(some)
    began, shares = time.perf_counter(), 0
    for reader in chosen:
        with transaction.atomic():
            shares += close_one(reader, period, currency)
    return shares, time.perf_counter() - began


def close_one(reader: int, period: int, currency: str) -> int:
    budget = (
        BudgetAmount.objects.filter(reader_id=reader, period__lte=period)
        .order_by("-period")
        .first()
    )
    assert budget
    account = Account.objects.get(kind="means", owner_id=reader, currency=currency)
    means = Balance.objects.get(account=account).amount
    creators = {
        flattr.creator_id
        for flattr in Flattr.objects.filter(period=period, reader_id=reader)
    }
    spent = min(budget.amount, means)
    shares = split(spent, creators, offset=rotation(reader, period, len(creators)))
    now = clock.now()
    made = Transaction.objects.create(
        book=0,
        reference=f"naive:{period}:reader:{reader}",
        kind="naive",
        period=period,
        currency=currency,
        occurred_at=now,
        posted_at=now,
        content="naive",
    )
    write(made, account, -spent)
    for creator, share in shares.items():
        if share:
            pending, _ = Account.objects.get_or_create(
                kind="pending", owner_id=creator, currency=currency
            )
            write(made, pending, share)
    return len([share for share in shares.values() if share])


def write(made: Transaction, account: Account, amount: int) -> None:
    """The entry; the database moves the balance with it."""
    Entry.objects.create(
        book=0,
        transaction=made,
        account=account,
        currency=made.currency,
        amount=amount,
    )
