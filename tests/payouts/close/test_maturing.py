"""What a close gave is held, then matures once: what is owed first, then revenue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import maturing
from payouts.earnings.revenue import purse
from payouts.ledger.models import Transaction
from payouts.ledger.posting import balance, post
from payouts.models import Lot
from tests.world.earning import end_month, flattr_by_readers
from tests.world.people import person, travel


def test_a_lot_matures_when_its_days_are_over_and_not_before(own_database: str) -> None:
    bob = person("bob")
    flattr_by_readers(bob, readers=2)
    over = end_month()
    lot = Lot.objects.get()

    travel(lot.matures_at - timedelta(minutes=1))
    assert maturing.mature() == 0
    assert (purse(bob).pending, purse(bob).revenue) == (2_000, 0)

    travel(lot.matures_at + timedelta(seconds=2))
    assert maturing.mature() == 1
    assert maturing.mature() == 0

    assert (purse(bob).pending, purse(bob).revenue) == (0, 2_000)
    assert Transaction.objects.filter(
        reference=f"mature:{months.show(over)}:creator:{bob.pk}:new"
    ).exists()
    lot.refresh_from_db()
    assert lot.matured_at is not None


@pytest.mark.parametrize(
    ("owes", "still_owes", "gets"), [(700, 0, 1_300), (2_000, 0, 0), (2_500, 500, 0)]
)
def test_what_bob_owes_is_taken_from_what_matures_first(
    own_database: str, owes: int, still_owes: int, gets: int
) -> None:
    """L5: a creator is never negative; what is missing is taken from the next income."""
    bob = person("bob")
    flattr_by_readers(bob, readers=2)
    end_month()
    post("dispute:DP:withdrawn", {chart.debt(bob): -owes, chart.SIMULATED: owes})

    travel(clock.now() + timedelta(days=31))
    maturing.mature()

    assert maturing.owed(bob) == still_owes
    assert balance(chart.revenue(bob)) == gets


def test_what_a_dispute_took_from_a_lot_does_not_mature(own_database: str) -> None:
    bob = person("bob")
    flattr_by_readers(bob, readers=2)
    end_month()
    post("dispute:DP:withdrawn", {chart.pending(bob): -1_500, chart.SIMULATED: 1_500})
    Lot.objects.update(taken=1_500)

    travel(clock.now() + timedelta(days=31))
    maturing.mature()

    assert (purse(bob).pending, purse(bob).revenue) == (0, 500)


def test_a_lot_that_the_ledger_refuses_keeps_none_of_the_others(
    own_database: str,
) -> None:
    bob, carol = person("bob"), person("carol")
    flattr_by_readers(bob, readers=1)
    flattr_by_readers(carol, readers=1)
    end_month()
    post("dispute:DP:withdrawn", {chart.pending(bob): -1_000, chart.SIMULATED: 1_000})

    travel(clock.now() + timedelta(days=31))
    assert maturing.mature() == 1

    assert (purse(bob).revenue, purse(carol).revenue) == (0, 1_000)


def test_eight_workers_at_once_mature_each_lot_once(own_database: str) -> None:
    """T1: exactly once, whoever asks how often; and no debt is repaid twice."""
    creators = [person(f"creator-{n}") for n in range(5)]
    for creator in creators:
        flattr_by_readers(creator, readers=1)
    end_month()
    flattr_by_readers(creators[0], readers=1)
    end_month()
    post(
        "dispute:DP:withdrawn",
        {chart.debt(creators[0]): -1_200, chart.SIMULATED: 1_200},
    )
    travel(clock.now() + timedelta(days=31))

    def work(_: int) -> int:
        try:
            return maturing.mature()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        matured = list(pool.map(work, range(8)))

    maturing.mature()
    assert sum(matured) <= 6
    assert Transaction.objects.filter(kind="mature").count() == 6
    assert [purse(creator).revenue for creator in creators] == [800, *[1_000] * 4]
    assert maturing.owed(creators[0]) == 0
    assert Lot.objects.filter(matured_at=None).count() == 0
