"""Two beats wake four workers for three months: everything happens once (T3)."""

from __future__ import annotations

from collections import Counter

import pytest

from accounts.models import Outbox
from flattr import months
from payouts.close import closing
from payouts.models import Close, Payout
from tests.hostile.processes.platform import Platform, eventually
from tests.hostile.processes.town import Town, assert_books, is_closed, mails
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

CREATORS = 6


def test_three_months_happen_once(platform: Platform, seed: int) -> None:
    """S1, W2, T3: each month is closed once, each payout and each mail sent once."""
    town = Town(seed=seed, readers=40, creators=CREATORS, books=Tracer())
    town.goes_to_stripe(platform, CREATORS)
    platform.stripe.top_up(10_000_000)
    closed: list[int] = []

    for _ in range(3):
        town.click_around()
        closed.append(town.month_is_over())
        eventually(lambda: is_closed(closed[-1]), f"{closed[-1]} is not closed")
        town.goes_to_day(11)
        eventually(town.all_are_paid, town.waits)

    assert [one.period for one in Close.objects.order_by("period")] == closed
    books = town.books_of_closes(closed)
    town.books_of_stripe()
    assert_books(books)
    for period in closed:
        assert Close.objects.get(period=period).digest == books.digest(period)
        assert not closing.close_month(period)
    assert_paid_once(platform)
    assert_told_once(platform, closed)
    for part in (*platform.beats, *platform.workers):
        assert "payouts.tick" in part.words(), f"{part.name} did nothing"


def assert_paid_once(platform: Platform) -> None:
    transfers = platform.stripe.all("transfer")
    payouts = Payout.objects.all()
    assert len(payouts) >= CREATORS
    assert {one.state for one in payouts} == {"sent"}
    assert Counter(one["transfer_group"] for one in transfers) == Counter(
        one.group for one in payouts
    )


def assert_told_once(platform: Platform, closed: list[int]) -> None:
    sent = mails(platform)
    assert len(sent) == Outbox.objects.count()
    assert [one for one, many in Counter(sent).items() if many > 1] == []
    for period in closed:
        statements = f"statement:{months.show(period)}:"
        assert Outbox.objects.filter(key__startswith=statements).count() > 10
