"""What readers gave Bob once: beside his months, in lines of its own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from buttons.legacy.revenue_reports import read_report
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import month
from payouts.close import closing
from payouts.earnings import revenue
from payouts.gifts import offering
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.gifts import give
from tests.world.people import click, person, reader_with_budget, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice", amount=1_000, paid=5_000)


def close() -> int:
    over = clock.period()
    travel(months.end(over))
    closing.close_month(over)
    return over


def text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_a_gift_is_seen_while_its_month_runs(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    period = clock.period()
    give(alice, bob, 300, song)
    give(alice, bob, 200, song)
    give(alice, bob, 150)

    page = text(signed_in(bob), f"/revenue/{months.show(period)}")

    assert f"{month(period)}: €6.50, given once" in page
    assert "Song 2 €5.00 nothing in particular 1 €1.50 Total 3 €6.50" in page
    assert "It is yours already" in page
    assert "Report as a table" not in page
    every = text(signed_in(bob), "/revenue")
    assert "€6.50 once" in every
    assert every.count(month(period)) == 1, "not a second time among closed months"


def test_it_stands_beside_the_shares(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    click(alice, song)
    give(alice, bob, 300, song)
    period = close()
    shown = months.show(period)

    page = text(signed_in(bob), f"/revenue/{shown}")

    assert f"{month(period)}: €10.00 from 1 reader" in page
    assert "Song 1 €3.00 Total 1 €3.00" in page
    assert "It takes no share of them." in page
    assert re.search(r"a gift held until [^€]+ €3\.00", page)
    assert "€13.00" in page, "all that can be paid out"
    assert revenue.things_of(bob, period)[0].amount == 1_000
    [earned] = revenue.months_of(bob)
    assert (earned.amount, earned.once, earned.clicks) == (1_300, 300, 1)
    every = text(signed_in(bob), "/revenue")
    assert "Given once 23 % €3.00" in every


def test_the_report_has_a_line_of_it_and_can_still_be_read(
    alice: User, bob: User
) -> None:
    song = thing_of(bob, "song")
    click(alice, song)
    give(alice, bob, 300, song)
    give(alice, bob, 100)
    period = close()

    report = signed_in(bob).get(f"/revenue/flattr-revenue-{period}.csv").content

    rows = [line.split(";") for line in report.decode().splitlines()[1:]]
    assert [(row[1], row[4], row[5], row[6]) for row in rows] == [
        (str(song.pk), '"Song"', "1", "10,00"),
        ("", '"Given once: Song"', "0", "3,00"),
        ("", '"Given once"', "0", "1,00"),
    ]
    [read] = read_report(report)
    assert (read.id, read.revenue) == (song.pk, 1_000)


def test_what_bob_reserved_to_give_is_no_payout_of_his(alice: User, bob: User) -> None:
    give(alice, bob, 300)
    carol = reader_with_budget("carol", amount=0, paid=2_000)
    offering.give(carol, bob, 500)

    assert revenue.purse(carol).transit == 0
    assert revenue.purse(bob).pending == 300


def test_many_gifts_ask_no_more(alice: User, bob: User) -> None:
    song, path = thing_of(bob, "song"), f"/revenue/{months.show(clock.period())}"
    give(alice, bob, 100, song)
    browser = signed_in(bob)
    with Questions() as few:
        browser.get(path)
    for _ in range(3):
        give(alice, bob, 100, song)

    with Questions() as many:
        browser.get(path)

    assert many.count == few.count
