"""The close: each month that is over is settled exactly once, however often it is asked.

The work is done in the database (`sql/close.sql`), a step at a time; here the steps
are called. Every step may be repeated, by two workers at once too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import DataError

from flattr import months
from flattr.database import locks
from payouts.close import breaker
from payouts.ledger import checks
from payouts.models import Close

STOPPED = (
    "The ledger does not add up; closes and payouts wait until staff have checked it."
)


class MonthRefused(Exception):
    """The month is not over, or an earlier one is to be closed first."""


class LedgerStopped(Exception):
    """The ledger does not add up; closes and payouts wait until staff have checked it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was done: its name, and which of how many batches."""

    name: str
    done: int = 0
    of: int = 0


@contextmanager
def _unhurried() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Another worker's batch is waited for, but not for ever.
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        # Hashing a large month's entries takes a while. But what a machine held that
        # is cut off or frozen is let go.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")
        yield cursor


def due() -> int | None:
    """The month that is over and to be closed next, or closed and not yet sealed;
    None when there is none."""
    if unsealed := Close.objects.filter(state="closed", digest="").first():
        return unsealed.period
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p FROM close_next() p"
            " WHERE flattr_clock() >= flattr_month_start(flattr_following(p))"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def begin(period: int, *, waits: bool = True) -> str:
    """Freeze the month; `closing`, or `closed` when it was, or empty while another
    worker is freezing it. Refused with `MonthRefused` when it is not over or out of
    order."""
    try:
        with _unhurried() as cursor:
            if not locks.lock(f"close:{period}:begin", waits=waits):
                return ""
            cursor.execute(
                "SELECT close_begin(%s, %s, %s, %s)",
                [period, settings.POLICY, settings.FEE_PERCENT, settings.CURRENCY],
            )
            state: str = cursor.fetchone()[0]
    except DataError as refusal:
        raise MonthRefused(_explain(period, str(refusal))) from refusal
    return state


def _explain(period: int, refusal: str) -> str:
    if "not over" in refusal:
        return f"{months.show(period)} is not over yet."
    sentence = refusal.splitlines()[0]
    for word in sentence.replace(":", " ").replace(".", " ").split():
        if word.isdigit() and len(word) == 6:
            sentence = sentence.replace(word, months.show(int(word)))
    return sentence


def batches(period: int) -> list[tuple[int, int, bool]]:
    """The batches of readers of a month: first, end (not included), done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lo, hi, done FROM close_batches(%s)", [period])
        return [(lo, hi, done) for lo, hi, done in cursor.fetchall()]


def fill(period: int, lo: int, hi: int, *, waits: bool = True) -> int | None:
    """Write one batch's transactions; the readers filled, 0 when it was done, None
    where another worker holds it."""
    with _unhurried() as cursor:
        if not locks.lock(f"close:{period}:fill:{lo}", waits=waits):
            return None
        cursor.execute("SELECT close_fill(%s, %s, %s)", [period, lo, hi])
        filled: int = cursor.fetchone()[0]
    return filled


def build(period: int, *, waits: bool = True) -> bool:
    """Build keys, indexes and checks; False where another worker holds it."""
    with _unhurried() as cursor:
        if not locks.lock(f"close:{period}:build", waits=waits):
            return False
        cursor.execute("SELECT close_build(%s)", [period])
    return True


def finish(period: int, *, waits: bool = True) -> bool:
    """Publish the close; False where another worker holds it."""
    with _unhurried() as cursor:
        if not locks.lock(f"close:{period}:finish", waits=waits):
            return False
        cursor.execute("SELECT close_finish(%s)", [period])
    return True


def seal(period: int, *, waits: bool = True) -> str:
    """The digest of the close's entries, kept with it for everybody to see; empty
    where another worker holds it."""
    with _unhurried():
        if not locks.lock(_digesting(period), waits=waits):
            return ""
        return _write_digest(period)


def _digesting(period: int) -> str:
    """Held by whoever writes a close's digest, or adds entries to it later."""
    return f"close:{period}:seal"


def lock_late(period: int) -> None:
    """Let no reader of a closed month be closed late until the transaction ends."""
    locks.lock(_digesting(period), waits=True)


def _write_digest(period: int) -> str:
    digest = checks.digest(period)
    Close.objects.filter(period=period).update(digest=digest)
    return digest


def verify(period: int) -> bool:
    """Whether the entries of a closed month still make the digest that stands with it.
    Waits for a reader who is being closed late, and lets none in between."""
    with _unhurried():
        locks.lock(_digesting(period), waits=True)
        written = Close.objects.values_list("digest", flat=True).get(period=period)
        return not written or checks.digest(period) == written


def steps(period: int, *, waits: bool = True) -> Iterator[Step]:
    """Close the month, yielding each step when it is done. Nothing for a closed one.

    Workers share a close: each claims the next batch that nobody holds. At the end it
    waits for the batches that others hold; or, without `waits`, leaves them and the rest
    to the others, since the worker that fills the last batch finishes the close.
    """
    if breaker.tripped():
        raise LedgerStopped(STOPPED)
    state = begin(period, waits=waits)
    if state == "closed":
        if Close.objects.filter(period=period, digest="").exists() and seal(
            period, waits=waits
        ):
            yield Step("sealed")
    elif state:
        yield Step("begun", of=len(batches(period)))
        yield from _filled(period, waits=waits)
        yield from _completed(period, waits=waits)


def _filled(period: int, *, waits: bool) -> Iterator[Step]:
    found = batches(period)
    others = []
    for number, (lo, hi, done) in enumerate(found, 1):
        if not done and fill(period, lo, hi, waits=False) is None:
            others.append((number, lo, hi))
        else:
            yield Step("filled", number, len(found))
    for number, lo, hi in others if waits else []:
        fill(period, lo, hi)
        yield Step("filled", number, len(found))


def _completed(period: int, *, waits: bool) -> Iterator[Step]:
    if not all(done for _, _, done in batches(period)):
        return
    for name, step in (("built", build), ("finished", finish), ("sealed", seal)):
        if not step(period, waits=waits):
            return
        yield Step(name)


def close_month(period: int) -> bool:
    """Close the month; False when it was closed before.

    Refused with `MonthRefused` or `LedgerStopped`.
    """
    return len(list(steps(period))) > 0


def close_reader(period: int, reader_id: int) -> str:
    """Close the month of one reader who had been set aside, and write the close's digest
    anew, both or neither; what happened, in words.

    Refused with `MonthRefused` while the reader is suspended or an earlier month of
    theirs is open.
    """
    try:
        with _unhurried() as cursor:
            locks.lock(_digesting(period), waits=True)
            cursor.execute("SELECT close_reader(%s, %s)", [period, reader_id])
            told: str = cursor.fetchone()[0]
            if told == "closed":
                _write_digest(period)
    except DataError as refusal:
        raise MonthRefused(str(refusal).splitlines()[0]) from refusal
    return told


# As `flattr_forgettable` in sql/forgetting.sql has it.
FLATTRS_KEPT_MONTHS = 18


def forget_month() -> int | None:
    """Drop the flattrs of the oldest month that was closed eighteen months ago (T46);
    the month, or None when there is none, or another worker is at one. Its statements
    and revenue stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not locks.lock("forgetting flattrs"):
            return None
        cursor.execute("SELECT flattr_forget_month()")
        forgotten: int | None = cursor.fetchone()[0]
    return forgotten
