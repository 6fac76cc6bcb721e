"""A server that did not answer is not asked for a while, so that not every request
waits for it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Silence:
    """The pause for one server, in this process."""

    seconds: float
    _until: float = 0.0

    @property
    def lasts(self) -> bool:
        """Whether the pause still goes on."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + self.seconds
