"""A creator's forecast is what the close would give them that night, and of nobody with
fewer than five readers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError

from accounts.models import User
from flattr import months
from flattr.database import clock
from flattr.database.roles import as_owner
from payouts.close import closing
from payouts.earnings import forecasts
from payouts.models import Forecast, RevenueLine
from payouts.operations import due
from tests.questions import Questions
from tests.world import card_money
from tests.world.crowd import World
from tests.world.earning import end_month, flattr_by_readers
from tests.world.people import click, execute, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


def night(day: int, hour: int = 1) -> datetime:
    """Some time in the night of a day of the running month."""
    return clock.now().replace(day=day, hour=hour, minute=0)


def last_night() -> datetime:
    return months.end(clock.period()) - timedelta(hours=23)


def told() -> dict[int, tuple[int, int]]:
    """What every forecast says: amount and readers."""
    return {one.creator_id: (one.amount, one.readers) for one in Forecast.objects.all()}


def given(period: int) -> dict[int, tuple[int, int]]:
    """What the close gave whoever has five readers or more: amount and readers."""
    paid: dict[int, dict[int, int]] = {}
    lines = RevenueLine.objects.filter(period=period, amount__gt=0)
    for creator, reader, amount in lines.values_list("creator", "reader", "amount"):
        of_creator = paid.setdefault(creator, {})
        of_creator[reader] = of_creator.get(reader, 0) + amount
    return {
        creator: (sum(by_reader.values()), len(by_reader))
        for creator, by_reader in paid.items()
        if len(by_reader) >= 5
    }


def test_the_last_nights_forecast_is_what_the_close_gives(
    policy: str, fee_percent: int
) -> None:
    """To the cent, where nobody flattred anything since; with readers who are set aside
    and budgets that are not covered."""
    world = World(seed=5, readers=80, creators=20)
    world.click_around()
    suspended, disputing = world.reader_ids[:2]
    execute("UPDATE person SET suspended_at = now() WHERE id = %s", suspended)
    card_money.dispute_without_money(
        card_money.pay_by_card(User.objects.get(pk=disputing), 5_000)
    )
    poor = world.reader_ids[2]
    execute("UPDATE budget_amount SET amount = 10000 WHERE reader_id = %s", poor)
    travel(last_night())

    made = forecasts.make_if_due()

    month = world.month_passes()
    closing.close_month(month)
    assert made == len(told())
    assert told() == given(month)
    assert len(told()) > 10


def test_what_is_flattred_after_the_forecast_is_all_that_differs() -> None:
    bob, carol = person("bob"), person("carol")
    readers = flattr_by_readers(bob, readers=6, budget=1_000)
    month = clock.period()
    travel(last_night())
    forecasts.make_if_due()
    click(readers[0], thing_of(carol, "late"))

    end_month()

    assert told() == {bob.pk: (6_000, 6)}
    assert given(month) == {bob.pk: (5_500, 6)}


def test_whoever_has_four_readers_has_no_forecast() -> None:
    """Nor does the table hold one: the database refuses it."""
    bob, carol = person("bob"), person("carol")
    flattr_by_readers(bob, readers=4)
    flattr_by_readers(carol, readers=5)
    travel(night(25))

    forecasts.make_if_due()

    month = clock.period()
    assert forecasts.of(bob, month) is None
    found = forecasts.of(carol, month)
    assert found is not None
    assert (found.amount, found.readers, found.made_at.day) == (5_000, 5, 25)
    assert forecasts.of(carol, months.following(month)) is None
    with pytest.raises(IntegrityError, match="five_readers"), as_owner():
        execute("UPDATE forecast SET readers = 4")


def test_forecasts_are_made_once_a_night_from_the_25th_on() -> None:
    bob = person("bob")
    flattr_by_readers(bob, readers=5)
    travel(night(24, hour=23))
    assert due.make_forecasts() == ""

    travel(night(25))
    assert due.make_forecasts() == "made forecasts for 1 creators"
    flattr_by_readers(bob, readers=1)
    travel(night(25, hour=20))
    assert due.make_forecasts() == ""
    assert told() == {bob.pk: (5_000, 5)}

    travel(night(26))
    assert due.make_forecasts() == "made forecasts for 1 creators"
    assert told() == {bob.pk: (6_000, 6)}


def test_none_is_made_while_the_month_before_is_open() -> None:
    """What it will spend is still in people's accounts."""
    flattr_by_readers(person("bob"), readers=5)
    travel(months.end(clock.period()).replace(day=25, hour=1))

    assert forecasts.make_if_due() is None
    closing.close_month(months.preceding(clock.period()))
    assert forecasts.make_if_due() == 0


def test_all_creators_are_one_statement() -> None:
    World(seed=6, readers=40, creators=30).click_around()
    travel(night(25))

    with Questions() as questions:
        forecasts.make_if_due()

    assert len([sql for sql in questions.asked if "forecast_make" in sql]) == 1
    assert questions.count <= 2


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM forecast", "UPDATE forecast SET amount = 1", "INSERT INTO forecast DEFAULT VALUES",
     "DELETE FROM forecast_night", "SELECT * FROM split_ranks(202611, 1, 2, 'creator')",
     "SELECT * FROM close_hindrances()"],
)  # fmt: skip
def test_the_application_cannot_write_one_itself(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        execute(statement)
