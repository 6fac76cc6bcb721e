"""Filters of the admin's lists, which read no whole table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


def one_of(field: str, values: Sequence[str]) -> type[admin.SimpleListFilter]:
    """A filter of known values: Django's own would read all of the table for them."""

    class OneOf(admin.SimpleListFilter):
        title = field.replace("_", " ")
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
            return [(value, value.replace("_", " ")) for value in values]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
            return (
                queryset.filter(**{field: self.value()}) if self.value() else queryset
            )

    return OneOf


class YesNo(admin.EmptyFieldListFilter):
    """Whether a moment has come: `suspended_at` and its like."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        every = super().choices(changelist)
        for choice, word in zip(every, ("All", "no", "yes"), strict=True):
            yield {**choice, "display": word}
