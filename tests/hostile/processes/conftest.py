"""One platform for all tests of this folder, and a fresh database for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from psycopg2.extensions import parse_dsn
from pytest_django import DjangoDbBlocker

from payouts.gateway import asking
from tests.clones import Clones
from tests.hostile.processes.platform import Platform


@pytest.fixture(scope="package")
def running_platform(
    all_clones: Clones,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Platform]:
    with (
        tempfile.TemporaryDirectory(prefix="flattr-kill-") as folder,
        django_db_blocker.unblock(),
    ):
        Path(folder).chmod(0o755)  # for PostgreSQL's own account
        made = Platform(Path(folder) / "state", all_clones)
        try:
            made.start()
            yield made
        except BaseException:
            print(made.log())  # noqa: T201
            raise
        finally:
            made.end()


@pytest.fixture
def platform(
    running_platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Platform]:
    """Everything runs, on a database that nobody has used; this process's connection
    is to it as well. The logs are shown beside a test that failed."""
    platform, stripe = running_platform, running_platform.stripe
    settings.OWNER_DATABASE = address_of(platform, "owner") | {"OPTIONS": {}}
    settings.STRIPE_API_BASE = stripe.url
    settings.STRIPE_API_KEY = stripe.api_key
    connections.close_all()
    for key, value in address_of(platform, "app").items():
        monkeypatch.setitem(connection.settings_dict, key, value)
    asking.client.cache_clear()
    with django_db_blocker.unblock():
        platform.begin_anew()
        platform.all_run()
        yield platform
        connections.close_all()
    asking.client.cache_clear()
    print(platform.log())  # noqa: T201


def address_of(platform: Platform, role: str) -> dict[str, str]:
    """Django's words for where that role finds the database."""
    words = parse_dsn(platform.postgres.url(role))
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return {names.get(word, word.upper()): value for word, value in words.items()}
