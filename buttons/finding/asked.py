"""What is asked of Discover, and the links to what else can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models import CATEGORIES
from buttons.things.languages import LANGUAGES

LONGEST_SEARCH = 200

ORDERS = {
    "trend": _("Trending"),
    "flattrs": _("Most flattred"),
    "new": _("Newest"),
    "near": _("From my creators’ creators"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A link that narrows a list down; the one of what is shown widens it again."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Words, category, language, order and what came before, as an address says it.

    What a list does not know is as if it were not there. `reader` is who is signed in.
    """

    text: str = ""
    category: str = ""
    language: str = ""
    sort: str = ""
    after: str = ""
    reader: User | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        said = request.GET
        text = " ".join(said.get("q", "").replace("\0", "").split())
        category, language = said.get("category", ""), said.get("language", "")
        reader = request.user if isinstance(request.user, User) else None
        sort = said.get("sort", "")
        if sort not in ORDERS or (sort == "near" and reader is None):
            sort = ""
        return cls(
            text[:LONGEST_SEARCH],
            category if category in dict(CATEGORIES) else "",
            language if language in dict(LANGUAGES) else "",
            sort,
            said.get("after", ""),
            reader,
        )

    @property
    def first(self) -> bool:
        """Whether it is the beginning of a list."""
        return not self.after

    @property
    def narrowed(self) -> bool:
        return bool(self.category or self.language)

    @property
    def shared_sort(self) -> str:
        """The order, if creators and things can both be in it."""
        return "" if self.sort == "flattrs" else self.sort

    def but(self, **changes: Any) -> str:
        """The address of the same but for `changes`, from the beginning of the list."""
        now = replace(self, **{"after": "", **changes})
        facts = {
            "q": now.text,
            "category": now.category,
            "language": now.language,
            "sort": now.sort,
            "after": now.after,
        }
        return "?" + urlencode({name: fact for name, fact in facts.items() if fact})

    def order_chips(self, orders: list[str], current: str) -> list[Chip]:
        """How the list can be ordered; by what others do only for who is signed in."""
        return [
            Chip(str(ORDERS[order]), self.but(sort=order), order == current)
            for order in orders
            if order != "near" or self.reader is not None
        ]

    def category_chips(self) -> list[Chip]:
        return [
            Chip(
                str(label),
                self.but(category="" if key == self.category else key),
                key == self.category,
            )
            for key, label in CATEGORIES
        ]

    def language_chips(self, spoken: list[str]) -> list[Chip]:
        """For languages in use, and the one asked for; none for a single one."""
        if self.language and self.language not in spoken:
            spoken = [*spoken, self.language]
        if len(spoken) < 2 and not self.language:
            return []
        labels = dict(LANGUAGES)
        return [
            Chip(
                str(labels[key]),
                self.but(language="" if key == self.language else key),
                key == self.language,
            )
            for key in spoken
        ]
