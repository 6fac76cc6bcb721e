"""What goes wrong on demand: errors, lost answers, long waits, forgotten keys."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Mishap = Literal[
    "error_before",  # 500, nothing done, nothing kept
    "error_kept",  # 500, nothing done, and kept under the idempotency key
    "error_after",  # 500, done, and the 500 kept under the idempotency key
    "lost",  # done, and the connection closed without an answer
    "lost_before",  # the connection closed, nothing done
    "hang",  # done, and answered late
    "rate_limit",  # 429, nothing done
    "in_use",  # 409, nothing done
    "prune",  # older idempotency keys forgotten, then done as asked
]
ALL: tuple[Mishap, ...] = (
    *("error_before", "error_kept", "error_after", "lost", "lost_before"),
    *("hang", "rate_limit", "in_use", "prune"),
)


@dataclass
class Chaos:
    """For requests of a method under a path: with this probability one of the mishaps.

    `times` ends it after so many mishaps. The same seed makes the same choices. A
    `prune` spares the keys of the last seconds, as no library would retry a day later.
    """

    mishaps: Sequence[Mishap] = ALL
    probability: float = 1.0
    method: str = "POST"
    path: str = "/v1/"
    times: int | None = None
    seconds: float = 1.0  # of a `hang`
    spared_seconds: int = 3
    seed: int = 0
    happened: list[Mishap] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        unknown = set(self.mishaps) - set(ALL)
        assert not unknown, f"no such mishaps: {unknown}"
        self._random = random.Random(self.seed)  # noqa: S311 (no secret)

    def strikes(self, method: str, path: str) -> Mishap | None:
        if self.method not in {method, "*"} or not path.startswith(self.path):
            return None
        if self.times is not None and len(self.happened) >= self.times:
            return None
        if self._random.random() >= self.probability:
            return None
        mishap = self._random.choice(list(self.mishaps))
        self.happened.append(mishap)
        return mishap
