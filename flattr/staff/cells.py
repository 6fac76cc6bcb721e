"""What stands in the tables of the admin's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy as _

from flattr.templatetags.flattr import money

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Text: TypeAlias = "str | StrPromise"
NOTHING = _("None.")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: a text, perhaps with a link, on the right if a number."""

    text: str
    url: str = ""
    number: bool = False


def euros(amount: int | None, url: str = "") -> Cell:
    """Minor units as an amount of the platform's currency; nothing for None."""
    return Cell("" if amount is None else money(amount), url, number=True)


def debit(amount: int) -> Cell:
    """A signed amount in the debit column; empty if it is a credit."""
    return euros(-amount if amount < 0 else None)


def credit(amount: int) -> Cell:
    return euros(amount if amount > 0 else None)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below an object's own facts: what an amount is made of."""

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[Cell | Text]]
    note: Text = ""
    more_url: str = ""
    # Instead of rows.
    nothing: Text = NOTHING

    @property
    def lines(self) -> list[list[Cell]]:
        """The rows, a text too as a cell."""
        return [
            [cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in row]
            for row in self.rows
        ]

    @property
    def heads(self) -> list[tuple[Text, bool]]:
        """Each column's name, and whether numbers stand in it."""
        lines = self.lines
        return [
            (name, any(line[n].number for line in lines))
            for n, name in enumerate(self.columns)
        ]
