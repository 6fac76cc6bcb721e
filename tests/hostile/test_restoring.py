"""What is lost is restored: a dump holds the same ledger (O2), and an archive of the
write-ahead log holds every commit up to the moment before a mistake (O1)."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from psycopg2 import extensions
from pytest_django import Settings

from flattr import env, months
from flattr.database import clock
from local.servers import binaries, processes
from local.servers.postgres import Cluster
from local.servers.state import State
from payouts.close import closing
from payouts.ledger import checks, posting, seals
from payouts.management.commands.back_up import seconds_to_night
from payouts.models import Close
from payouts.operations import backups, drills, dump_files, pg_programs
from tests import clones, serving
from tests.world.bookkeeper import Bookkeeper
from tests.world.crowd import World
from tests.world.people import person, post_payment

pytestmark = pytest.mark.usefixtures("own_database", "programs")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """PostgreSQL's programs, of the server's own version."""
    path = f"{binaries.installed()}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    settings.DRILL_URL = os.environ["DATABASE_OWNER_URL"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="flattr-restoring-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def month() -> int:
    """A month of twenty readers that is over."""
    world = World(seed=11, readers=20, creators=8, books=Bookkeeper())
    world.click_around()
    return world.month_passes()


@pytest.fixture
def closed_month(month: int) -> int:
    closing.close_month(month)
    return month


def drill(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """What the command says of a dump that is not good."""
    capsys.readouterr()
    with pytest.raises(SystemExit, match="1"):
        call_command("restore_drill", str(folder))
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_a_dump_holds_the_same_ledger(
    closed_month: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """O2, and the platform runs on what was restored."""
    name = f"flattr_test_{os.environ['FLATTR_TEST_RUN']}_9999"
    digest = checks.digest()

    call_command("back_up", str(folder), "--drill")
    call_command("restore_drill", str(folder), "--keep-as", name)

    said, _, told = capsys.readouterr().out.partition("{")
    assert f"digest {digest}" in said
    assert json.loads("{" + told)["digest"] == digest
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(variable, clones.address(variable, name))
    with serving.platform({}) as address:
        web = HTTPConnection(urlsplit(address).netloc)
        web.request("GET", f"/closes/{months.show(closed_month)}")
        assert checks.digest(closed_month) in web.getresponse().read().decode()


def test_no_guard_stands_before_the_rows_that_it_would_refuse(
    month: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2: flattrs of weeks ago come in where only those of now may."""
    dump = backups.make(folder)
    seen: list[tuple[bool, ...] | None] = []

    def run(*words: str, environment: Mapping[str, str]) -> None:
        pg_programs.run(*words, environment=environment)
        [name] = [word[9:] for word in words if word.startswith("--dbname=")]
        there = psycopg2.connect(clones.address("DATABASE_OWNER_URL", name))
        with contextlib.closing(there), there.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM flattr),"
                " EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)"
            )
            seen.append(cursor.fetchone())

    monkeypatch.setattr(drills, "run", run)

    assert drills.drill(dump).wrong == []
    assert seen == [(False, False), (True, False), (True, True)]


def test_nobody_else_on_the_machine_reads_a_dump(month: int, folder: Path) -> None:
    """Who people are and what they gave is in it; while it is written, too."""
    seen: set[int] = set()
    before, beside = os.umask(0o022), folder / "new"

    def look() -> None:
        while not done.is_set():
            with contextlib.suppress(FileNotFoundError):
                for file in beside.iterdir():
                    seen.add(file.stat().st_mode & 0o777)

    done = threading.Event()
    looking = threading.Thread(target=look)
    looking.start()
    try:
        dump = backups.make(beside)
    finally:
        done.set()
        looking.join()
        os.umask(before)

    assert seen == {0o600}
    assert dump.stat().st_mode & 0o777 == 0o600
    assert dump.with_suffix(".json").stat().st_mode & 0o777 == 0o600
    assert beside.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("just_before", ["contents_now", "run"])
def test_a_close_that_is_seen_just_then_is_in_the_dump(
    month: int, folder: Path, monkeypatch: pytest.MonkeyPatch, just_before: str
) -> None:
    """It becomes visible between the dump's snapshot and the look at what is in it, or
    just before pg_dump."""
    closing.begin(month)
    for lo, hi, _ in closing.batches(month):
        closing.fill(month, lo, hi)
    closing.build(month)
    act = getattr(backups, just_before)

    def finish() -> None:
        closing.finish(month)
        connection.close()

    def act_late(*arguments: Any, **named: Any) -> Any:
        other = threading.Thread(target=finish)
        other.start()
        other.join()
        return act(*arguments, **named)

    monkeypatch.setattr(backups, just_before, act_late)
    dump = backups.make(folder)
    monkeypatch.setattr(backups, just_before, act)
    told = drills.drill(dump)

    assert told.wrong == []
    assert told.digest == checks.digest()
    assert Close.objects.get().state == "closed"


