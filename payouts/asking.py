"""Asking Stripe about many things in a row, without patience for a Stripe that is
away: what goes unanswered is asked again in a later minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from django.db import connection

from payouts import gateway

Row = TypeVar("Row")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

ENOUGH = 3


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else is at what has that name until the block ends. Kept by the
    connection and not by a transaction, for Stripe is never asked inside one; whoever
    crashes lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_ours: bool = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            _let_go(name)


def _let_go(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def each(rows: Iterable[Row], ask: Callable[[Row], Answer]) -> Iterator[Answer]:
    """What `ask` gives for each row; those without an answer are left out and logged,
    and after three of them in a row all others are."""
    unanswered = 0
    for row in rows:
        try:
            answer = ask(row)
        except gateway.NoAnswer as failure:
            log.warning("no_answer", about=str(row), why=str(failure))
            unanswered += 1
            if unanswered == ENOUGH:
                return
        else:
            unanswered = 0
            yield answer
