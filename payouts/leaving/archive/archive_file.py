"""A file of an archive.

Each query takes the person's number as `%(person)s`. Nothing tells who gave to them, and
no time of what others did is finer than the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the archive: its name, what is in it in plain words, its query."""

    name: str
    about: str | StrPromise
    query: str
