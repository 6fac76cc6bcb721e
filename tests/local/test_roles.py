"""The roles of production, made by its own init step on a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from psycopg2 import errors

from local.servers import binaries
from local.servers.postgres import PORT, Cluster
from local.servers.state import ROOT, State

PASSWORDS = {"owner": "owner'1", "app": "app'1"}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server as the image makes it: with a superuser and nothing else."""
    with tempfile.TemporaryDirectory(prefix="flattr-roles-") as folder:
        Path(folder).chmod(0o755)
        made = Cluster(State(Path(folder) / "state"), durable=False)
        made.start()
        with made.connect() as server, server.cursor() as cursor:
            cursor.execute("DROP DATABASE flattr")
            cursor.execute("DROP ROLE owner, app")
        yield made
        made.stop()


def url(cluster: Cluster, role: str) -> str:
    host = quote(str(cluster.sockets), safe="")
    password = quote(PASSWORDS[role], safe="")
    return f"postgresql://{role}:{password}@/flattr?host={host}&port={PORT}"


def make_roles(cluster: Cluster) -> None:
    subprocess.run(
        [
            str(binaries.installed() / "psql"),
            *("--quiet", "--no-psqlrc", f"--file={ROOT / 'docker/roles.sql'}"),
            cluster.url("postgres", "postgres"),
        ],
        env=os.environ
        | {f"FLATTR_{role.upper()}_PASSWORD": PASSWORDS[role] for role in PASSWORDS},
        check=True,
    )


@pytest.mark.all
def test_two_roles_are_made_and_the_platform_is_migrated(cluster: Cluster) -> None:
    """Again, as each start of production does it; who runs may make nothing."""
    make_roles(cluster)
    make_roles(cluster)

    migrated = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"],
        env=os.environ
        | {
            "DATABASE_URL": url(cluster, "app"),
            "DATABASE_OWNER_URL": url(cluster, "owner"),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert migrated.returncode == 0, migrated.stderr
    running = psycopg2.connect(url(cluster, "app"))
    with running.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM person")
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'app'::regrole")
        assert cursor.fetchone() == (0,)
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE mine ()")
    running.close()
