"""One part of the platform as a process, kept running as a supervisor would."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.servers import processes
from local.servers.state import ROOT

PULSE_SECONDS = 0.05


class Part:
    """A program in a session of its own. While it is wanted, one that ended is
    started again; its log is one file for all its lives."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        ready: str,
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.is_wanted = False
        self.starts = 0
        self._command = command
        # By this name the database tells who is connected.
        self._environment = {**environment, "PGAPPNAME": name}
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None
        self._began_at = 0
        self._lock = threading.RLock()

    def like(self, name: str, **environment: str) -> Part:
        """The same program with other words in its environment."""
        changed = {**self._environment, **environment}
        return Part(name, self._command, changed, self.log.parent, self._ready)

    def start(self) -> None:
        with self._lock:
            self.is_wanted = True
            if not self.runs():
                self.starts += 1
                self.log.touch()
                self._began_at = self.log.stat().st_size
                with self.log.open("ab") as log:
                    self._process = processes.launch(
                        self._command,
                        log=log,
                        environment=self._environment,
                        folder=ROOT,
                    )

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Whether what runs now has said that it does its work."""
        return self.runs() and self._ready in self.words(self._began_at)

    def words(self, since: int = 0) -> str:
        """Its log from that byte on."""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def length(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def kill(self) -> None:
        """kill -9, with everything that it started."""
        if self._process is not None:
            processes.kill_group(self._process.pid)

    def kill_child(self) -> None:
        """kill -9 of the process that does the work; the one that leads it lives.
        All of it where nobody tells which that is."""
        if self._process is None:
            return
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = listed.read_text().split() if listed.exists() else []
        if not children:
            self.kill()
        for child in children[-1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def stop(self, seconds: float = 20) -> float:
        """SIGTERM, and it is not started again; how many seconds it took to end. What
        takes longer is killed and fails."""
        began = time.monotonic()
        with self._lock:
            self.is_wanted = False
            process = self._process
        if process is None:
            return 0
        process.terminate()
        try:
            process.wait(seconds)
        finally:
            self.kill()
            process.wait()
        return time.monotonic() - began

    def end(self) -> None:
        """Now, and it is not started again."""
        with self._lock:
            self.is_wanted = False
            self.kill()
            if self._process is not None:
                self._process.wait()

    def tend(self) -> None:
        with self._lock:
            if self.is_wanted and not self.runs():
                self.kill()
                self.start()


class Keeper:
    """Looks after something again and again, in the background, until `end`."""

    def __init__(self, tend: Callable[[], None]) -> None:
        self._tend = tend
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(PULSE_SECONDS):
            # What cannot start now is tried again with the next pulse.
            with contextlib.suppress(Exception):
                self._tend()
