"""Who gets what, and what cannot be paid: explained to the cent, in two queries."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.leaving import leftovers
from payouts.models import RunningMonth
from payouts.winding import beginning, payback_plan
from tests.world import ending
from tests.world.ending import Town
from tests.world.people import travel

pytestmark = pytest.mark.usefixtures("own_database")

CLOSE, GIVE_BACK = RunningMonth.CLOSE, RunningMonth.GIVE_BACK


@pytest.fixture
def town() -> Town:
    cache.clear()
    return ending.live()


def test_every_cent_is_explained_whatever_is_chosen(town: Town) -> None:
    for choice in RunningMonth.values:
        plan = payback_plan.plan(choice)

        assert plan.everything == ending.owed() > 0
        assert plan.means == plan.spent + plan.stays + plan.back + sum(
            one.left for one in plan.readers
        )


def test_each_reader_gets_what_leaving_would_give_them(town: Town) -> None:
    """One query says of all what `leftovers.left` says of one; also while a month is over
    and not closed."""
    for _ in range(2):
        plan = payback_plan.plan(GIVE_BACK)
        assert len(plan.readers) == 8
        for part in plan.readers:
            reader = User.objects.get(pk=part.reader)
            left = leftovers.left(reader, clock.period())
            assert part.means == left.means
            if part.why == "suspended":
                assert (part.stays, part.back) == (0, 0)
            elif part.why == "disputed":
                assert left.goes_back == part.back == 0
            else:
                assert (part.stays, part.back) == (left.stays, left.goes_back)
        travel(months.end(clock.period()))


def test_the_plan_names_what_cannot_be_paid_and_why(town: Town) -> None:
    plan = payback_plan.plan(CLOSE)

    stuck = {line.person: (line.amount, line.why) for line in plan.cannot}
    assert stuck[town.oskar.pk] == (2_001, "suspended")
    assert stuck[town.paula.pk] == (1_500, "disputed")
    # 600 go to those Quinn flattred, 300 to the card that still takes it.
    assert stuck[town.quinn.pk] == (1_403, "refused")
    # Readers who paid without any card.
    assert {why for _, why in stuck.values()} == {
        "suspended",
        "disputed",
        "refused",
        "no_payment",
    }
    assert all(line.in_words for line in plan.cannot)
    nina = next(one for one in plan.readers if one.reader == town.nina.pk)
    assert (nina.back, nina.spent) == (2_000, 0)
    carol = next(one for one in plan.creators if one.creator == town.carol.pk)
    assert (carol.held, carol.why, carol.left) == (1_400, "no_bank", 0)


def test_it_is_two_queries_and_three_small_ones_whatever_the_number(town: Town) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        payback_plan.plan(CLOSE)

    assert len(asked) == 5


def test_a_creator_says_why_nothing_can_be_sent(town: Town) -> None:
    travel(months.end(clock.period()))
    beginning.begin(town.dora, GIVE_BACK)
    assert settings.CURRENCY == "EUR"

    plan = payback_plan.plan()

    by_person = {one.creator: one for one in plan.creators}
    assert by_person[town.bob.pk].why == ""
    assert by_person[town.carol.pk].why == "no_bank"
