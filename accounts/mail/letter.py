"""What a mail says, once: a subject and blocks, which `templates/emails/letter.html` and
`letter.txt` draw.

Each kind of letter is a function, in the `letters.py` of the room that it is about, and
stands in `KINDS` of its app's `letters.py` under the name that the outbox stores. It
takes the facts that it names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"

    says: str
    is_soft: bool = False

    @property
    def text(self) -> str:
        return self.says


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else wrote, or what is to be copied: set apart, line by line."""

    kind: ClassVar[str] = "quote"

    says: str

    @property
    def lines(self) -> list[str]:
        return self.says.splitlines()

    @property
    def text(self) -> str:
        return "\n".join(f"    {line}" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is its words and the address of its page, or none."""

    kind: ClassVar[str] = "items"

    items: list[tuple[str, str]]

    @property
    def text(self) -> str:
        return "\n".join(
            f"  - {words}\n    {address}" if address else f"  - {words}"
            for words, address in self.items
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Amounts and what they are for; the last line is the sum. `slices` are the
    colours of the loaf above it, in HTML alone."""

    kind: ClassVar[str] = "table"

    rows: list[tuple[str, str]]
    total: tuple[str, str]
    slices: Iterable[str] = ()

    @property
    def text(self) -> str:
        return "\n".join(
            f"  {amount}  {words}".rstrip()
            for words, amount in [*self.rows, self.total]
        )


@dataclass(frozen=True, slots=True)
class Link:
    kind: ClassVar[str] = "link"

    label: str
    address: str

    @property
    def text(self) -> str:
        return f"{self.label}:\n{self.address}"


class Button(Link):
    """The link that matters most."""

    __slots__ = ()
    kind = "button"


Block = Paragraph | Quote | Items | Table | Link
Write = Callable[..., "Letter"]


class NoLetter(Exception):
    """There is no letter of that kind, or not any more."""


class Letter:
    """A string among the blocks is a paragraph; an empty one, or None, is left out."""

    def __init__(
        self, subject: str, *blocks: Block | str | None, greets: bool = True
    ) -> None:
        self.subject = " ".join(subject.split())
        self.blocks = [
            Paragraph(block) if isinstance(block, str) else block
            for block in blocks
            if block
        ]
        self.greets = greets

    def greeting(self, name: str) -> str:
        return _("Hello %(name)s,") % {"name": name} if name and self.greets else ""


def page(view: str, *args: Any) -> str:
    """The whole address of a page of ours."""
    return settings.SITE_URL + reverse(view, args=args)


def listed(words: Iterable[str]) -> Items:
    return Items([(item, "") for item in words])


@cache
def kinds() -> dict[str, Write]:
    """Every kind of letter, of all apps."""
    return collected("KINDS")


def collected(name: str) -> dict[str, Any]:
    """What stands under a name in the `letters.py` of all apps."""
    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "letters"):
            found |= getattr(import_module(f"{app.name}.letters"), name, {})
    return found


def of(kind: str, facts: Mapping[str, Any]) -> Letter:
    """The letter of a kind, with those of the facts that it names; or `NoLetter`."""
    write = kinds().get(kind)
    if write is None:
        raise NoLetter(kind)
    named = inspect.signature(write).parameters
    return write(**{name: fact for name, fact in facts.items() if name in named})
