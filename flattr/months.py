"""Calendar months in UTC: the integer YYYYMM inside, the text YYYY-MM outside.

>>> following(202612), preceding(202701)
(202701, 202612)
>>> parse("2026-10"), show(202610)
(202610, '2026-10')
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

SHOWN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class NotAMonth(ValueError):
    """The text is not a month like 2026-10."""


def period_of(moment: datetime) -> int:
    """The month, in UTC, that an aware moment lies in."""
    assert moment.tzinfo is not None, moment
    moment = moment.astimezone(UTC)
    return moment.year * 100 + moment.month


def following(period: int) -> int:
    return period + 1 if period % 100 < 12 else period + 89


def preceding(period: int) -> int:
    return period - 1 if period % 100 > 1 else period - 89


def shifted(period: int, months: int) -> int:
    """The month `months` later, or earlier when negative.

    >>> shifted(202611, 3), shifted(202601, -13)
    (202702, 202412)
    """
    index = number(period) + months
    return index // 12 * 100 + index % 12 + 1


def number(period: int) -> int:
    """Months counted one by one, without the jump at the year's end.

    >>> number(202612), number(202701)
    (24323, 24324)
    """
    return period // 100 * 12 + period % 100 - 1


def start(period: int) -> datetime:
    """The month's first moment; it ends where the following month starts."""
    return datetime(period // 100, period % 100, 1, tzinfo=UTC)


def end(period: int) -> datetime:
    """The first moment that is no longer in the month."""
    return start(following(period))


def show(period: int) -> str:
    return f"{period // 100:04d}-{period % 100:02d}"


def parse(text: str) -> int:
    """YYYYMM of a text like 2026-10; anything else is refused with `NotAMonth`."""
    match = SHOWN.fullmatch(text)
    if match is None or match[1] < "1970":
        raise NotAMonth(f"{text!r} is not a month like 2026-10.")
    return int(match[1]) * 100 + int(match[2])
