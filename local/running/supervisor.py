"""`run.py up`: the whole platform as one tree that repairs itself.

PostgreSQL, Valkey and the simulated payments first, then the migrations, then the web
and the first time the demo's data, then worker and the demo blog. Whatever is killed is
started again; what a killed supervisor left behind is ended by the next one, which holds
the lock.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import IO, NoReturn

import psycopg2

from local.running import payments, welcome
from local.running.children import Child
from local.running.first_time import Database
from local.servers import processes, state
from local.servers.processes import CannotStart
from local.servers.services import WEB_PORT, Services
from local.servers.state import State

GRACE_SECONDS = 1.5  # what web and worker get to finish what they are doing
PULSE_SECONDS = 0.1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked for the end, by Ctrl-C or by a signal."""


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; when that is done already, say where."""
    here = state.current()
    port = read_port(arguments, here)
    with (here.folder() / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(lock.read() or "Flattr is just being started by another command.")
            return 0
        end_marked(here)
        claim_ports(port)
        here.write("port", str(port))
        return Supervisor(here, port).run(lock)


def read_port(arguments: Sequence[str], here: State) -> int:
    """The port of the command, else the one it had before."""
    parser = argparse.ArgumentParser(prog="run.py up", allow_abbrev=False)
    before = int(here.read("port", WEB_PORT))
    # The demo blog and the simulated payments have the next two.
    parser.add_argument("--port", type=int, default=before, help="8000, or the last")
    port: int = parser.parse_args(arguments).port
    if not 1 <= port < 65_534:
        parser.error(f"--port must be from 1 to 65533, not {port}")
    return port


def mark(here: State) -> tuple[str, str]:
    """The variable by which a process of this state's tree is known."""
    return "FLATTR_SUPERVISED", str(here.path)


def end_marked(here: State) -> None:
    """End at once what is left of the tree; the caller holds the state's lock."""
    killed: set[int] = set()

    def none_is_left() -> bool:
        """Look again after each round: a leader may have replaced a killed worker.

        One that is dying no longer shows its mark, but may still hold its port.
        """
        left = processes.marked(*mark(here))
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed.update(left)
        return not left and not any(map(processes.is_alive, killed))

    processes.wait_until(none_is_left, seconds=30)


def claim_ports(first: int) -> None:
    """Refuse a port that somebody else listens on, before anything is started."""
    for port in (first, first + 1, first + 2):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as reason:
                raise CannotStart(
                    f"Port {port} cannot be used ({reason.strerror}). The platform takes"
                    " a port, the next for the demo blog and the one after it for"
                    " simulated payments: choose with --port N."
                ) from reason


