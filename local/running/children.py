"""Programs that are kept running: started, started again, ended with their families."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.servers import processes
from local.servers.state import ROOT

LOG_BYTES = 5_000_000
LONG_LIFE = 10.0  # seconds after which an end is not held against a program
LONGEST_PAUSE = 10.0


class Child:
    """One program in a session of its own, with a log of its own."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._began_at = 0.0
        self._due_at: float | None = None
        self._failures = 0

    def start(self, environment: Mapping[str, str]) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._process = processes.launch(
                self._command, log=log, environment=environment, folder=ROOT
            )
        self._began_at = time.monotonic()
        self._due_at = None

    def tend(self, environment: Mapping[str, str]) -> str:
        """Start it again if it ended, later if it keeps ending; what happened, if
        anything did."""
        told = ""
        if self._process and self._due_at is None and not self.runs():
            told = f"{self.name} {self._last_words()}"
            processes.kill_group(self._process.pid)
            self._due_at = time.monotonic() + self._pause()
        if self._due_at is not None and time.monotonic() >= self._due_at:
            self.start(environment)
        return told

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        if self._process and self.runs():
            self._process.terminate()

    def end(self) -> None:
        """Now, with everything it started."""
        if self._process:
            processes.kill_group(self._process.pid)
            self._process.wait()

    def _pause(self) -> float:
        lived = time.monotonic() - self._began_at
        self._failures = 0 if lived > LONG_LIFE else self._failures + 1
        return 0 if self._failures < 2 else min(0.1 * 2**self._failures, LONGEST_PAUSE)

    def _last_words(self) -> str:
        assert self._process is not None
        code = self._process.returncode
        if code >= 0:
            return f"ended with code {code}"
        return f"was ended by {signal.Signals(-code).name}"
