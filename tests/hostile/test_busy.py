"""When the database cannot do it now, people read one clear page and lose nothing they
sent; programs read an error that old clients take for "again"; and the next try works.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.test import Client
from psycopg2 import errors, extensions

from accounts.models import BudgetAmount, User
from accounts.oauth import tokens
from buttons.clicks import intents
from buttons.models import Flattr, Thing
from flattr.database import faults
from local.servers import processes
from payouts.ledger import checks
from payouts.operations import lanes
from tests import clones
from tests.hostile.mishaps import COLLISION, DEADLOCK, collide, end_sessions
from tests.world.browsing import signed_in
from tests.world.people import (
    execute,
    person,
    reader_with_budget,
    thing_of,
)

Answer = Any


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice")


@pytest.fixture
def song(own_database: str) -> Thing:
    return thing_of(person("bob"), "song")


@pytest.fixture
def web(alice: User) -> Client:
    """Alice's, which shows what broke as people see it."""
    client = signed_in(alice)
    client.raise_request_exception = False
    return client


@pytest.fixture
def other(own_database: str) -> Iterator[extensions.connection]:
    """Somebody else's session with the same database, as the application's role."""
    opened = psycopg2.connect(clones.address("DATABASE_URL", own_database))
    yield opened
    opened.close()


