"""The months behind a reader: what the budget was, and what was given of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.my_month.behind import months_behind
from tests.questions import Questions
from tests.world.people import click, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


def end_month() -> int:
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    return over


def test_each_month_has_its_budget_and_what_was_given() -> None:
    """Alice gives ten euros, then nothing since she flattred nothing, then all of the
    twenty that she raised it to; what she has not begun is no month of hers."""
    alice, bob, late = person("alice"), person("bob"), person("late")
    open_budget(alice, 1_000, paid=10_000)
    click(alice, thing_of(bob, "song"))
    first = end_month()
    second = end_month()
    budgets.write_amount(alice, clock.period(), 2_000, clock.now())
    for owner in (bob, late):
        click(alice, thing_of(owner, "podcast"))
    third = end_month()

    running = clock.period()
    with Questions() as questions:
        found = months_behind(alice, running)

    assert questions.count == 1
    assert [
        (month.period, month.budget, month.spent, month.creators) for month in found
    ] == [(first, 1_000, 1_000, 1), (second, 1_000, 0, 0), (third, 2_000, 2_000, 2)]
    assert [month.kept for month in found] == [0, 1_000, 0]
    assert months_behind(late, running) == []


def test_no_month_is_shown_before_it_is_closed_or_from_longer_ago() -> None:
    alice = person("alice")
    open_budget(alice, 500, paid=0)
    first, second, third = end_month(), end_month(), clock.period()
    travel(months.end(third) + timedelta(hours=3))
    running = clock.period()

    assert [past.period for past in months_behind(alice, running)] == [first, second]
    assert [past.period for past in months_behind(alice, running, 2)] == [second]
