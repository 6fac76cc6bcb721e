"""What a database needs: the migrations, and people to try the platform with."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg2
from psycopg2 import extensions

from local.servers import sources
from local.servers.processes import CannotStart
from local.servers.state import ROOT, State

Demo = Mapping[str, Any]


class Database:
    """The platform's database, as `manage.py` prepares it."""

    def __init__(self, here: State, environment: Mapping[str, str]) -> None:
        self._state = here
        self._environment = environment

    def is_migrated(self) -> bool:
        """Whether the code that last migrated it was this code."""
        return self._state.read("migrated", "") == self._version()

    def migrate(self) -> None:
        self._manage("migrate", "--verbosity=0")
        self._state.write("migrated", self._version())

    def demo(self) -> Demo | None:
        """What `seed` said before, if these people are in this database."""
        told: Demo | None = json.loads(self._state.read("demo.json", "null"))
        if told is None:
            return None
        names = [person["username"] for person in told["users"].values()]
        query = "SELECT count(*) FROM person WHERE username = ANY (%s)"
        return told if self._number(query, names) == len(names) else None

    def seed(self) -> Demo:
        """What `manage.py seed_demo --json` says; kept, since it tells the passwords."""
        answer = self._manage("seed_demo", "--json")
        self._state.write("demo.json", answer)
        told: Demo = json.loads(answer)
        return told

    def _version(self) -> str:
        try:
            applied = self._number("SELECT count(*) FROM django_migrations")
        except psycopg2.ProgrammingError:  # there is nothing yet
            applied = 0
        return f"{sources.digest()} {applied}"

    def _number(self, query: str, *values: object) -> int:
        with self._connect() as opened, opened.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
            assert row is not None
            return int(row[0])

    @contextlib.contextmanager
    def _connect(self) -> Iterator[extensions.connection]:
        opened = psycopg2.connect(self._environment["DATABASE_OWNER_URL"])
        try:
            yield opened
        finally:
            opened.close()

    def _manage(self, *words: str) -> str:
        """The output of a command; what it logs goes to `logs/manage.log`. The code
        itself is checked by `run.py test`."""
        path = self._state.folder("logs") / "manage.log"
        with path.open("a") as log:
            done = subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), *words, "--skip-checks"],
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                check=False,
            )
        if done.returncode:
            end = path.read_text()[-3000:]
            last = end.rstrip().rpartition("\n")[2]
            if last.startswith("CommandError: "):
                raise CannotStart(last.removeprefix("CommandError: "))
            raise CannotStart(
                f"manage.py {' '.join(words)} failed:\n{done.stdout}{end}"
            )
        return done.stdout
