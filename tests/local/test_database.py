"""The tests' own ground: which role, which database, what is refused."""

from __future__ import annotations

import http.client
import threading

import pytest
from django.db import connection, connections
from psycopg2 import extensions

from flattr.database import roles
from local.servers.state import ROOT

pytest_plugins = ["pytester"]


def current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return tuple(cursor.fetchone())


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_ordinary_tests_run_as_the_application_and_roll_back() -> None:
    user, database = current()

    assert user == "app"
    assert database.startswith("flattr_test_")
    assert timeout() == "1min"


def test_a_test_that_commits_has_a_database_of_its_own(own_database: str) -> None:
    seen = []

    def look() -> None:
        seen.append(current())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [("app", own_database)]
    assert current() == ("app", own_database)
    assert timeout() == "1min"


@pytest.mark.usefixtures("hurried")
def test_a_test_of_waiting_has_the_limits_of_production(own_database: str) -> None:
    assert timeout() == roles.DATABASE_SETTINGS["statement_timeout"] == "5s"


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_committed_is_gone_in_the_next_test(
    own_database: str, owner_connection: extensions.connection, time: str
) -> None:
    with owner_connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text text)")
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("owner", own_database)


def test_the_server_answers_on_an_address_of_its_own(server: str) -> None:
    connected = http.client.HTTPConnection(server.removeprefix("http://"))
    connected.request("GET", "/healthz")

    assert connected.getresponse().status < 500


REFUSED = """
import pytest

@pytest.mark.django_db(transaction=True)
def test_flushes(): pass

def test_flushes_by_fixture(transactional_db): pass

def test_flushes_for_a_server(live_server): pass

@pytest.mark.django_db
def test_commits_and_rolls_back(own_database): pass
"""


@pytest.mark.all
def test_tests_that_flush_are_refused(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(REFUSED)

    result = pytester.runpytest_subprocess("-p", "tests.database")

    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["*Ask for `own_database`*"])
