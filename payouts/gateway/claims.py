"""Asking Stripe about many things in a row, by any number of workers on any number of
machines: each row is claimed before Stripe is asked about it.

A claim is written into the row, in a short transaction of its own. Stripe is never asked
inside a transaction, and the connection may come from a pool, which keeps nothing of ours
from one transaction to the next. When a worker crashes, another claims the row after the
claim has run out; should two ask all the same, Stripe's idempotency keys make that one
request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from payouts.gateway import asking
from payouts.models import Payment, Payout, StripeAccount

Row = TypeVar("Row")
Answer = TypeVar("Answer")
Claimable = Payout | Payment | StripeAccount

log = structlog.get_logger(__name__)

# After so many unanswered requests in a row everything waits for the next tick.
SILENCES = 3
# Longer than four requests to Stripe that are each tried three times.
CLAIM_LASTS = timedelta(minutes=5)
# After so long a worker turns to its other steps; the next minute goes on.
STEP_SECONDS = 45.0


@contextmanager
def claimed(row: Claimable) -> Iterator[datetime | None]:
    """Claim the row for the block; until when it is ours, or None where another worker
    holds it."""
    until = _claim(row)
    try:
        yield until
    finally:
        if until is not None:
            type(row).objects.filter(pk=row.pk, claimed_until=until).update(
                claimed_until=None
            )


@transaction.atomic
def _claim(row: Claimable) -> datetime | None:
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    ours = type(row).objects.select_for_update(skip_locked=True, no_key=True)
    if not ours.filter(free, pk=row.pk).exists():
        return None
    until = now + CLAIM_LASTS
    type(row).objects.filter(pk=row.pk).update(claimed_until=until)
    return until


class Patience:
    """One step's patience with Stripe: over after three unanswered requests in a row, and
    when the step took too long."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + STEP_SECONDS
        self._silences = 0

    @property
    def is_over(self) -> bool:
        return self._silences >= SILENCES or time.monotonic() > self._ends

    def meets_answer(self) -> None:
        self._silences = 0

    def meets_silence(self, about: object, why: asking.NoAnswer) -> None:
        log.warning("no_answer", about=str(about), why=str(why))
        self._silences += 1


def each(rows: Iterable[Row], ask: Callable[[Row], Answer]) -> Iterator[Answer]:
    """The result of `ask` for each row; rows without an answer are left out and logged,
    and so is the rest once patience is over."""
    patience = Patience()
    for row in rows:
        try:
            answer = ask(row)
        except asking.NoAnswer as silence:
            patience.meets_silence(row, silence)
        else:
            patience.meets_answer()
            yield answer
        if patience.is_over:
            return