def test_a_dump_that_lacks_something_is_found_out(
    closed_month: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = checks.digest()
    dump = backups.make(folder)
    first = dump.read_bytes()
    late = person("late")
    post_payment(late.pk, 500, "charge:late")
    time.sleep(1)
    second = backups.make(folder)
    # The first dump under the second's name: whole, and older than it says.
    second.write_bytes(first)

    told = drill(second, capsys)

    assert not told["ok"]
    assert told["digest"] == before
    assert "digest is" in str(told["wrong"])
    assert "transactions is" in str(told["wrong"])


def test_a_ledger_that_was_changed_before_the_dump_is_found_out(
    closed_month: int,
    folder: Path,
    owner_connection: extensions.connection,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """L7: the seals are computed again from what was restored."""
    day = seals.seal_day()
    assert day
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE ledger_transaction_0 DISABLE TRIGGER ledger_transaction_stays"
        )
        cursor.execute(
            "UPDATE ledger_transaction SET occurred_at = occurred_at - interval '1 day'"
            " WHERE book = 0 AND id = (SELECT min(id) FROM ledger_transaction)"
        )
        cursor.execute(
            "ALTER TABLE ledger_transaction_0"
            " ENABLE ALWAYS TRIGGER ledger_transaction_stays"
        )
    backups.make(folder)

    told = drill(folder, capsys)

    assert f"The seal of {day.day}" in str(told["wrong"])


def test_a_torn_dump_is_refused_and_leaves_no_database(
    closed_month: int, folder: Path
) -> None:
    dump = backups.make(folder)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])

    with pytest.raises(CommandError, match="pg_restore"):
        call_command("restore_drill", str(folder))

    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '_drill_'")
        assert cursor.fetchall() == []


def test_only_the_newest_dumps_are_kept(folder: Path) -> None:
    for day in range(1, 5):
        for kind in ("dump", "json"):
            (folder / f"flattr-2026110{day}T030000Z.{kind}").write_text("{}")

    dump_files.prune(folder, backups.PATTERN, 2)

    assert sorted(path.name for path in folder.iterdir()) == [
        "flattr-20261103T030000Z.dump",
        "flattr-20261103T030000Z.json",
        "flattr-20261104T030000Z.dump",
        "flattr-20261104T030000Z.json",
    ]


def test_without_a_dump_or_a_server_one_sentence_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    with pytest.raises(CommandError, match="There is no flattr-"):
        call_command("restore_drill", str(folder))
    settings.DRILL_URL = ""
    with pytest.raises(CommandError, match="FLATTR_DRILL_URL is not set"):
        call_command("restore_drill", str(folder / "flattr-1.dump"))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="pg_dump is not on the PATH"):
        call_command("back_up", str(folder))
    assert [path.name for path in folder.iterdir()] == []


def test_a_night_is_never_more_than_a_day_away() -> None:
    at_two = clock.now().replace(hour=2, minute=0, second=0, microsecond=0)

    assert seconds_to_night(at_two) == 3600
    assert seconds_to_night(at_two + timedelta(hours=1)) == 24 * 3600
    assert seconds_to_night(at_two + timedelta(hours=2)) == 23 * 3600


# --- Point-in-time recovery


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A server of its own that archives its write-ahead log."""
    made = Cluster(State(folder / "state"))
    made.start()
    archive = owned(made, "archive")
    with made.connect() as server, server.cursor() as cursor:
        for name, value in (
            ("archive_mode", "on"),
            ("archive_command", f"test ! -f {archive}/%f && cp %p {archive}/%f"),
            ("archive_timeout", "300"),
        ):
            cursor.execute(f"ALTER SYSTEM SET {name} = %s", [value])
    made.stop()
    made.start()
    yield made
    made.stop()


def owned(cluster: Cluster, name: str) -> Path:
    """A folder beside the data that belongs to the server's own user."""
    made = cluster.home / name
    made.mkdir(mode=0o700)
    if cluster.account:
        os.chown(made, cluster.account.pw_uid, cluster.account.pw_gid)
    return made


def point_django_at(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    connections.close_all()
    for key, value in env.parse_database(cluster.url("app")).items():
        monkeypatch.setitem(connection.settings_dict, key, value)


def take_base_backup(cluster: Cluster) -> Path:
    base = owned(cluster, "base")
    processes.run(
        [
            binaries.reachable_by(cluster.account, cluster.home) / "pg_basebackup",
            f"--pgdata={base}",
            f"--dbname={cluster.url('postgres', 'postgres')}",
            "--checkpoint=fast",
            "--wal-method=none",
        ],
        account=cluster.account,
    )
    return base


def recover(cluster: Cluster, base: Path, until: str) -> None:
    """Put the base backup in the data's place and replay the archive until then."""
    cluster.stop()
    cluster.data.rename(cluster.home / "lost")
    base.rename(cluster.data)
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"restore_command = 'cp {cluster.home / 'archive'}/%f %p'\n"
            f"recovery_target_time = '{until}'\n"
            "recovery_target_action = 'promote'\n"
            # Nobody is let in before it is done.
            "hot_standby = 'off'\n"
        )
    (cluster.data / "recovery.signal").touch()
    cluster.start()


@pytest.mark.all
def test_a_dropped_table_is_undone_to_the_moment_before(
    closed_month: int,
    folder: Path,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """O1: a base backup and the archive bring back every commit before a mistake."""
    dump = backups.make(folder)
    load(cluster, dump)
    base = take_base_backup(cluster)
    point_django_at(cluster, monkeypatch)
    zoe = person("zoe")
    for number in range(20):
        post_payment(zoe.pk, 500, f"charge:after-{number}")
    digest = checks.digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (clock_timestamp() + interval '0.5 seconds')::text")
        moment = cursor.fetchone()[0]
    time.sleep(1)
    connections.close_all()
    with cluster.connect("owner", "flattr") as owner, owner.cursor() as cursor:
        cursor.execute("DROP TABLE ledger_entry CASCADE")
    with cluster.connect() as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_switch_wal()")

    recover(cluster, base, moment)

    assert checks.digest() == digest
    assert not any(checks.check().values())
    post_payment(zoe.pk, 500, "charge:again")
    assert posting.balance(posting.Place("means", zoe.pk)) == 10_500


def load(cluster: Cluster, dump: Path) -> None:
    """In the place of the server's empty database."""
    processes.run(
        [
            binaries.installed() / "pg_restore",
            "--exit-on-error",
            f"--dbname={cluster.url('postgres')}",
            dump,
        ]
    )
