"""The steps to a first success, as `_checks.html` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["done", "next", "later"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `text` says it, or that it is done; `small` adds what helps.
    The step that is next leads on: to `url` by a button called `label`."""

    text: str
    small: str = ""
    state: State = "later"
    url: str = ""
    label: str = ""


def in_order(steps: Iterable[tuple[bool, Step]]) -> Sequence[Step]:
    """Steps with their states: the first that is not done is next.

    >>> [step.state for step in in_order([(True, Step("a")), (False, Step("b"))])]
    ['done', 'next']
    """
    listed: list[Step] = []
    waiting = True
    for done, step in steps:
        state: State = "done" if done else "next" if waiting else "later"
        waiting = waiting and state != "next"
        listed.append(replace(step, state=state))
    return listed
