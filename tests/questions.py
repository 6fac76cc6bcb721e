"""How many questions a page asks the database: it must not grow with its lists."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from django.db import connection
from django.test.utils import CaptureQueriesContext


class Questions:
    """Counts the statements of the block, as `count`."""

    def __enter__(self) -> Self:
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
    def count(self) -> int:
        return len(self._captured)
