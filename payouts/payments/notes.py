"""A note at the head of a reader's page: what it says, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a reader can do: a button."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """`tone` is `bad`, `good` or empty, which is amber. The first of the `actions` is the
    proposed one."""

    text: str
    tone: str = ""
    actions: tuple[Action, ...] = ()
    heading: str = ""
    # Where more about it is answered: a link behind the text.
    answer: Action | None = None
