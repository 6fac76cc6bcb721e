"""pgbouncer in transaction mode between the platform and PostgreSQL: each transaction
gets another connection, and there are fewer of them than processes that want one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2

from local.servers import processes
from local.servers.postgres import DATABASE, PORT
from tests.hostile.processes.platform import Platform, eventually
from tests.programs import program

POOL_PORT = 6432
# Fewer than the processes and threads that share them.
CONNECTIONS = 3
CONFIGURATION = """
[databases]
* = host={sockets} port={port}

[pgbouncer]
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 100
unix_socket_dir = {folder}
unix_socket_mode = 0777
listen_port = {pool_port}
auth_type = scram-sha-256
auth_file = {folder}/users
stats_users = app
"""


class Pool:
    def __init__(self, platform: Platform, folder: Path) -> None:
        self._platform, self._folder = platform, folder
        self._program = program("pgbouncer", "pgbouncer")
        self._log = folder / "pgbouncer.log"

    def url(self, database: str = DATABASE) -> str:
        """As the role that runs: with the same password, checked by the pool."""
        password = self._password()
        host = quote(str(self._folder), safe="")
        return f"postgresql://app:{password}@/{database}?host={host}&port={POOL_PORT}"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        process = self._launch()
        try:
            eventually(self.answers, "the pool does not answer")
            yield
        finally:
            processes.end(process.pid, signal.SIGTERM, seconds=5)
            process.wait()
            # Shown by pytest beside a test that failed.
            print(self._log.read_text()[-4_000:])  # noqa: T201

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def transactions(self) -> int:
        """How many went through it."""
        opened = psycopg2.connect(self.url("pgbouncer"))
        opened.autocommit = True
        with contextlib.closing(opened), opened.cursor() as cursor:
            cursor.execute("SHOW STATS_TOTALS")
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return sum(row["xact_count"] for row in rows if row["database"] == DATABASE)

    def _launch(self) -> subprocess.Popen[bytes]:
        account = self._platform.postgres.account
        written = CONFIGURATION.format(
            sockets=self._platform.postgres.sockets,
            port=PORT,
            connections=CONNECTIONS,
            folder=self._folder,
            pool_port=POOL_PORT,
        )
        (self._folder / "pool.ini").write_text(written)
        (self._folder / "users").write_text(f'"app" "{self._password()}"\n')
        if account:  # It does not run as root.
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        with self._log.open("ab") as log:
            return processes.launch(
                [self._program, self._folder / "pool.ini"], log=log, account=account
            )

    def _password(self) -> str:
        return self._platform.state.secret("postgres-app")


@contextlib.contextmanager
def pooled(platform: Platform) -> Iterator[Pool]:
    with tempfile.TemporaryDirectory(prefix="flattr-pool-") as folder:
        pool = Pool(platform, Path(folder))
        with pool.running():
            yield pool
