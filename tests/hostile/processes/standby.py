"""A streaming replica of the platform's PostgreSQL: copied while that runs, read-only,
following it by its log."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local.servers import binaries
from local.servers.postgres import Cluster
from local.servers.state import State
from tests.hostile.processes.platform import Platform, eventually


class Standby(Cluster):
    """A cluster of its own whose data and passwords are another's."""

    def follow(self, primary: Cluster) -> None:
        """Copy the other and start; from then on whatever it writes comes here."""
        self._make_home()
        for role in ("postgres", "owner", "app"):
            known = primary.state.secret(f"postgres-{role}")
            (self.state.folder("secrets") / f"postgres-{role}").write_text(known)
        programs = binaries.reachable_by(self.account, self.home)
        copied = Path(tempfile.mkdtemp(prefix="copy-", dir=self.home)) / "data"
        subprocess.run(
            [
                *(programs / "pg_basebackup", "--pgdata", copied),
                *("--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf"),
                *("--no-sync", "--dbname", primary.url("postgres", "postgres")),
            ],
            check=True,
        )
        if self.account:
            for folder, _folders, files in os.walk(copied):
                for name in ("", *files):
                    path = Path(folder, name)
                    os.chown(path, self.account.pw_uid, self.account.pw_gid)
        copied.rename(self.data)
        self._launch()

    def pause(self) -> None:
        """Fall behind from now on."""
        with self.connect() as server, server.cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_pause()")
        state = "pg_get_wal_replay_pause_state()"
        eventually(lambda: self._says(state) == "paused", "it does not pause")

    def resume(self) -> None:
        with self.connect() as server, server.cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_resume()")

    def is_read_only(self) -> bool:
        return self._says("pg_is_in_recovery()") is True

    def _says(self, what: str) -> object:
        with self.connect() as server, server.cursor() as cursor:
            cursor.execute(f"SELECT {what}")
            row = cursor.fetchone()
        return row and row[0]


@contextlib.contextmanager
def following(platform: Platform) -> Iterator[Standby]:
    folder = Path(tempfile.mkdtemp(prefix="flattr-standby-"))
    folder.chmod(0o755)  # for PostgreSQL's own account
    standby = Standby(State(folder / "state"), durable=False)
    try:
        standby.follow(platform.postgres)
        yield standby
    finally:
        standby.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(standby.home, ignore_errors=True)
