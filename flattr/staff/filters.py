"""Filters of the admin's lists, which read no whole table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext


def one_of(field: str, values: Sequence[str]) -> type[admin.SimpleListFilter]:
    """A filter of known values, shown as they are stored: Django's own would read all of
    the table for them."""

    class OneOf(admin.SimpleListFilter):
        parameter_name = field
        codes = tuple(values)

        def __init__(self, request: Any, params: Any, model: Any, admin: Any) -> None:
            self.title = model._meta.get_field(field).verbose_name
            super().__init__(request, params, model, admin)

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
        words = (gettext("All"), gettext("no"), gettext("yes"))
        for choice, word in zip(every, words, strict=True):
            yield {**choice, "display": word}
