"""Where a reader's odd cents begin, each step of it, done by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flattr import months
from flattr.split import MULTIPLIER_OF_MONTH, MULTIPLIER_OF_READER


@dataclass(frozen=True, slots=True)
class Rotation:
    """Where a reader's odd cents begin among `n`, each step of it: `flattr.split`'s
    rotation, done by hand."""

    multiplier_of_reader: ClassVar[int] = MULTIPLIER_OF_READER
    multiplier_of_month: ClassVar[int] = MULTIPLIER_OF_MONTH

    reader_id: int
    period: int
    n: int

    @property
    def year(self) -> int:
        return self.period // 100

    @property
    def month_of_year(self) -> int:
        return self.period % 100

    @property
    def month(self) -> int:
        return months.number(self.period)

    @property
    def by_reader(self) -> int:
        return self.reader_id * self.multiplier_of_reader

    @property
    def by_month(self) -> int:
        return self.month * self.multiplier_of_month

    @property
    def total(self) -> int:
        return self.by_reader + self.by_month

    @property
    def kept(self) -> int:
        return self.total % 2**32

    @property
    def product(self) -> int:
        return self.kept * self.n

    @property
    def last_step(self) -> str:
        """What makes the offset, as arithmetic."""
        return f"{self.kept} × {self.n} = {self.product}; {self.product} ÷ {2**32}"

    @property
    def offset(self) -> int:
        return self.product // 2**32


class FirstRotation(Rotation):
    """The rule by which months were closed until November 2026. Nothing is closed by it
    any more: for many numbers of creators its odd cents did not move on."""

    __slots__ = ()
    multiplier_of_reader = 2654435761
    multiplier_of_month = 40503

    @property
    def month(self) -> int:
        return self.period

    @property
    def last_step(self) -> str:
        return f"{self.kept} mod {self.n}"

    @property
    def offset(self) -> int:
        return self.kept % self.n