@contextmanager
def refused(code: str, times: int, word: str = "flattr_click") -> Iterator[None]:
    """The server refuses the next statements that have that word, so many."""
    left = [times]

    def refuse(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if left[0] and word in sql:
            left[0] -= 1
            collide(code)
        return execute(sql, *arguments)

    with connection.execute_wrapper(refuse):
        yield


def form_of(web: Client, thing: Thing) -> str:
    """The signed text in the confirm page's form."""
    asked = web.get(f"/submit/auto?{urlencode({'url': thing.url})}")
    found = re.search(r'name="intent" value="([^"]+)"', asked.content.decode())
    assert found, asked.content.decode()
    return found[1]


def fields(answer: Answer) -> dict[str, str]:
    """What the page's form sends."""
    rows = re.findall(r'name="([^"]+)" value="([^"]*)"', answer.content.decode())
    return dict(rows)


def is_busy(answer: Answer) -> bool:
    text = answer.content.decode()
    assert "Traceback" not in text
    assert "psycopg" not in text
    return (
        answer.status_code == 503
        and "Please try again in a moment" in text
        and answer.headers["Cache-Control"] == "no-store"
        and int(answer.headers["Retry-After"]) > 0
    )


# --- Collisions


@pytest.mark.parametrize("code", [COLLISION, DEADLOCK])
def test_a_click_that_collided_is_made_again(
    web: Client, song: Thing, code: str
) -> None:
    """C1: recorded once, and nobody notices."""
    intent = form_of(web, song)

    with refused(code, 1):
        answer = web.post("/flattr/confirm", {"intent": intent})

    assert answer.status_code == 303
    assert Flattr.objects.count() == 1
    assert Thing.objects.get().flattrs == 1


def test_a_click_that_always_collides_is_kept_on_the_page(
    web: Client, song: Thing
) -> None:
    """Its form is sent again from there, without having to find the button again."""
    intent = form_of(web, song)

    with refused(COLLISION, 2):
        answer = web.post("/flattr/confirm", {"intent": intent})

    assert is_busy(answer)
    assert not Flattr.objects.exists()
    again = web.post("/flattr/confirm", fields(answer))
    assert again.status_code == 303
    assert Flattr.objects.count() == 1


def test_the_api_makes_a_call_that_collided_again(alice: User, song: Thing) -> None:
    token = tokens.make(alice, "mine", ["flattr"])
    client = Client(raise_request_exception=False)

    def call(**headers: str) -> Answer:
        headers["Authorization"] = f"Bearer {token}"
        return client.post(
            "/rest/v2/flattr",
            {"url": song.url},
            content_type="application/json",
            headers=headers,
        )

    with refused(COLLISION, 2):
        answer = call()
    assert answer.status_code == 502
    assert json.loads(answer.content)["error"] == "unavailable"
    assert answer.headers["Retry-After"]
    assert not Flattr.objects.exists()

    for code in (COLLISION, DEADLOCK):
        with refused(code, 1):
            answer = call(**{"Idempotency-Key": "one"})
        assert answer.status_code == 200
    assert Flattr.objects.count() == 1


def test_two_who_wait_for_each_other(
    web: Client, alice: User, song: Thing, other: extensions.connection
) -> None:
    """A deadlock as it is: one of the two is told to begin again, and whichever it is,
    the click is made."""
    intent = form_of(web, song)
    nonce = intents.parse(intent).nonce
    answers: list[Answer] = []

    def click() -> None:
        answers.append(web.post("/flattr/confirm", {"intent": intent}))
        connection.close()

    with other.cursor() as cursor:
        cursor.execute("SELECT FROM person WHERE id = %s FOR UPDATE", [alice.pk])
        clicking = Thread(target=click)
        clicking.start()
        wait_for_a_waiter()
        # The click waits for the person, and from here on we for the click's form.
        with suppress(errors.DeadlockDetected):
            cursor.execute(
                "INSERT INTO used_intent (nonce, used_at) VALUES (%s, now())"
                " ON CONFLICT DO NOTHING",
                [nonce],
            )
        other.rollback()
    clicking.join()

    assert [one.status_code for one in answers] == [303]
    assert Flattr.objects.count() == 1
    assert deadlocks()


def wait_for_a_waiter() -> None:
    """Until some session waits for a lock of another's."""
    assert processes.wait_until(
        lambda: bool(execute("SELECT 1 FROM pg_locks WHERE NOT granted")), seconds=30
    ), "nobody waits"


def deadlocks() -> int:
    execute("SELECT pg_stat_force_next_flush()")
    rows = execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    found: int = rows[0][0]
    return found


# --- Sessions that end


def test_whoever_asks_after_the_sessions_were_ended_notices_nothing(
    web: Client, own_database: str, owner_connection: extensions.connection
) -> None:
    """PostgreSQL was started again: connections that are kept are looked at first."""
    assert web.get("/month").status_code == 200
    assert end_sessions(owner_connection, own_database)
    # What a server does between requests, and Django's client for tests does not.
    close_old_connections()

    assert web.get("/month").status_code == 200


def test_a_form_sent_while_sessions_end_is_kept(
    web: Client,
    song: Thing,
    own_database: str,
    owner_connection: extensions.connection,
    seed: int,
) -> None:
    """Whenever it happens: the page has the form, or the click is there; sent again it
    is recorded, and once."""
    dice = random.Random(seed)
    for _ in range(6):
        execute("DELETE FROM flattr")
        intent = form_of(web, song)
        with sessions_end_before(owner_connection, own_database, dice.randrange(20)):
            answer = web.post("/flattr/confirm", {"intent": intent})
        if answer.status_code != 303:
            assert is_busy(answer)
            sent = fields(answer) or {"intent": intent}
            close_old_connections()
            answer = web.post("/flattr/confirm", sent)
        assert answer.status_code == 303
        assert Flattr.objects.count() == 1


@contextmanager
def sessions_end_before(
    server: extensions.connection, database: str, statement: int
) -> Iterator[None]:
    """Everybody's session is ended before the so manieth statement."""
    left = [statement]

    def end(execute: Callable[..., Any], *arguments: Any) -> Any:
        if left[0] == 0:
            end_sessions(server, database)
        left[0] -= 1
        return execute(*arguments)

    with connection.execute_wrapper(end):
        yield


def test_a_step_that_loses_its_session_is_in_no_others_way(
    own_database: str,
    owner_connection: extensions.connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The minute's tick goes on with the next step, in a session of its own."""

    def unlucky() -> str:
        with transaction.atomic():
            execute("SELECT 1")
            end_sessions(owner_connection, own_database)
            execute("SELECT 1")
        return "never"

    def lucky() -> str:
        return f"read {execute('SELECT 1')[0][0]}"

    monkeypatch.setattr(lanes, "STEPS", [unlucky, lucky])

    told = list(lanes.run_all())

    assert told[0].startswith("unlucky failed")
    assert told[1:] == ["read 1"]


# --- No session to be had


def test_no_more_sessions_are_given(
    web: Client,
    alice: User,
    song: Thing,
    own_database: str,
    owner_connection: extensions.connection,
) -> None:
    """T50: a page that says so, also on /healthz; the tick lives on, and whoever sends
    the form again afterwards is served."""
    intent = form_of(web, song)
    sessions_allowed(owner_connection, own_database, 0)

    answer = web.post("/flattr/confirm", {"intent": intent})
    health = Client().get("/healthz")
    told = list(lanes.run_all())
    api = Client().get("/rest/v2/things/1")
    sessions_allowed(owner_connection, own_database, -1)

    assert is_busy(answer)
    assert (health.status_code, health.json()["database"]) == (503, "away")
    assert told
    assert all("failed" in one for one in told)
    assert api.status_code == 502
    assert web.post("/flattr/confirm", {"intent": intent}).status_code == 303
    assert not any("failed" in one for one in lanes.run_all())
    assert not any(checks.check().values())


def sessions_allowed(server: extensions.connection, database: str, number: int) -> None:
    with server.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{database}" CONNECTION LIMIT {number}')
    end_sessions(server, database)


# --- What the page keeps


def test_a_form_with_a_secret_is_not_kept(web: Client) -> None:
    with refused(COLLISION, 9, "person"):
        answer = web.post(
            "/account/login/", {"login": "alice", "password": "correct horse"}
        )

    assert "correct horse" not in answer.content.decode()


def test_what_another_site_sent_is_not_kept(rf: Any) -> None:
    """A form that was not proved to be ours must not be a click away (T24)."""
    request = rf.post("/budget", {"amount": "100.00"})

    assert faults.sent_again(request) == []

    request.csrf_processing_done = True
    assert faults.sent_again(request) == [("amount", "100.00")]


@pytest.mark.usefixtures("hurried")
def test_a_budget_is_chosen_from_the_page(
    web: Client, alice: User, other: extensions.connection
) -> None:
    """Somebody holds the reader's lock for longer than anybody waits."""
    with other.cursor() as cursor:
        cursor.execute("SELECT FROM person WHERE id = %s FOR UPDATE", [alice.pk])
        cursor.execute("LOCK TABLE budget_amount IN EXCLUSIVE MODE")
        answer = web.post("/budget", {"amount": "20.00"})
        other.rollback()

    assert is_busy(answer)
    assert fields(answer)["amount"] == "20.00"
    assert web.post("/budget", fields(answer)).status_code == 302
    assert BudgetAmount.objects.filter(reader=alice, amount=2_000).exists()


@pytest.mark.parametrize(
    ("sql", "passing"),
    [
        ("SET LOCAL statement_timeout = 50; SELECT pg_sleep(60)", True),
        ("SELECT 1 / 0", False),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '25006'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23505'; END $$", False),
    ],
)
def test_what_passes_and_what_does_not(db: None, sql: str, passing: bool) -> None:
    """A full disk and a replica pass; what is wrong by itself stays a fault of ours."""
    with pytest.raises(Exception) as failure, transaction.atomic():  # noqa: PT011
        execute(sql)

    assert faults.is_passing(failure.value) is passing
    assert isinstance(failure.value, OperationalError) or "pg_sleep" not in sql


def test_a_server_that_died_in_mid_answer_passes() -> None:
    """What is left of it then is an error of no kind."""
    assert faults.is_passing(DatabaseError("no message from the libpq"))
    assert not faults.is_passing(IntegrityError("no reason either"))
