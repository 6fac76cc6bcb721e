"""The platform under the web server that production uses."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from local.servers.state import ROOT

# Below those that systems give to connections, so that none takes one which is chosen
# and not yet listened at; each worker of a run has a part of its own, up to four.
LOWEST_PORT, PORTS_OF_A_WORKER = 12_000, 5_000

_given: set[int] = set()
# Tests that draw by a seed must not draw the same ports again.
_dice = random.SystemRandom()


def free_port(many: int = 1) -> int:
    """The first of so many free ports in a row, which this process is given once."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    lowest = LOWEST_PORT + worker * PORTS_OF_A_WORKER
    while True:
        first = lowest + _dice.randrange(PORTS_OF_A_WORKER - many)
        chosen = range(first, first + many)
        if _given.isdisjoint(chosen) and all(map(is_free, chosen)):
            _given.update(chosen)
            return first


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Served:
    """A running web server: its address, and its process, which leads its workers."""

    address: str
    pid: int


@contextlib.contextmanager
def platform(environment: Mapping[str, str], host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the database that DATABASE_URL names meanwhile; the address, which calls
    this machine `host`."""
    with tempfile.TemporaryFile("w+") as log:
        try:
            with served(environment, log, workers=1, threads=4, host=host) as server:
                yield server.address
        finally:
            # Shown by pytest beside a test that failed.
            log.seek(0)
            print(log.read())  # noqa: T201


@contextlib.contextmanager
def served(
    environment: Mapping[str, str],
    log: IO[str],
    *,
    workers: int,
    threads: int,
    host: str = "127.0.0.1",
) -> Iterator[Served]:
    """The web server with so many workers of so many threads each; what it says goes
    to a file."""
    port = free_port()
    address = f"http://{host}:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--workers", str(workers), "--blocking-threads", str(threads)),
            *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
            "flattr.wsgi:application",
        ],
        cwd=ROOT,
        env={**os.environ, "SITE_URL": address, **environment},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        if not _answers(process, port):
            log.seek(0)
            raise RuntimeError(f"The web server does not start:\n{log.read()}")
        yield Served(address, process.pid)
    finally:
        _stop(process)


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < end:
        web = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with contextlib.closing(web):
            try:
                web.request("GET", "/healthz")
                return bool(web.getresponse())
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let it end, then end what is left of its session: its workers outlive it."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
