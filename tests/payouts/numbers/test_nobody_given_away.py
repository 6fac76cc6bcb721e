"""Small towns: no figure tells of fewer than five people, alone or beside another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import combinations
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flattr import months
from flattr.templatetags.flattr import money
from payouts.models import Close
from payouts.numbers import counting_months
from tests import fixtures
from tests.clones import Clones
from tests.payouts.numbers.reckoning import FEW
from tests.payouts.numbers.towns import close, close_late
from tests.world.bookkeeper import Bookkeeper
from tests.world.crowd import World


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10**6),
    readers=st.integers(1, 16),
    creators=st.integers(1, 45),
    late=st.integers(0, 8),
)
@example(seed=1, readers=16, creators=23, late=0)
@example(seed=2, readers=14, creators=45, late=6)
@example(seed=3, readers=5, creators=6, late=0)
@example(seed=4, readers=4, creators=12, late=0)
@example(seed=5, readers=12, creators=4, late=0)
def test_small_towns_give_nobody_away(
    all_clones: Clones,
    own_database: str,
    client: Client,
    seed: int,
    readers: int,
    creators: int,
    late: int,
) -> None:
    """T55: whatever the page and its JSON say of a month, now or before, each group of
    people whose sum follows from it is of none or of five and more."""
    name = all_clones.clone()
    with pytest.MonkeyPatch.context() as patch:
        fixtures.point_at(name, patch)
        town = World(seed, readers, creators)
        town.click_around()
        live(town, client, late)
        connections.close_all()
    all_clones.drop(name)


def live(town: World, client: Client, late: int) -> None:
    """A month in which so many are set aside, and closed later; looked at both times."""
    everybody = set(town.reader_ids)
    aside = frozenset(town.random.sample(town.reader_ids, min(late, len(everybody))))
    month = close(town, aside)
    counting_months.make_due()
    before = everybody - aside
    first = seen(client, month)
    hold(town.books, month, before, first)
    close_late(town, month, aside)
    counting_months.make_due()
    second = seen(client, month)
    after = before if second == first else everybody
    hold(town.books, month, after, second)
    if first["readers"] and after != before:
        earned = [gains(town.books, month, who).keys() for who in (before, after)]
        assert len(givers(town.books, month, aside)) >= 5
        assert len(gains(town.books, month, aside)) >= 5
        assert len(earned[1] - earned[0]) not in FEW


def seen(client: Client, month: int) -> dict[str, Any]:
    """A month as the JSON has it. The pages of a month of few say no amount."""
    told = client.get("/numbers.json").json()["months"]
    (found,) = [one for one in told if one["month"] == months.show(month)]
    done = Close.objects.get(period=month)
    if done.spent and not done.is_shown:
        for path in ("/closes", f"/closes/{months.show(month)}", "/numbers"):
            page = client.get(path).content.decode()
            assert found["given"] or money(done.spent) not in page, path
    return dict(found)


def hold(
    books: Bookkeeper, month: int, counted: set[int], found: dict[str, Any]
) -> None:
    """That each sum which follows from what was found is of none, or of five readers
    and five creators or more."""
    names = ("readers", "creators", "clicks", "given", "fee", "median_click",
             "ten_highest_paid_percent", "half_with_least_percent")  # fmt: skip
    if found["readers"] is None:
        assert not any(found[name] is not None for name in names)
        return
    got = gains(books, month, counted)
    order = sorted(got, key=lambda creator: (-got[creator], creator))
    cuts = {0, len(order)}
    if found["ten_highest_paid_percent"] is not None:
        cuts.add(10)
    if found["half_with_least_percent"] is not None:
        cuts.add(len(order) - len(order) // 2)
    assert (found["readers"], found["creators"]) == (
        len(givers(books, month, counted)), len(order),
    )  # fmt: skip
    # What lies between any two cuts is the difference of two sums.
    for lo, hi in combinations(sorted(cuts), 2):
        group = set(order[lo:hi])
        behind = {
            reader
            for (period, reader, thing), amount in books.things.items()
            if period == month and reader in counted and amount
            and owner_of(books, month, reader, thing) in group
        }  # fmt: skip
        assert len(group) >= 5, (lo, hi)
        assert len(behind) >= 5, (lo, hi)


def owner_of(books: Bookkeeper, month: int, reader: int, thing: int) -> int:
    return next(c for c, t in books.clicks[month][reader] if t == thing)


def gains(books: Bookkeeper, month: int, readers: Collection[int]) -> Counter[int]:
    """What creators got of these readers."""
    got = Counter[int]()
    for (period, reader, thing), amount in books.things.items():
        if period == month and reader in readers:
            got[owner_of(books, month, reader, thing)] += amount
    return +got


def givers(books: Bookkeeper, month: int, readers: Collection[int]) -> set[int]:
    return {r for p, r, _ in books.things if p == month and r in readers}
