"""The simulated payments as a process: how it is started, and for how long."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator, Mapping

from local.running.children import Child
from local.servers.state import State


def child(here: State, site: str, port: int) -> Child:
    """The simulator of a state, with everything it knows in the state's directory."""
    command = [
        *(sys.executable, "-m", "local.stripe"),
        *("--port", str(port), "--site", site),
        *("--state", str(here.folder("stripe") / "state.sqlite3")),
    ]
    return Child("stripe", command, here.folder("logs") / "stripe.log")


@contextlib.contextmanager
def running(here: State, environment: Mapping[str, str], port: int) -> Iterator[None]:
    """Simulate payments meanwhile, unless a platform that runs does so already.

    Nobody waits for it: a command takes longer to start than it does.
    """
    if is_listening(port):
        yield
        return
    started = child(here, environment["SITE_URL"], port)
    started.start(environment)
    try:
        yield
    finally:
        started.ask_to_end()
        started.end()


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
