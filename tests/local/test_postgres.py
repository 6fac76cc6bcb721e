"""A PostgreSQL of one's own: private, shared by commands, never half made."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.servers import processes
from local.servers.postgres import Cluster
from local.servers.processes import CannotStart
from local.servers.services import Services
from local.servers.state import State


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="flattr-postgres-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(State(folder / "state"), durable=False)
    made.start()
    yield made
    made.stop()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_on_the_machine_gets_in(cluster: Cluster) -> None:
    secrets = cluster.state.path / "secrets"

    assert mode(cluster.sockets) == 0o700
    assert mode(cluster.data) == 0o700
    assert mode(secrets) == 0o700
    assert {mode(path) for path in secrets.iterdir()} == {0o600}
    with cluster.connect() as server, server.cursor() as cursor:
        cursor.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
        assert cursor.fetchall() == [("scram-sha-256",)]
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)


def test_killed_and_started_it_has_what_it_had(folder: Path) -> None:
    cluster = Cluster(State(folder / "state"))
    cluster.start()
    with cluster.connect("owner", "flattr") as ours, ours.cursor() as cursor:
        cursor.execute("CREATE TABLE note AS SELECT 'kept' AS text")
    before = cluster.pid()
    assert before

    os.kill(before, signal.SIGKILL)
    processes.wait_until(lambda: cluster.pid() is None, seconds=60)
    cluster.start()

    assert cluster.pid() != before
    with cluster.connect("owner", "flattr") as ours, ours.cursor() as cursor:
        cursor.execute("SELECT text FROM note")
        assert cursor.fetchone() == ("kept",)
    cluster.stop()


def test_another_command_attaches_and_may_stop_it(cluster: Cluster) -> None:
    other = Cluster(cluster.state, durable=False)

    other.start()
    assert other.pid() == cluster.pid()

    other.stop()
    assert cluster.pid() is None


def test_data_of_another_version_is_refused_in_words(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(CannotStart, match="is PostgreSQL 15's"):
        cluster.start()


def test_a_directory_that_is_not_ours_holds_no_sockets(cluster: Cluster) -> None:
    """Its name can be guessed, so somebody may have been there first."""
    cluster.stop()
    shutil.rmtree(cluster.sockets)
    cluster.sockets.symlink_to("/tmp")  # noqa: S108

    with pytest.raises(CannotStart, match="belongs to somebody else"):
        cluster.start()


def test_below_a_private_directory_the_servers_data_live_elsewhere(
    folder: Path,
) -> None:
    """As root: the parent stays closed, and nothing of it is opened."""
    if os.geteuid() != 0:
        pytest.skip("Only root runs the server as somebody else.")
    private = folder / "private"
    private.mkdir(mode=0o700)
    cluster = Cluster(State(private / "state"), durable=False)
    try:
        cluster.start()

        assert cluster.answers()
        assert cluster.home.parent == Path("/var/lib/flattr")
        assert mode(private) == 0o700
    finally:
        cluster.stop()
        shutil.rmtree(cluster.home)


def test_one_of_two_addresses_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")

    with pytest.raises(CannotStart, match="DATABASE_URL is set alone"):
        Services(State(folder / "state"))


def test_the_last_of_two_commands_stops_the_servers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(variable)
    first, second = (Services(State(folder / "state"), durable=False) for _ in range(2))

    with first.used():
        with second.used():
            pass
        assert first.postgres
        assert first.postgres.answers()
        assert first.valkey
        assert first.valkey.answers()

    assert not first.postgres.answers()
    assert not first.valkey.answers()
