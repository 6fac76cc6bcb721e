"""Who clicks and who kills while a month goes on."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.hostile.processes.parts import Part
from tests.hostile.processes.platform import AWAY, Platform

Click = tuple[int, int]  # reader, thing
# For so long a kill waits for what it is to hit.
PATIENT_SECONDS = 5


class Clickers:
    """Readers who flattr over HTTP, one thing after the other, whatever is down; what
    was acknowledged, and what got no answer."""

    def __init__(
        self, platform: Platform, tokens: dict[int, str], things: list[int], seed: int
    ) -> None:
        self.acknowledged: Counter[Click] = Counter()
        self.unanswered: Counter[Click] = Counter()
        self.statuses: Counter[int] = Counter()
        self.readers = list(tokens)
        self._port, self._tokens, self._things = platform.port, tokens, things
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._click, args=(seed + n, readers), daemon=True)
            for n, readers in enumerate((self.readers[::2], self.readers[1::2]))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def hear_back(self) -> Callable[[], bool]:
        """Whether a click was answered since this was called, with a yes or a no."""
        before = self._answers()
        return lambda: self._answers() > before

    def _answers(self) -> int:
        return self.statuses[200] + self.statuses[403]

    def _click(self, seed: int, readers: list[int]) -> None:
        dice = random.Random(seed)
        while not self._over.wait(dice.uniform(0.02, 0.1)):
            click = dice.choice(readers), dice.choice(self._things)
            status = self._post(*click)
            # Only this thread has this reader, so that nobody counts at once.
            self.statuses[status] += 1
            if status == 200:
                self.acknowledged[click] += 1
            elif status == 0 or status >= 500:
                self.unanswered[click] += 1

    def _post(self, reader: int, thing: int) -> int:
        """The status of the whole answer; 0 where it did not come."""
        headers = {"Authorization": f"Bearer {self._tokens[reader]}"}
        asked = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            asked.request("POST", f"/rest/v2/things/{thing}/flattr", headers=headers)
            answer = asked.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            asked.close()
        return answer.status


@dataclass
class Storm:
    """kill -9 of one part after another; which and when is drawn from the seed."""

    platform: Platform
    dice: random.Random
    told: list[str] = field(default_factory=list)

    def strike(self, seen: Callable[[], bool], within: float = 0.15) -> None:
        """One kill: a moment after something was seen, or after a few seconds."""
        saw = self._until(seen)
        time.sleep(self.dice.uniform(0, within))
        what, kill = self._choose()
        kill()
        self.told.append(f"{what}{'' if saw else ' (nothing was seen)'}")

    def strike_at(self, table: str) -> None:
        """One kill while somebody wants to write to that table; half of them before
        they can, the others just when they do."""
        self.platform.postgres_is_back()
        with contextlib.suppress(*AWAY):
            with self.platform.held_at(table):
                waits = self.dice.random() < 0.5
                if waits:
                    self.strike(lambda: bool(self.platform.waiting_at(table)))
                else:
                    self._until(lambda: bool(self.platform.waiting_at(table)))
            if not waits:
                self.strike(lambda: True, within=0.05)

    def _until(self, seen: Callable[[], bool]) -> bool:
        began, saw = time.monotonic(), False
        while not saw and time.monotonic() - began < PATIENT_SECONDS:
            with contextlib.suppress(*AWAY):
                saw = seen()
            time.sleep(0.005)
        return saw

    def _choose(self) -> tuple[str, Callable[[], None]]:
        platform, dice = self.platform, self.dice
        worker: Part = dice.choice(platform.workers)
        web = platform.web
        return dice.choice(
            [
                (worker.name, worker.kill),
                (worker.name, worker.kill),
                (f"child of {worker.name}", worker.kill_child),
                (web.name, web.kill),
                ("child of web", web.kill_child),
                ("postgres", platform.kill_postgres),
                ("backend of postgres", platform.kill_a_backend),
            ]
        )
