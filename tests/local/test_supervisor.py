"""`run.py up` on an empty state, and what is killed while it runs."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pwd
import re
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.servers import processes
from run import fits
from tests.local.platforms import Platform, copy_of_the_house, eventually, running

# Three seconds where nothing else runs, which tests cannot count on; what waits for
# somebody's connection to end would wait for ever.
IN_TIME = 30


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short enough for sockets, and open to PostgreSQL's account."""
    with tempfile.TemporaryDirectory(prefix="flattr-up-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def platform(folder: Path) -> Iterator[Platform]:
    """One for all stories of this file: each leaves it as it found it."""
    with running(Platform(folder / "state")) as made:
        yield made


def test_it_says_where_everything_is_and_how_to_sign_in(platform: Platform) -> None:
    output = platform.output()

    assert f"{platform.address}/admin/" in output
    assert f"{platform.address}/local/mailbox/" in output
    assert f"http://localhost:{platform.port + 1}/" in output
    assert f"http://127.0.0.1:{platform.port + 2}/ (simulated" in output
    for role in ("reader", "creator", "admin", "admin2"):
        assert re.search(rf"^  {role} +\S+@\S+$", output, re.MULTILINE), role
    assert re.search(r"is the password.*\n\n  \S.*\S\n", output)
    eventually(lambda: platform.answers("/"))


def test_started_twice_the_second_says_where_the_first_runs(platform: Platform) -> None:
    second = platform.run("up", "--port", "8999")

    assert second.returncode == 0
    assert platform.address in second.stdout
    assert platform.process.poll() is None


def leaders(platform: Platform, words: str) -> set[int]:
    """What the supervisor started itself: each leads a session of its own, and what
    outlived a killed leader for a moment does not count."""
    return {pid for pid in platform.pids(words) if os.getsid(pid) == pid}


def web(platform: Platform) -> set[int]:
    return leaders(platform, "granian")


def web_workers(platform: Platform) -> set[int]:
    (leader,) = web(platform)
    family = (pid for pid in platform.pids("granian") if os.getsid(pid) == leader)
    return set(family) - {leader}


def worker(platform: Platform) -> set[int]:
    return leaders(platform, "celery")


def blog(platform: Platform) -> set[int]:
    return leaders(platform, "local.blog")


def payments(platform: Platform) -> set[int]:
    return leaders(platform, "local.stripe")


def postgres(platform: Platform) -> set[int]:
    return {platform.postgres()}


def valkey(platform: Platform) -> set[int]:
    return {platform.valkey()}


Part = Callable[[Platform], set[int]]
PARTS: dict[Part, int] = {
    web: 1,
    web_workers: 2,
    worker: 1,
    blog: 1,
    payments: 1,
    postgres: 1,
    valkey: 1,
}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_killed_is_back_within_seconds(platform: Platform, part: Part) -> None:
    # What the story before this one killed may still be on its way up.
    killed = whole(platform, part).pop()

    os.kill(killed, signal.SIGKILL)

    eventually(lambda: not processes.is_alive(killed))
    assert killed not in whole(platform, part)
    eventually(platform.answers)


def whole(platform: Platform, part: Part) -> set[int]:
    """The processes of a part, once all of them run."""
    seen: set[int] = set()

    def all_run() -> bool:
        # It may go between two looks at it.
        with contextlib.suppress(OSError, ValueError, IndexError):
            seen.clear()
            seen.update(filter(processes.is_alive, part(platform)))
        return len(seen) == PARTS[part]

    eventually(all_run)
    return seen


def test_no_acknowledged_commit_is_lost_when_postgresql_is_killed(
    platform: Platform,
) -> None:
    travelled = platform.run("manage", "travel", "+1h")

    os.kill(platform.postgres(), signal.SIGKILL)
    eventually(platform.answers)
    looked = platform.run("manage", "shell", "-v0", "-c", OFFSET)

    assert travelled.returncode == 0, travelled.stdout
    assert 3_590 < int(looked.stdout.split()[-1]) < 3_610, looked.stdout


def test_simulated_money_is_still_there_when_its_process_is_killed(
    platform: Platform,
) -> None:
    killed = whole(platform, payments).pop()
    deed(platform, "top_up", amount=4_321)

    os.kill(killed, signal.SIGKILL)

    eventually(lambda: not processes.is_alive(killed))
    assert killed not in whole(platform, payments)
    eventually(lambda: "43.21 EUR" in page_of_payments(platform))


def deed(platform: Platform, name: str, **given: object) -> None:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{platform.port + 2}/_simulator/{name}",
        json.dumps(given).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        assert answer.status == 200


def page_of_payments(platform: Platform) -> str:
    address = f"http://127.0.0.1:{platform.port + 2}/"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            page: str = answer.read().decode()
            return page
    except OSError:
        return ""


OFFSET = """
from django.db import connection
cursor = connection.cursor()
cursor.execute("SELECT seconds FROM flattr_clock_offset")
print(int(cursor.fetchone()[0]))
"""


@pytest.mark.all
def test_the_next_start_ends_the_orphans_of_a_killed_supervisor(
    platform: Platform,
) -> None:
    orphans, postgres = platform.pids(""), platform.postgres()

    platform.process.kill()
    platform.process.wait()
    platform.start()
    platform.wait_until_ready()

    assert not any(map(processes.is_alive, orphans))
    assert platform.postgres() == postgres, "attached to, not started anew"
    assert platform.answers()


@pytest.mark.all
def test_a_command_leaves_a_running_platform_alone(platform: Platform) -> None:
    before = {part: whole(platform, part) for part in PARTS}

    assert platform.run("manage", "check").returncode == 0

    assert {part: part(platform) for part in PARTS} == before


def test_sigterm_stops_everything_within_seconds(platform: Platform) -> None:
    everything = platform.everything()

    seconds = platform.stop()

    assert seconds < IN_TIME
    assert platform.process.returncode == 0
    assert not any(map(processes.is_alive, everything))


@pytest.mark.all
def test_a_stopped_state_is_started_for_a_command_and_stopped_again(
    platform: Platform,
) -> None:
    checked = platform.run("manage", "check_ledger")

    assert checked.returncode == 0, checked.stdout
    assert not (platform.state / "postgres" / "data" / "postmaster.pid").exists()


@pytest.mark.all
def test_a_command_finds_the_simulated_payments_too(platform: Platform) -> None:
    asked = platform.run("manage", "shell", "-v0", "-c", BALANCE)

    assert asked.stdout.split()[-1] == "4321", asked.stdout
    assert not platform.pids("local.stripe")


BALANCE = """
from payouts.gateway import history
print(history.balance().available)
"""


def test_the_second_start_serves_the_same_people(platform: Platform) -> None:
    said = platform.output()[platform.output().index("Flattr is ready") :]

    platform.start()
    platform.wait_until_ready()

    assert said.split("Sign in")[1].split("Data and")[0] in platform.output()
    assert "migrated" not in platform.output(), "nothing had changed"


def test_a_port_that_is_taken_is_refused_before_anything_starts(folder: Path) -> None:
    late = Platform(folder / "late")
    with http.server.HTTPServer(
        ("127.0.0.1", late.port), http.server.BaseHTTPRequestHandler
    ):
        refused = late.run("up", "--port", str(late.port))

    assert refused.returncode == 1
    assert f"Port {late.port} cannot be used" in refused.stdout
    assert "Traceback" not in refused.stdout
    assert not (late.state / "postgres").exists()


@pytest.mark.all
def test_stopping_while_it_starts_leaves_nothing(folder: Path) -> None:
    hasty = Platform(folder / "hasty")
    hasty.start()
    eventually(lambda: "the servers answer" in hasty.output())
    everything = hasty.everything()

    hasty.stop(signal.SIGINT)

    assert hasty.process.returncode == 0, hasty.output()
    assert not any(map(processes.is_alive, everything))
    assert not hasty.pids("")


@pytest.fixture
def nobody() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        pytest.skip("Only root may become somebody else; everything above was as us.")
    return pwd.getpwnam("nobody")


@pytest.fixture
def their_python(nobody: pwd.struct_passwd) -> str:
    """A Python that an ordinary user of this machine may run."""
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        real = Path(python).resolve()
        if real.exists() and processes.can_reach(nobody, real) and fits(str(real)):
            return str(real)
    pytest.skip("No fitting Python here outside of root's own directory.")


@pytest.mark.all
def test_an_ordinary_user_starts_it_too(
    folder: Path, nobody: pwd.struct_passwd, their_python: str
) -> None:
    house, home = folder / "house", folder / "nobody"
    copy_of_the_house(house, their_python)
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)

    with running(Platform(home / "state", house=house, person=nobody)) as theirs:
        eventually(lambda: theirs.answers("/"))
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in theirs.everything()}
        seconds = theirs.stop()

    assert owners == {nobody.pw_uid}
    assert theirs.process.returncode == 0
    assert seconds < IN_TIME
