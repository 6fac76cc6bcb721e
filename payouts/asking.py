"""Asking Stripe about many things in a row, without patience for a Stripe that is
away: what goes unanswered is asked again in a later minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import structlog

from payouts import gateway

Row = TypeVar("Row")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

ENOUGH = 3


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
