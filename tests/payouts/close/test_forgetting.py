"""Who flattred what is not kept for ever (T46)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.ledger import checks
from payouts.models import Close, RevenueLine
from payouts.operations import due, lanes
from tests.world.earning import end_month
from tests.world.people import (
    click,
    execute,
    person,
    reader_with_budget,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")


def flattrs_of(period: int) -> int:
    many: int = execute("SELECT count(*) FROM flattr WHERE period = %s", period)[0][0]
    return many


def is_there(period: int) -> bool:
    table = execute("SELECT to_regclass(%s) IS NOT NULL", f"flattr_{period}")
    return bool(table[0][0])


@pytest.fixture
def alice(own_database: str) -> User:
    """Who flattred Bob's song in a month that is closed."""
    alice = reader_with_budget("alice")
    click(alice, thing_of(person("bob"), "song"))
    end_month()
    return alice


def test_flattrs_are_forgotten_after_eighteen_months(
    alice: User, client: Client
) -> None:
    done = Close.objects.get()
    assert done.closed_at
    before = checks.digest()

    travel(done.closed_at + timedelta(days=540))
    assert closing.forget_month() is None
    assert flattrs_of(done.period) == 1
    travel(done.closed_at + timedelta(days=552))

    assert closing.forget_month() == done.period
    assert not is_there(done.period)
    assert closing.forget_month() is None
    assert checks.digest() == before
    assert all(not broken for broken in checks.check().values())
    assert execute("SELECT flattrs FROM thing") == [(1,)]
    assert RevenueLine.objects.filter(reader=alice, period=done.period).count() == 1
    client.force_login(alice)
    month = months.show(done.period)
    assert "Song" in client.get(f"/statements/{month}").content.decode()
    assert client.get(f"/statements/{month}/check").status_code == 200


def test_they_are_forgotten_without_being_asked(alice: User) -> None:
    """T46: the minute's steps do it, and go on with the rest."""
    done = Close.objects.get()
    assert done.closed_at
    assert due.forget_flattrs() == ""

    travel(done.closed_at + timedelta(days=552))

    assert due.forget_flattrs in lanes.STEPS
    assert due.forget_flattrs() == f"forgot the flattrs of {months.show(done.period)}"
    assert not is_there(done.period)
    assert due.forget_flattrs() == ""


def test_a_month_that_a_reader_still_waits_for_is_kept(
    alice: User, client: Client
) -> None:
    """A reader set aside is closed from these rows."""
    click(alice, thing_of(User.objects.get(username="bob"), "ballad"))
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())
    aside = end_month()

    travel(clock.now() + timedelta(days=600))

    assert closing.forget_month() != aside
    assert closing.forget_month() is None
    assert flattrs_of(aside) == 1
