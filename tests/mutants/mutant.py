"""A mutant: the project with one rule of money broken, and the tests that see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class Rotten(Exception):
    """The text that a mutant replaces is not there exactly once any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """In one file, a text that stands there once, and what stands there instead."""

    file: str
    old: str
    new: str

    def text(self, house: Path) -> str:
        """The file as the mutant has it; refused with `Rotten`."""
        whole = (house / self.file).read_text()
        if (times := whole.count(self.old)) != 1:
            raise Rotten(
                f"{self.file} has this {times} times, and it should be there once:\n"
                f"{self.old}"
            )
        return whole.replace(self.old, self.new)

    def make(self, house: Path) -> None:
        (house / self.file).write_text(self.text(house))


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is wrong with it, in a sentence; `killers` are tests as pytest names them."""

    name: str
    wrong: str
    changes: Sequence[Change]
    killers: Sequence[str]
