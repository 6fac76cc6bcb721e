"""Model instances from a hand-written statement, for queries that every request makes.

The ORM builds its statement anew each time, which for a table with many columns takes
longer than the rest of a short request.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

Row = TypeVar("Row", bound=models.Model)


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """The columns of a model's table under its alias, to be selected for `row`."""
    fields = model._meta.concrete_fields
    return ", ".join(f"{alias}.{field.column}" for field in fields)


@cache
def names(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.attname for field in fields]


def row(model: type[Row], values: Sequence[Any]) -> Row:
    """The instance with these values of its `columns`. Only for fields that need no
    conversion from what the database returns."""
    return model.from_db(DEFAULT_DB_ALIAS, names(model), values)
