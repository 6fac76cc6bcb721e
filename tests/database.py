"""The tests' database, as a plugin: it must be there before settings are read.

Ordinary `django_db` tests share one clone of the migrated template, as the role
`app`, and roll back. A test that must commit asks for `own_database`. Flushing tests
cannot work as that role and are refused.

With DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL set those servers are used; the
owner must then be allowed to make databases.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from django.test import TestCase, TransactionTestCase

from local.servers import state
from local.servers.services import Services
from local.servers.state import State, locked
from tests import clones, workers

# What a person has set for their own platform must not change what tests see.
OURS = ("FLATTR_", "STRIPE_", "SENTRY_")
ABOUT_TESTS = {"STRIPE_TEST_KEY", "FLATTR_SEED", "FLATTR_SEEDS", "FLATTR_DAYS"}
ALSO_OURS = {"SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "EMAIL_URL"}

MEMORY = Path("/dev/shm")  # noqa: S108 (whoever made the folder there is asked)
ROOM_BYTES = 3_000_000_000

# Conftests may import them before they are plugins.
pytest.register_assert_rewrite(
    "tests.world.stripes", "tests.fixtures", "tests.world.demo"
)

services_key = pytest.StashKey[Services]()
folder_key = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None]:
    """Say where everything will be; nothing is started before a test needs it."""
    early_config.stash[workers.before_key] = dict(os.environ)
    services = Services(fresh_state(), durable=False)
    folder = tempfile.TemporaryDirectory(prefix="flattr-test-")
    for name in list(os.environ):
        if name in ALSO_OURS or (name.startswith(OURS) and name not in ABOUT_TESTS):
            del os.environ[name]
    os.environ |= services.environment()
    run = clones.new_run()
    os.environ |= {
        "FLATTR_STATE": folder.name,
        "FLATTR_TEST_RUN": run,
        "REDIS_URL": workers.own_redis(os.environ["REDIS_URL"]),
        # Nobody listens there: only a test that asks for `stripe` has one.
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "DATABASE_URL": clones.address("DATABASE_URL", clones.name_of_run(run)),
    }
    early_config.stash[services_key] = services
    early_config.stash[folder_key] = folder
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Only plugins that come after pytest-django and playwright replace fixtures."""
    config.pluginmanager.import_plugin("tests.fixtures")
    config.pluginmanager.import_plugin("tests.world.stripes")
    config.pluginmanager.import_plugin("tests.world.demo")
    config.pluginmanager.import_plugin("tests.chromium")


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(folder_key, None)
    if folder:
        folder.cleanup()


def fresh_state() -> State:
    """Where the tests' servers live, emptied if the machine was started since.

    They never wait for the disk, so a machine that went down may have torn them.
    """
    whole = state.current()
    tests = State(in_memory(whole) or whole.path / "tests")
    boot = current_boot()
    with locked(whole.folder() / "tests.lock"):
        if tests.read("boot", "") != boot:
            shutil.rmtree(tests.path, ignore_errors=True)
            (tests.folder() / "boot").write_text(boot)
    return tests


def in_memory(whole: State) -> Path | None:
    """A folder of ours in memory, where the machine has room there. Each test that
    commits copies a database of 800 files and drops it: where a disk was told to
    delete so many, ext4 takes half a second to make as many again."""
    if not MEMORY.is_dir():
        return None
    name = hashlib.sha256(os.fsencode(whole.path)).hexdigest()[:16]
    folder = MEMORY / f"flattr-tests-{os.geteuid()}-{name}"
    has_room = shutil.disk_usage(MEMORY).free > ROOM_BYTES
    if not folder.exists() and (not has_room or not os.access(MEMORY, os.W_OK)):
        return None
    folder.mkdir(exist_ok=True)
    return folder if folder.stat().st_uid == os.geteuid() else None


def current_boot() -> str:
    if platform.system() == "Linux":
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# --- Refusals


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    fixtures = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    flushing = {"transactional_db", "live_server", "django_db_reset_sequences"}
    flushing |= {"django_db_serialized_rollback"}
    case = getattr(item, "cls", None) or object
    if (
        (marker and (marker.args or marker.kwargs.get("transaction")))
        or fixtures & flushing
        or (issubclass(case, TransactionTestCase) and not issubclass(case, TestCase))
    ):
        pytest.fail(
            "The application's role may not empty tables, so tests that flush cannot "
            "work. Ask for `own_database` (a test that commits) or `server` (the real "
            "web server) instead.",
            pytrace=False,
        )
    if "own_database" in fixtures and (marker or "db" in fixtures):
        pytest.fail(
            "`own_database` is a whole database to commit to; leave out `django_db` "
            "and `db`, which wrap the test in a transaction.",
            pytrace=False,
        )
