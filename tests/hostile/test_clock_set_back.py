"""The database's clock is set back by a minute and a half, in the midst of a close."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from buttons.clicks.flattring import MonthOver, flattr_thing
from buttons.models import Flattr, Thing
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.ledger import checks
from tests.world.crowd import World, agree
from tests.world.people import travel

BACK = timedelta(seconds=90)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_close_goes_on_when_the_clock_is_set_back(
    own_database: str, seed: int, steps: int
) -> None:
    """S5, d.1.8: into the month that is being closed, after so many steps."""
    world = World(seed=seed, readers=12, creators=6)
    world.click_around()
    month = world.month_passes()
    world.books.closes(month)
    travel(months.end(month) + timedelta(seconds=5))

    going_on = closing.steps(month)
    for _ in range(steps):
        next(going_on)
    travel(clock.now() - BACK)
    assert clock.period() == month
    for _ in going_on:
        pass
    closing.close_month(month)

    assert checks.digest(month) == world.books.digest(month)
    assert not any(checks.check().values())


def test_in_the_minute_that_comes_twice_nothing_is_lost(
    own_database: str, seed: int
) -> None:
    """A click waits for a minute and says so; what is paid in then is there, and the
    next month is closed as the books say."""
    world = World(seed=seed, readers=12, creators=6)
    world.click_around()
    month = world.month_passes()
    world.books.closes(month)
    travel(months.end(month) + timedelta(seconds=5))
    closing.close_month(month)
    reader = User.objects.get(pk=world.reader_ids[0])
    thing = Thing.objects.get(pk=world.things[0][0])

    travel(clock.now() - BACK)
    with pytest.raises(MonthOver):
        flattr_thing(reader, thing)
    assert not Flattr.objects.filter(period=months.following(month)).exists()
    world.pay(reader.pk, 500)
    assert closing.due() is None

    travel(months.end(month) + timedelta(seconds=1))
    flattr_thing(reader, thing)
    world.books.clicks_on(
        reader.pk, thing.pk, world.things[0][1], months.following(month)
    )
    assert closing.due() is None
    over = world.month_passes()
    world.books.closes(over)
    closing.close_month(over)
    agree(world.books)
    assert not any(checks.check().values())
