"""What reading one address found, and how it is stored with its `Reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from accounts.models import User
from buttons.models import Seen
from buttons.signals.kinds import Kind, Signal
from buttons.signals.listings import Entry


@dataclass(frozen=True, slots=True)
class Found:
    """`url` is what would be flattred, normalised. `person` is whom the check after a
    click would find there, by a proof of that `kind`; `reason` says in sentences what
    was seen. `entries` are those of a list, of which `left_out` more were not taken.
    """

    seen: Seen
    url: str
    title: str = ""
    signals: tuple[Signal, ...] = ()
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    person: User | None = None
    kind: str = ""
    reason: str = ""

    def stored(self) -> dict[str, Any]:
        """What of it stands in `Reading.found`."""
        facts: dict[str, Any] = {"url": self.url, "title": self.title}
        if self.signals:
            facts["signals"] = [asdict(signal) for signal in self.signals]
        if self.entries:
            facts["entries"] = [asdict(entry) for entry in self.entries]
            facts["left_out"] = self.left_out
        return facts


def signals_of(found: Mapping[str, Any]) -> list[Signal]:
    """The signals of what is stored."""
    return [
        Signal(**{**signal, "kind": Kind(signal["kind"])})
        for signal in found.get("signals", [])
    ]


def entries_of(found: Mapping[str, Any]) -> list[Entry]:
    """The entries of a list that is stored; none where it is no list."""
    return [Entry(**entry) for entry in found.get("entries", [])]
