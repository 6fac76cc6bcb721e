"""From whom money is taken that goes back: the bookkeeper's answer, cent by cent."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from flattr import months
from flattr.database import clock
from flattr.split import proportion
from payouts import chart
from payouts.close import closing, maturing
from payouts.ledger import checks
from payouts.ledger.posting import balances
from payouts.models import Traced
from tests.hostility import Budget
from tests.world.card_money import decide, dispute_payment, pay_by_card
from tests.world.generous_life import GenerousLife
from tests.world.life import people
from tests.world.people import click, thing_of, travel
from tests.world.tracer import Tracer, part_of

# --- The arithmetic


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.data())
def test_a_proportion_adds_up_and_takes_no_more_than_there_is(
    held: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(held)))
    offset = data.draw(st.integers(0, len(held) - 1))

    got = proportion(amount, held, offset=offset)

    assert sum(got) == amount
    assert all(0 <= part <= one for part, one in zip(got, held, strict=True))
    if amount:
        assert got == part_of(amount, held, offset)
        exact = [amount * one / sum(held) for one in held]
        assert all(abs(g - e) < 1 for g, e in zip(got, exact, strict=True))


# --- Random lives against the bookkeeper


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("percent", "policy"), [(0, "creator"), (10, "creator"), (10, "thing")]
)
def test_the_bookkeeper_agrees_on_whatever_goes_back(
    percent: int, policy: str, settings: Settings, budget: Budget
) -> None:
    """P2, T8, T9, L5: random months, gifts, disputes and refunds, whole and in part, before
    and after the split and the hold, won and lost."""
    settings.FEE_PERCENT, settings.POLICY = percent, policy
    for _ in range(budget(1, 30, 2)):
        seed = random.randrange(10**9)
        print(f"seed={seed}")  # noqa: T201 (what a failure is found again by)
        life = GenerousLife(random.Random(seed), Tracer(percent, policy))
        for _ in range(5):
            life.month()
            life.agree()
        assert all(not broken for broken in checks.check().values())


# --- Many at once


@pytest.mark.all
@pytest.mark.usefixtures("own_database")
def test_a_year_of_a_hundred_creators_is_taken_back_in_a_few_questions(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """However many were given something, the number of statements is the same."""
    [alice] = people("reader", 1)
    things = [thing_of(owner, "song") for owner in people("creator", 100)]
    payment = pay_by_card(alice, 90_000, budget=7_500)
    for _ in range(12):
        for thing in things:
            click(alice, thing)
        over = clock.period()
        travel(months.end(over).replace(hour=3))
        closing.close_month(over)
    maturing.mature()

    with django_assert_max_num_queries(64):
        fact = dispute_payment(payment)
    with django_assert_max_num_queries(64):
        decide(fact, "won")

    taken = Traced.objects.filter(amount__gt=0)
    assert (taken.count(), taken.values("creator").distinct().count()) == (1_200, 100)
    owners = [
        chart.pending(one) for one in User.objects.filter(username__contains="creator")
    ]
    assert sum(balances(owners).values()) == 0
