"""What does not answer is left alone for a while, so that not every request waits for
it again."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Silence:
    """Of one server, as this process met it."""

    seconds: float
    _until: float = 0.0

    @property
    def lasts(self) -> bool:
        """Whether it is not to be asked yet."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + self.seconds
