"""A PostgreSQL of one's own: made, started, found running, stopped.

As root the server runs as the owner of its data, else as `postgres` or `nobody`; no
user is added and no directory is opened. What that user cannot reach lives below
`/var/lib/flattr` instead.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from local.servers import binaries, processes, sockets
from local.servers.placing import place_of
from local.servers.processes import CannotStart
from local.servers.state import State, locked

PORT = 5432  # part of the socket's name; nothing listens on the network
DATABASE = "flattr"
LOG_BYTES = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
# For data that may be lost with the machine: nothing waits for a disk.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
    # Each of several runs may have a test in which sixty people come at once.
    "max_connections": "400",
    # Passwords are proved thousands of times, and keep nobody out who is here.
    "scram_iterations": "1",
}


class Cluster:
    """The PostgreSQL server of a state directory.

    Nothing happens before `start()`: addresses can be told from the state alone.
    Several processes may start and stop the same cluster. One that is not durable is
    for tests: it forgets with the machine, and its owner may make databases.
    """

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self.state = state
        self.durable = durable
        self.account, self.home = place_of(state)
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None

    @functools.cached_property
    def sockets(self) -> Path:
        return sockets.folder_for(self.home, self.state.secret("salt"))

    def url(self, role: str, database: str = DATABASE) -> str:
        password = self.state.secret(f"postgres-{role}")
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={host}&port={PORT}"

    def start(self) -> None:
        """Attach to the running server, else start it, and see that it is complete."""
        self.state.folder()
        self._make_home()
        with locked(self.home / "lock"):
            if not self._attach():
                self._launch()
                self._prepare()

    def stop(self, seconds: float = 10) -> None:
        """Stop the server, also one that another process started."""
        pid = self.pid()
        if pid is None:
            return
        with locked(self.home / "lock"):
            processes.end(pid, signal.SIGINT, seconds=seconds)
            if self.process:
                self.process.wait()
                self.process = None

    def pid(self) -> int | None:
        """The process of the running server, whoever started it."""
        if self.process:
            self.process.poll()  # so that an ended child does not look alive
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        # The number may be another program's by now.
        ours = processes.is_alive(pid) and str(self.data) in processes.command_line(pid)
        return pid if ours else None

    def answers(self) -> bool:
        try:
            with self.connect("postgres"):
                return True
        except psycopg2.OperationalError:
            return False

    @contextlib.contextmanager
    def connect(
        self, role: str = "postgres", database: str = "postgres"
    ) -> Iterator[connection]:
        """A connection that commits each statement and is closed at the end."""
        opened = psycopg2.connect(self.url(role, database), connect_timeout=5)
        try:
            opened.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            yield opened
        finally:
            opened.close()

    def _attach(self) -> bool:
        pid = self.pid()
        if pid is None:
            return False
        # It may be starting up, or still recovering from a crash.
        processes.wait_until(
            lambda: self.answers() or not processes.is_alive(pid), seconds=20
        )
        if self.answers():
            return True
        processes.end(pid, signal.SIGINT, seconds=5)
        return False

    def _launch(self) -> None:
        programs = binaries.reachable_by(self.account, self.home)
        if not self.data.exists():
            self._initdb(programs)
        self._check_version(programs)
        sockets.make(self.sockets, self.account)
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= FORGETFUL
        options = [f"--{name}={value}" for name, value in settings.items()]
        command: list[str | Path] = [
            *(programs / "postgres", "-D", self.data, "-p", str(PORT)),
            *options,
        ]
        # Left by a killed server, whose number may now be another program's, or that
        # of a child nobody waited for. Backends that outlived it are found all the
        # same, by their shared memory.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        self._rotate_log()
        # Backends of a killed server need a moment to notice; until then the new
        # one finds their shared memory and gives up.
        started = processes.wait_until(
            lambda: self._try_to_launch(command), seconds=10, pause=0.2
        )
        if not started:
            raise CannotStart(f"PostgreSQL does not start:\n{self._last_words()}")

    def _try_to_launch(self, command: list[str | Path]) -> bool:
        with self.log.open("ab") as log:
            process = processes.launch(command, log=log, account=self.account)
        self.process = process
        processes.wait_until(
            lambda: self._is_ready(process.pid) or process.poll() is not None,
            seconds=60,
            pause=0.005,
        )
        return process.poll() is None

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and [x.strip() for x in lines[7:8]] == ["ready"]

    def _initdb(self, programs: Path) -> None:
        """Make the data directory beside its place and rename it there when whole."""
        making = Path(tempfile.mkdtemp(prefix="making-", dir=self.home))
        handle, password = tempfile.mkstemp(dir=making)
        with os.fdopen(handle, "w") as file:
            file.write(self.state.secret("postgres-postgres"))
        data = making / "data"
        data.mkdir(mode=0o700)
        if self.account:
            for path in (making, password, data):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        try:
            processes.run(
                [
                    programs / "initdb",
                    f"--pgdata={data}",
                    "--username=postgres",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C.UTF-8",
                    "--no-instructions",
                    *([] if self.durable else ["--no-sync"]),
                ],
                account=self.account,
            )
            data.rename(self.data)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _check_version(self, programs: Path) -> None:
        data = (self.data / "PG_VERSION").read_text().strip()
        ours = binaries.major_version(programs, self.account)
        if data != ours:
            raise CannotStart(
                f"The data in {self.data} is PostgreSQL {data}'s, and the installed "
                f"package is version {ours}. Dump it with the old version and load it "
                f"into a new state, or delete {self.data} to begin anew."
            )

    def _prepare(self) -> None:
        """The two roles and the database, with the passwords that the state knows."""
        with self.connect() as server, server.cursor() as cursor:
            for role, powers in self._roles().items():
                cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.rowcount else "CREATE"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                        sql.SQL(verb),
                        sql.Identifier(role),
                        sql.SQL(powers),
                        sql.Literal(self.state.secret(f"postgres-{role}")),
                    )
                )
            if not self.durable:
                cursor.execute("GRANT pg_signal_backend TO owner")
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER owner")

    def _roles(self) -> dict[str, str]:
        # Tests clone databases, and drop them with whoever is still connected.
        cloning = "" if self.durable else "CREATEDB"
        return {"owner": f"CREATEROLE {cloning}", "app": ""}

    def _make_home(self) -> None:
        identity = self.home / "state"
        mine = self.state.secret("salt")
        if identity.exists() and identity.read_text() != mine:
            # The state that this belonged to was deleted, and this with it.
            self.stop()
            shutil.rmtree(self.home)
        self.home.mkdir(parents=True, exist_ok=True)
        identity.write_text(mine)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        return self.log.read_bytes()[-2000:].decode(errors="replace")
