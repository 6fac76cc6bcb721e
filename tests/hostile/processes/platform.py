"""The whole platform for tests that kill it: PostgreSQL that forgets nothing, Valkey,
Stripe, two beats, two workers of two processes each, and the web server.

The parts stay up from test to test; each test gets a database that nobody has used
under the same name, an empty broker and an empty Stripe.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg2
import redis
from django.db import connections
from django.db.utils import DatabaseError, InterfaceError
from psycopg2 import sql

from flattr.database import roles
from local.running.supervisor import answers
from local.servers import binaries, processes
from local.servers.postgres import DATABASE, Cluster
from local.servers.state import State
from local.servers.valkey import Valkey
from local.stripe.serving.server import Server
from tests import clones
from tests.clones import Clones
from tests.hostile.crashing import as_it_is
from tests.hostile.processes.parts import Keeper, Part
from tests.serving import free_port
from tests.world.stripes import Simulator

# How many seconds a minute of the beats is long.
A_MINUTE = 2.0
# Far more than anything takes, for machines with other work.
PATIENCE_SECONDS = 90
TEMPLATE = "template_of_tests"
QUEUES = "money,mail,fetch"
Done = TypeVar("Done")
# A server that dies while it answers is a plain DatabaseError.
AWAY = (DatabaseError, InterfaceError, psycopg2.Error)


class Platform:
    def __init__(self, folder: Path, all_clones: Clones) -> None:
        self.state = State(folder)
        self.postgres = Cluster(self.state, durable=True)
        self.valkey = Valkey(self.state)
        self.stripe = Simulator(Server(0))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.mails = self.state.folder("mail")
        self.logs = self.state.folder("logs")
        self.beats = [self._beat(f"beat-{n}") for n in (1, 2)]
        self.workers = [self.worker(f"worker-{n}") for n in (1, 2)]
        self.web = self._web()
        self.parts = [self.web, *self.workers, *self.beats]
        self._all_clones = all_clones
        self._keepers: list[Keeper] = []
        self._postgres_is_wanted = self._valkey_is_wanted = True

    # --- Up and down

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.stripe.server.start()
        self.stripe.subscribe(self.address)
        self._empty_stripe = as_it_is(self.stripe)
        self._make_template()
        self.begin_anew()
        self._keepers = [Keeper(part.tend) for part in self.parts]
        self._keepers += [Keeper(self._tend_postgres), Keeper(self._tend_valkey)]
        self.all_run()

    def end(self) -> None:
        for keeper in self._keepers:
            keeper.end()
        for part in self.parts:
            part.end()
        self.stripe.server.stop()
        self.valkey.stop()
        self.postgres.stop()

    def all_run(self) -> None:
        """Start what does not run, and wait until everything does its work."""
        self.postgres_is_back()
        self.valkey_is_back()
        for part in self.parts:
            part.start()
        eventually(
            lambda: all(part.is_ready() for part in self.parts), "a part is not ready"
        )
        eventually(lambda: answers(self.port, "/healthz"), "the web does not answer")

    def begin_anew(self) -> None:
        """Another database under the same name, an empty broker and Stripe, no mails."""
        # A test that failed may have left them away.
        self.postgres_is_back()
        self.valkey_is_back()
        connections.close_all()
        # Emptied first, so that nothing of the database before is told to the next; and
        # again, since until it was gone it may have asked for something.
        with self.stripe.server.delivering:
            self._empty_stripe()
            self._begin_with_another_database()
            self.flush()
            self._empty_stripe()
        for mail in self.mails.iterdir():
            mail.unlink()

    def _begin_with_another_database(self) -> None:
        fresh = sql.Identifier("fresh")
        with self.postgres.connect() as server, server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE fresh TEMPLATE {TEMPLATE} OWNER owner")
            for setting, value in roles.DATABASE_SETTINGS.items():
                cursor.execute(
                    sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                        fresh, sql.Identifier(setting), sql.Literal(value)
                    )
                )
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            cursor.execute(f"ALTER DATABASE fresh RENAME TO {DATABASE}")

    def log(self) -> str:
        """The ends of all logs, for a test that failed."""
        told = [(part.name, part.log) for part in self.parts]
        told += [("postgres", self.postgres.log), ("valkey", self.valkey.log)]
        return "\n".join(
            f"--- {name}\n{log.read_bytes()[-4_000:].decode(errors='replace')}"
            for name, log in told
            if log.exists()
        )

    # --- PostgreSQL and Valkey

    def kill_postgres(self) -> None:
        """kill -9 of the server; it is started again at once."""
        self._kill(self.postgres.pid())

    def kill_a_backend(self) -> None:
        """kill -9 of a process that answers queries; the server ends all others."""
        with contextlib.suppress(*AWAY), self.as_owner() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC, random()"
            )
            if row := cursor.fetchone():
                self._kill(row[0])

    def lose_valkey(self) -> None:
        """kill -9, and it stays away."""
        self._valkey_is_wanted = False
        self._kill(self.valkey.pid())
        eventually(lambda: not self.valkey.answers(), "Valkey lives on")

    def valkey_is_back(self) -> None:
        self._valkey_is_wanted = True
        eventually(self.valkey.answers, "Valkey is not back")

    def lose_postgres(self) -> None:
        """kill -9, and it stays away."""
        self._postgres_is_wanted = False
        self._kill(self.postgres.pid())
        eventually(lambda: not self.postgres.answers(), "PostgreSQL lives on")

    def postgres_is_back(self) -> None:
        self._postgres_is_wanted = True
        eventually(self.postgres.answers, "PostgreSQL is not back")

    def flush(self) -> None:
        """The broker forgets everything: each message, taken or not, and each count."""
        broker = redis.Redis(unix_socket_path=str(self.valkey.socket_path))
        broker.flushall()
        broker.close()

    def nothing_is_called(self) -> bool:
        """No worker is at anything, and nothing waits for one."""
        broker = redis.Redis(unix_socket_path=str(self.valkey.socket_path))
        waiting = sum(int(broker.llen(queue)) for queue in QUEUES.split(","))
        taken = int(broker.hlen("unacked"))
        broker.close()
        return not waiting and not taken

    @contextlib.contextmanager
    def as_owner(self) -> Iterator[psycopg2.extensions.cursor]:
        """A connection of the owner's that commits each statement."""
        with (
            self.postgres.connect("postgres", DATABASE) as opened,
            opened.cursor() as cursor,
        ):
            yield cursor

    @contextlib.contextmanager
    def held_at(self, table: str) -> Iterator[None]:
        """Whoever writes to that table waits until the block ends."""
        opened = psycopg2.connect(self.postgres.url("postgres", DATABASE))
        try:
            with opened.cursor() as cursor:
                # However long the machine takes for what is to come in between.
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
                yield
        finally:
            opened.close()

    def waiting_at(self, table: str) -> list[str]:
        """The parts that wait to write there."""
        with self.as_owner() as cursor:
            cursor.execute(
                "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a"
                " USING (pid) WHERE l.relation = %s::regclass AND NOT l.granted",
                [table],
            )
            return [name for (name,) in cursor.fetchall()]

    # --- What the parts are

    def environment(self) -> dict[str, str]:
        stripe = self.stripe
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.hostile.processes.settings",
            "A_MINUTE": str(A_MINUTE),
            "SITE_URL": self.address,
            "FLATTR_STATE": str(self.state.path),
            "DATABASE_URL": self.postgres.url("app"),
            "DATABASE_OWNER_URL": "",
            "REDIS_URL": self.valkey.url(),
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_API_KEY": stripe.api_key,
            "STRIPE_WEBHOOK_SECRET": stripe.webhook_secret,
            "STRIPE_CONNECT_WEBHOOK_SECRET": stripe.connect_secret,
        }

    def worker(
        self, name: str, queues: str = QUEUES, *, processes: int = 2, **more: str
    ) -> Part:
        """One beside the two that are always there is started and ended by the test."""
        options = (
            f"worker --hostname {name}@flattr --queues {queues} --concurrency {processes}"
            " --loglevel INFO --without-gossip --without-mingle"
        )
        return self._celery(name, options, f"{name}@flattr ready", **more)

    def _beat(self, name: str) -> Part:
        schedule = self.state.folder("beat") / name
        options = f"beat --loglevel INFO --schedule {schedule} --pidfile="
        return self._celery(name, options, "beat: Starting")

    def _celery(self, name: str, options: str, ready: str, **more: str) -> Part:
        command = [
            *(sys.executable, "-m", "celery", "--app", "flattr.celery:app"),
            *options.split(),
        ]
        return Part(name, command, self.environment() | more, self.logs, ready)

    def _web(self) -> Part:
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-access-log"),
            *("--respawn-failed-workers", "--respawn-interval", "0.1"),
            "flattr.wsgi:application",
        ]
        return Part("web", command, self.environment(), self.logs, "Started worker")

    def _make_template(self) -> None:
        """The migrated database of ordinary tests, brought over."""
        programs = binaries.installed()
        source = self._all_clones.clone()
        dumped = subprocess.run(
            [programs / "pg_dump", clones.address("DATABASE_OWNER_URL", source)],
            capture_output=True,
            check=True,
        )
        self._all_clones.drop(source)
        with self.postgres.connect() as server, server.cursor() as cursor:
            # What a killed process wrote the system keeps; only a power cut needs it.
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute(f"CREATE DATABASE {TEMPLATE} OWNER owner")
        subprocess.run(
            [
                *(programs / "psql", "--quiet", "--no-psqlrc", "--single-transaction"),
                *("--set", "ON_ERROR_STOP=1", self.postgres.url("postgres", TEMPLATE)),
            ],
            input=dumped.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _tend_postgres(self) -> None:
        if self._postgres_is_wanted and self.postgres.pid() is None:
            self.postgres.start()

    def _tend_valkey(self) -> None:
        if self._valkey_is_wanted and self.valkey.pid() is None:
            self.valkey.start()

    def _kill(self, pid: int | None) -> None:
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def surely(act: Callable[[], Done]) -> Done:
    """Do it, again and again over databases that go and come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except AWAY:
            connections.close_all()
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def eventually(
    true: Callable[[], bool],
    otherwise: str | Callable[[], object],
    seconds: float = PATIENCE_SECONDS,
) -> float:
    """Wait until it is true, whatever of the database is just gone; the seconds it
    took."""
    began = time.monotonic()
    if not processes.wait_until(lambda: surely(true), seconds=seconds):
        why = otherwise if isinstance(otherwise, str) else surely(otherwise)
        raise AssertionError(why)
    return time.monotonic() - began
