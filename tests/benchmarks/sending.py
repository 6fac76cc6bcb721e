"""The load: wrk, which sends thousands of prepared requests a second from a tenth of a
processor, so that what is measured is the server."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from local.running import debian
from local.servers.processes import CannotStart

SCRIPT = Path(__file__).with_name("send.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What became of some seconds of requests. `answers` are all that came, `refused`
    those of them with a status of 400 and more, `broken` what never came; times from
    request to answer in milliseconds."""

    answers: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p95: float
    p99: float
    longest: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def wrk() -> str:
    """Where the program is; Debian's is installed where it is not."""
    found = shutil.which("wrk")
    if not found and debian.install("wrk"):
        found = shutil.which("wrk")
    if not found:
        raise CannotStart("This needs wrk (on Debian: apt-get install wrk).")
    return found


def send(requests: Iterable[bytes], to: str, *, clients: int, seconds: float) -> Load:
    """Send them one after the other from so many connections that are kept."""
    with tempfile.NamedTemporaryFile("wb") as file:
        for request in requests:
            file.write(b"%d\n" % len(request))
            file.write(request)
        file.flush()
        said = subprocess.run(
            [
                *(wrk(), "--threads", "1", "--connections", str(clients)),
                *("--duration", f"{max(1, round(seconds))}s"),
                *("--script", str(SCRIPT), to, "--", file.name),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return read(said)


def read(said: str) -> Load:
    """Its last words: counts, and times in microseconds."""
    line = next(line for line in said.splitlines() if line.startswith("FIGURES "))
    answers, duration, refused, broken, *times = map(int, line.split()[1:])
    p50, p95, p99, longest = (time / 1_000 for time in times)
    return Load(answers, duration / 1e6, refused, broken, p50, p95, p99, longest)
