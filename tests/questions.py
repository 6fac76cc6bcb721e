"""How many questions a page asks the database: it must not grow with its lists."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext


class Questions:
    """Counts what the block reads, as `count`.

    Each block begins with an empty cache: what another page left there ages, and one
    of two counts would find it gone on a slow machine. What is written once a day or
    an hour, that somebody was here, is no question; midnight may come between.
    """

    def __enter__(self) -> Self:
        cache.clear()
        self._captured = CaptureQueriesContext(connection)
        self._captured.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._captured.__exit__(kind, failure, trace)

    @property
    def asked(self) -> list[str]:
        """The statements that read, without the marks of a transaction."""
        every = [query["sql"] for query in self._captured.captured_queries]
        return [
            sql for sql in every if sql.lstrip(" (\n").startswith(("SELECT", "WITH"))
        ]

    @property
    def count(self) -> int:
        return len(self.asked)
