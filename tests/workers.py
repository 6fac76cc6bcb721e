"""The whole suite in several processes at once, pytest-xdist's workers.

Each is a run of its own with databases of its own (`tests.clones`) on servers that all
share; what one counts in Valkey another must not see. The process that started them
runs no test.
"""

from __future__ import annotations

import gc
import os
import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Its tests share a platform of many processes.
TOWNS = "tests/hostile/simulation/test_simulation.py::test_a_town_lives_for_four"
ONE_WORKERS = "tests/hostile/processes/"
# Valkey's and Redis's own number of databases.
REDIS_DATABASES = 16

# Nothing of what is collected goes before the run does. Looking through all of it again
# and again for what could be freed took a tenth of a run, and a quarter of collecting.
gc.disable()

before_key = pytest.StashKey[dict[str, str]]()


def own_redis(url: str) -> str:
    """The same server, with the database of this worker; without workers the same."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if not number:
        return url
    database = number % REDIS_DATABASES
    if "virtual_host=" in url:
        return re.sub(r"virtual_host=\d+", f"virtual_host={database}", url)
    return re.sub(r"/\d*$", "", url) + f"/{database}"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Leave workers the environment that a person has set, not that of a run."""
    config = session.config
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        before = config.stash[before_key]
        os.environ.clear()
        os.environ.update(before)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on only what tests make is looked at."""
    gc.freeze()
    gc.enable()


class Files(LoadScopeScheduling):  # type: ignore[misc]
    """A file is one worker's, since its tests may share servers, and a folder is where
    all of it shares them. Towns take minutes each and share nothing."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(TOWNS):
            return nodeid
        path: str = nodeid.split("::", 1)[0]
        return ONE_WORKERS if path.startswith(ONE_WORKERS) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Files:
    return Files(config, log)
