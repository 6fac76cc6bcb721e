"""The fixtures of the tests' databases and of the web server on one of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connection, connections
from psycopg2 import extensions
from pytest_django import DjangoDbBlocker

from flattr.database import roles
from tests import clocks, clones, serving
from tests.clones import Clones
from tests.database import services_key

CLOCK = """
    UPDATE flattr_clock_offset
    SET seconds = ceil(extract(epoch FROM %s - clock_timestamp()));
    SELECT flattr_open_month(flattr_period(flattr_clock()))
"""

# What production wants done in seconds; a machine with other work may take ten times as
# long over it, and a queue of sixty people is one behind the other.
PATIENT = {
    "statement_timeout": "1min",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",
}

# --- Databases


@pytest.fixture(scope="session")
def all_clones(pytestconfig: pytest.Config) -> Iterator[Clones]:
    """The running server with the migrated template on it."""
    with pytestconfig.stash[services_key].used():
        made = Clones()
        yield made
        connections.close_all()
        made.close()


@pytest.fixture(scope="session")
def django_db_setup(
    all_clones: Clones,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """The one clone of all tests that roll back, in place of pytest-django's own."""
    all_clones.clone(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        prepare_clone()
        refuse_an_owner()
        connection.close()


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest,
    all_clones: Clones,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A database for this test alone, to commit to; its name.

    Django's default connection, that of new threads too, points at it, and so do
    DATABASE_URL and DATABASE_OWNER_URL for the processes that the test starts. With
    `demo_clone` it is a copy of that one.
    """
    hurried = "hurried" in request.fixturenames
    with_demo = "demo_clone" in request.fixturenames
    name = all_clones.clone(
        of=request.getfixturevalue("demo_clone") if with_demo else None
    )
    with django_db_blocker.unblock():
        point_at(name, monkeypatch, hurried=hurried)
        yield name
        connections.close_all()
    all_clones.drop(name)


@pytest.fixture
def hurried() -> None:
    """Beside `own_database`: for tests of what happens to whoever waits too long its
    sessions wait no longer than production's."""


@pytest.fixture
def owner_connection(
    request: pytest.FixtureRequest,
) -> Iterator[extensions.connection]:
    """A psycopg2 connection to the test's database as its owner; it commits at once."""
    own = "own_database" in request.fixturenames
    request.getfixturevalue("own_database" if own else "django_db_setup")
    name = connection.settings_dict["NAME"]
    opened = psycopg2.connect(clones.address("DATABASE_OWNER_URL", name))
    opened.autocommit = True
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _clock_of_the_run(request: pytest.FixtureRequest) -> None:
    """With `--clock` the test's database begins at that moment, before anything is
    made in it."""
    begins = clocks.beginning(request.config)
    if begins is None:
        return
    names = set(request.fixturenames)
    if "demo_clone" in names:
        return  # The demo has told its story until today.
    if "own_database" in names:
        request.getfixturevalue("own_database")
    elif "db" in names or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_setup")
    else:
        return
    name = connection.settings_dict["NAME"]
    # As the owner, and committed before an ordinary test's transaction begins.
    opened = psycopg2.connect(clones.address("DATABASE_OWNER_URL", name))
    with contextlib.closing(opened), opened, opened.cursor() as cursor:
        cursor.execute(CLOCK, [begins])


def point_at(
    name: str, monkeypatch: pytest.MonkeyPatch, *, hurried: bool = False
) -> None:
    """Let Django's connection, and those of processes to come, be to a clone."""
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(variable, clones.address(variable, name))
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "NAME", name)
    prepare_clone(hurried=hurried)


def prepare_clone(*, hurried: bool = False) -> None:
    """What ALTER DATABASE has set is not copied from the template."""
    waits = roles.DATABASE_SETTINGS if hurried else roles.DATABASE_SETTINGS | PATIENT
    with roles.as_owner():
        roles.set_on_database(connection.settings_dict["NAME"], waits)


def refuse_an_owner() -> None:
    """Tests as a role that owns a table would prove nothing about the guards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relowner = current_user::regrole"
        )
        owned = [name for (name,) in cursor.fetchall()]
    if owned:
        pytest.exit(f"The application's role owns {', '.join(owned)}.", returncode=3)


# --- The web server


@pytest.fixture
def server_environment() -> dict[str, str]:
    """What a test folder wants to set for `server`; its conftest may override this."""
    return {}


@pytest.fixture
def server(own_database: str, server_environment: dict[str, str]) -> Iterator[str]:
    """The real web server on the test's own database; its address."""
    with serving.platform(server_environment) as address:
        yield address