class Supervisor:
    """One run of the tree; the caller holds the state's lock."""

    def __init__(self, here: State, port: int) -> None:
        self.state = here
        self.port = port
        self.services = Services(here)
        self.environment = self.services.environment() | dict([mark(here)])
        self.children = self._children()
        self._entered = False
        self._began = time.monotonic()

    def run(self, lock: IO[str]) -> int:
        for number in ENDINGS:
            # Only nohup's wish is kept: a shell that starts us in the background lets
            # us ignore Ctrl-C too, and then nothing but a kill would end the tree.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, stop_here)
        try:
            self._report_in(lock)
            self._start()
            self._tend_for_ever()
        except Stopped:
            self.say("stopping")
            return 0
        finally:
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            self._stop()
            lock.truncate(0)

    def say(self, what: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody reads it any more
            print(f"[{time.monotonic() - self._began:6.2f} s] {what}", flush=True)

    # --- Starting

    def _start(self) -> None:
        others = {child.name: child for child in self.children}
        web, stripe = others.pop("web"), others.pop("stripe", None)
        if stripe:
            stripe.start(self.environment)
        self.services.enter()
        self._entered = True
        if stripe:
            self._wait_for(stripe, self.port + 2, "/")
        self.say("the servers answer")
        database = Database(self.state, self.environment)
        if not database.is_migrated():
            database.migrate()
            self.say("the database is migrated")
        # It takes about as long to start as the demo to be made, on another core.
        web.start(self.environment)
        people = database.demo()
        if people is None:
            people = database.seed()
            self.say("the demo's data is there")
        self._wait_for(web, self.port, "/healthz")
        self.say("the first page is served")
        for child in others.values():
            child.start(self.environment)
        print(welcome.text(self.state, self.environment, people), flush=True)

    def _children(self) -> list[Child]:
        port, site = str(self.port), self.environment["SITE_URL"]
        logs = self.state.folder("logs")
        beat = self.state.folder("beat")
        modules = {
            "web": "granian --interface wsgi --host 127.0.0.1 --port PORT --workers 2"
            " --blocking-threads 2 --no-access-log --log-level warning"
            " --respawn-failed-workers --respawn-interval 0.1 --workers-kill-timeout 1"
            " flattr.wsgi:application",
            # Three, so that a slow page and a slow mail server leave one for money.
            "worker": "celery --app flattr.celery:app worker --beat --concurrency 3"
            " --queues money,mail,fetch"
            " --loglevel INFO --without-gossip --without-mingle --schedule BEAT",
            "blog": "local.blog --port BLOG --site SITE",
        }
        words = {
            "PORT": port,
            "BLOG": str(self.port + 1),
            "SITE": site,
            "BEAT": str(beat / "schedule"),
        }
        simulated = (
            [payments.child(self.state, site, self.port + 2)]
            if self.services.simulates_payments
            else []
        )
        return simulated + [
            Child(
                name,
                [
                    *(sys.executable, "-m"),
                    *(words.get(word, word) for word in line.split()),
                ],
                logs / f"{name}.log",
            )
            for name, line in modules.items()
        ]

    def _report_in(self, lock: IO[str]) -> None:
        """What a second start reads."""
        lock.truncate(0)
        site = self.environment["SITE_URL"]
        lock.write(f"Flattr already runs at {site}/ (process {os.getpid()}).")
        lock.flush()

    def _wait_for(self, child: Child, port: int, path: str) -> None:
        if not self._until(lambda: answers(port, path), seconds=60):
            words = child.log.read_bytes()[-3000:].decode(errors="replace")
            raise CannotStart(f"{child.name} does not answer. Its log ends:\n{words}")

    # --- Keeping

    def _tend_for_ever(self) -> NoReturn:
        while True:
            self._tend()
            time.sleep(PULSE_SECONDS)

    def _until(self, true: Callable[[], bool], *, seconds: float) -> bool:
        """Tend the tree until that is true or the time is over."""

        def tend_and_ask() -> bool:
            self._tend()
            return true()

        return processes.wait_until(tend_and_ask, seconds=seconds, pause=PULSE_SECONDS)

    def _tend(self) -> None:
        try:
            if repaired := self.services.repair():
                self.say(f"{repaired} had ended and runs again")
        except (CannotStart, psycopg2.Error) as reason:
            self.say(f"will try again: {reason}")
            time.sleep(1)
        for child in self.children:
            if told := child.tend(self.environment):
                self.say(f"{told}; it is started again")

    # --- Stopping

    def _stop(self) -> None:
        """Web before worker before the servers that both need, within three seconds."""
        for child in self.children:
            child.ask_to_end()
        processes.wait_until(
            lambda: not any(child.runs() for child in self.children),
            seconds=GRACE_SECONDS,
        )
        for child in self.children:
            child.end()
        end_marked(self.state)
        if self._entered and not self.services.leave():
            self.say("PostgreSQL and Valkey stay for another command that uses them")
        self.say("stopped")


def stop_here(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def answers(port: int, path: str) -> bool:
    """Whether a server of ours serves there, without an error of its own."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(asked):
        try:
            asked.request("GET", path)
            return asked.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
