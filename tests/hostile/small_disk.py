"""A PostgreSQL of its own on a disk that can be filled up: a tmpfs in a namespace of
mounts that nobody else sees, and that is gone with the processes in it.

Root alone may mount; elsewhere the test is skipped.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
import pytest

from local.servers import binaries, processes
from local.servers.postgres import SETTINGS, Cluster

MEGABYTE = 2**20
SETTINGS_OF_A_SMALL_DISK = {
    # The processes die here, the machine does not.
    "fsync": "off",
    "max_wal_size": "4MB",
    "min_wal_size": "2MB",
    "max_connections": "20",
    "shared_buffers": "8MB",
    "checkpoint_timeout": "30s",
}
PASSWORD = "small"


class SmallDisk:
    """The server, and what fills its disk. `cluster` says who runs it and with which
    programs; `folder` is where its disk is mounted, and its socket lies beside it."""

    def __init__(self, cluster: Cluster, folder: Path, megabytes: int = 120) -> None:
        self.account = cluster.account
        self.programs = binaries.reachable_by(cluster.account, cluster.home)
        self.folder = folder / "disk"
        self.sockets = folder / "sockets"
        self.log = folder / "log"
        for path in (self.folder, self.sockets):
            path.mkdir(parents=True)
            self._give(path)
        self.holder = self._mount(megabytes)
        self.server: subprocess.Popen[bytes] | None = None
        self._initdb()

    @property
    def seen_from_here(self) -> Path:
        return Path(f"/proc/{self.holder.pid}/root{self.folder}")

    def url(self, role: str, database: str) -> str:
        host = str(self.sockets).replace("/", "%2F")
        return f"postgresql://{role}:{PASSWORD}@/{database}?host={host}&port=5432"

    def start(self) -> None:
        settings = SETTINGS | SETTINGS_OF_A_SMALL_DISK
        settings["unix_socket_directories"] = str(self.sockets)
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [
                    *self._inside(),
                    *(str(self.programs / "postgres"), "-D", str(self.folder / "data")),
                    *options,
                ],
                stdout=log,
                stderr=log,
                env=processes.ENVIRONMENT,
                start_new_session=True,
            )
        assert processes.wait_until(self.answers, seconds=60), self.last_words()

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres", "postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start_again(self) -> None:
        """What a supervisor does; nothing where the server helped itself."""
        assert self.server
        ended = self.server.poll
        processes.wait_until(lambda: ended() is not None or self.answers(), seconds=10)
        if self.answers():
            return
        self.stop()
        (self.seen_from_here / "data/postmaster.pid").unlink(missing_ok=True)
        self.start()

    def stop(self) -> None:
        if self.server:
            processes.end(self.server.pid, signal.SIGINT, seconds=10)
            self.server.wait()
            self.server = None

    def close(self) -> None:
        self.stop()
        self.holder.kill()
        self.holder.wait()

    # --- The disk

    def fill(self, spare_bytes: int = 0) -> None:
        """Leave so much free, and no more."""
        free = shutil.disk_usage(self.seen_from_here).free
        with (self.seen_from_here / "filler").open("ab") as filler:
            filler.write(b"x" * max(0, free - spare_bytes))

    def make_space(self) -> None:
        (self.seen_from_here / "filler").unlink()

    def next_segment(self) -> None:
        """Begin another file of the write-ahead log, which needs space for it."""
        with (
            contextlib.suppress(psycopg2.Error),
            contextlib.closing(
                psycopg2.connect(self.url("postgres", "postgres"))
            ) as server,
            server.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_switch_wal()")

    # --- Its beginning

    def _mount(self, megabytes: int) -> subprocess.Popen[str]:
        mount = f"mount -t tmpfs -o size={megabytes}m tmpfs '{self.folder}'"
        holder = subprocess.Popen(
            [
                *("unshare", "--mount", "--propagation", "private", "sh", "-c"),
                f"{mount} && echo mounted && exec sleep 100000",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert holder.stdout
        if holder.stdout.readline().strip() != "mounted":
            holder.wait()
            pytest.skip("Nothing may be mounted here, not even for ourselves.")
        self._give(Path(f"/proc/{holder.pid}/root{self.folder}"))
        return holder

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        path.chmod(0o700)

    def _inside(self) -> list[str]:
        assert self.account
        command = ["nsenter", "--target", str(self.holder.pid), "--mount"]
        ids = (self.account.pw_uid, self.account.pw_gid)
        return [*command, f"--setuid={ids[0]}", f"--setgid={ids[1]}"]

    def _initdb(self) -> None:
        word = self.sockets / "password"
        word.write_text(PASSWORD)
        self._give(word)
        done = subprocess.run(
            [
                *self._inside(),
                str(self.programs / "initdb"),
                *(f"--pgdata={self.folder / 'data'}", f"--pwfile={word}"),
                *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--locale=C.UTF-8", "--no-sync", "--wal-segsize=1"),
            ],
            cwd="/",
            env=processes.ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def copy(self, source: str, database: str) -> None:
        """The two roles, and a database with all that is in the one at `source`, an
        address of its owner's."""
        server = psycopg2.connect(self.url("postgres", "postgres"))
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE ROLE owner LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
            cursor.execute(f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'")
            cursor.execute(f'CREATE DATABASE "{database}" OWNER owner')
        server.close()
        dump = subprocess.run(
            [
                str(self.programs / "pg_dump"),
                f"--dbname={source}",
            ],
            env=processes.ENVIRONMENT,
            capture_output=True,
            check=True,
        )
        subprocess.run(
            [
                *(str(self.programs / "psql"), "--quiet", "--set=ON_ERROR_STOP=1"),
                f"--dbname={self.url('owner', database)}",
            ],
            env=processes.ENVIRONMENT,
            input=dump.stdout,
            capture_output=True,
            check=True,
        )

    def last_words(self) -> str:
        return self.log.read_bytes()[-3000:].decode(errors="replace")
