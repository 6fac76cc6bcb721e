"""Nobody waits for ever: what the web and its jobs may wait for, what the close may,
and what people see while somebody else holds what they need.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import Error, OperationalError, connection, transaction
from django.test import Client
from psycopg2 import extensions

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr
from flattr import months
from flattr.database import clock, faults, roles
from payouts import chart
from payouts.close import closing
from payouts.ledger import checks
from payouts.ledger.posting import balance, post
from tests import clones
from tests.world.browsing import signed_in
from tests.world.people import (
    click,
    execute,
    pay_in,
    person,
    reader_with_budget,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("hurried")

HURRIED = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}


@pytest.fixture
def alice(own_database: str) -> User:
    """Who flattred Bob's song."""
    alice = reader_with_budget("alice")
    click(alice, thing_of(person("bob"), "song"))
    return alice


@pytest.fixture
def month(alice: User) -> int:
    """The one of her click, which is over."""
    period = clock.period()
    travel(months.end(period).replace(hour=3))
    return period


@pytest.fixture
def other(own_database: str) -> Iterator[extensions.connection]:
    """Another session, of the application's role, in a transaction."""
    opened = psycopg2.connect(clones.address("DATABASE_URL", own_database))
    yield opened
    opened.close()


def shown() -> dict[str, str]:
    return {name: execute(f"SHOW {name}")[0][0] for name in HURRIED}


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """At most so long, and more for a machine that has other work: but for the limit
    it would be for ever."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + 30


def test_the_application_is_hurried_and_the_close_is_not(own_database: str) -> None:
    """T50: the whole database's settings, which the close lifts for its steps alone."""
    assert (
        shown() == HURRIED == {name: roles.DATABASE_SETTINGS[name] for name in HURRIED}
    )

    with closing._unhurried():
        assert shown() == {
            "statement_timeout": "0",
            "lock_timeout": "1min",
            "idle_in_transaction_session_timeout": "5min",
        }

    assert shown() == HURRIED


def test_a_transaction_that_we_forget_lets_go_of_its_locks(own_database: str) -> None:
    """Its session is ended by the server, and whoever comes back to it tries again."""
    with pytest.raises(Error) as failure, transaction.atomic():
        execute("SET LOCAL idle_in_transaction_session_timeout = 50")
        time.sleep(0.5)
        execute("SELECT 1")

    assert faults.is_passing(failure.value)
    connection.close_if_unusable_or_obsolete()
    assert execute("SELECT 1") == [(1,)]


def test_while_money_of_hers_is_held_alice_clicks_and_reads(
    alice: User, owner_connection: extensions.connection
) -> None:
    """A click needs nobody's balance; a payment waits two seconds, and arrives later."""
    podcast = thing_of(person("carol"), "podcast")
    browser = signed_in(alice)

    with held(owner_connection, alice):
        flattr_thing(alice, podcast)
        assert browser.get("/month").status_code == 200
        with waiting(2), pytest.raises(OperationalError) as failure:
            pay_in(alice, 1_000)

    assert faults.is_passing(failure.value)
    assert Flattr.objects.filter(reader=alice).count() == 2
    pay_in(alice, 1_000)
    assert balance(chart.means(alice)) == 11_000
    assert not any(checks.check().values())


@contextmanager
def held(session: extensions.connection, reader: User) -> Iterator[None]:
    """Somebody holds the balance of a reader's account."""
    session.autocommit = False
    try:
        with session.cursor() as cursor:
            cursor.execute(
                "SELECT b.amount FROM ledger_balance b"
                " JOIN ledger_account a ON a.id = b.account_id"
                " WHERE a.kind = 'means' AND a.owner_id = %s FOR UPDATE OF b",
                [reader.pk],
            )
        yield
    finally:
        session.rollback()
        session.autocommit = True


def test_a_close_waits_for_what_others_would_give_up(
    alice: User, month: int, owner_connection: extensions.connection
) -> None:
    """Longer than the web waits for a lock."""
    with ThreadPoolExecutor() as pool:
        with held(owner_connection, alice):
            closer = pool.submit(closed, month)
            time.sleep(2.5)
            assert not closer.done()
        assert closer.result()

    assert balance(chart.means(alice)) == 9_000
    assert not any(checks.check().values())


def closed(month: int) -> bool:
    try:
        return closing.close_month(month)
    finally:
        connection.close()


def test_while_a_month_is_finished_people_click_and_read(
    alice: User, month: int, other: extensions.connection
) -> None:
    """Everything of the new month goes on but postings, which wait two seconds, and
    are made afterwards; the closed month is that of a close that nobody disturbed."""
    podcast = thing_of(person("carol"), "podcast")
    browser = signed_in(alice)
    closing.begin(month)
    for lo, hi, _done in closing.batches(month):
        closing.fill(month, lo, hi)
    closing.build(month)

    with other.cursor() as cursor:
        cursor.execute("SELECT close_finish(%s)", [month])
        flattr_thing(alice, podcast)
        assert browser.get("/month").status_code == 200
        assert Client().get(f"/thing/{podcast.pk}").status_code == 200
        with waiting(2), pytest.raises(OperationalError):
            post("topup:one", {chart.OPERATOR: -500, chart.STRIPE_CLEARING: 500})
        other.commit()

    posted = post("topup:one", {chart.OPERATOR: -500, chart.STRIPE_CLEARING: 500})
    assert posted.period == months.following(month)
    closing.close_month(month)
    assert balance(chart.means(alice)) == 9_000
    assert Flattr.objects.filter(period=months.following(month)).count() == 1
    assert not any(checks.check().values())
