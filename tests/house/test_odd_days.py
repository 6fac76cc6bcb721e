"""The pages on a month's first and last day, in February, and at the year's end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from flattr import months
from payouts.my_month.month import month
from payouts.payments.budgeting import choose
from tests.world.browsing import signed_in
from tests.world.earning import close_everything
from tests.world.people import click, open_budget, person, thing_of, travel

READER = ["/", "/month", "/budget", "/pay", "/statements", "/subscriptions", "/settings/close"]  # fmt: skip
CREATOR = ["/things", "/revenue", "/payouts", "/closes", "/profile/bob", "/discover"]  # fmt: skip
STAFF = ["/admin/", "/admin/payouts/close/", "/admin/payouts/creator/", "/admin/payouts/payout/", "/admin/ledger/transaction/"]  # fmt: skip
# What is left of a time or a sum that was reckoned the wrong way round.
WRONG = re.compile(r"\b0 (minute|hour|day|week|month)s|-\d+ (minute|hour|day)|\bNone\b")
ODD_MONTHS = [
    pytest.param(202702, marks=pytest.mark.all),
    pytest.param(202706, marks=pytest.mark.all),
    202712,
    202802,
]


def text(client: Client, path: str) -> str:
    """What a person reads of the page, without its tags."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    page = re.sub(r"<[^>]*>", " ", answer.content.decode())
    page = re.sub(r"\s+", " ", unescape(page))
    assert not WRONG.search(page), (path, page)
    return page


def walk(people: dict[str, Client], closed: int | None = None) -> None:
    """Open every page that speaks of months."""
    of_closed = f"{months.show(closed)}" if closed else ""
    reader = [*READER, *([f"/statements/{of_closed}"] if closed else [])]
    creator = [*CREATOR, *([f"/revenue/{of_closed}"] if closed else [])]
    for name, paths in (("alice", reader), ("bob", creator), ("dora", STAFF)):
        for path in paths:
            text(people[name], path)


def day(moment: datetime) -> str:
    return f"{moment:%-d %B}"


@pytest.mark.parametrize("period", ODD_MONTHS, ids=months.show)
def test_the_pages_through_a_months_first_and_last_day(
    own_database: str, period: int
) -> None:
    """Alice flattrs on both days; what the pages say of the month is right on each."""
    travel(months.start(period))
    alice, bob = person("alice"), person("bob")
    song, blog = thing_of(bob, "song"), thing_of(person("carol"), "blog")
    dora = person("dora", is_staff=True, is_superuser=True)
    people = {one.username: signed_in(one) for one in (alice, bob, dora)}
    open_budget(alice)
    click(alice, song)

    whole = (months.end(period) - months.start(period)).days
    assert f"closes in {whole - 1} days" in text(people["alice"], "/month")
    walk(people)

    travel(months.end(period) - timedelta(minutes=30))
    page = text(people["alice"], "/month")
    left = re.search(r"closes in (\d+) minutes", page)
    assert left, page
    assert 20 <= int(left[1]) <= 30
    last = day(months.end(period) - timedelta(days=1))
    assert f"At the end of {last} (midnight UTC)." in page
    question = text(people["alice"], confirm_page(blog.url))
    assert f"You can undo it until {last}." in question
    choose(alice, 500)
    assert f"From {months.end(period):%B} on you give €5.00." in text(
        people["alice"], "/month"
    )
    click(alice, blog)
    walk(people)

    travel(months.end(period))
    assert "for nobody yet" in text(people["alice"], "/month")
    walk(people)
    close_everything()
    following = months.following(period)
    assert f"{months.start(following):%B}: €5.00" in text(people["alice"], "/month")
    statement = text(people["alice"], f"/statements/{months.show(period)}")
    assert statement.count("€5.00") >= 2
    walk(people, period)


def confirm_page(url: str) -> str:
    return f"/submit/auto?{urlencode({'url': url, 'user_id': 'carol'})}"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=27, hours=3), "27 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, seconds=-1), "23 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=-1), "less than a minute"),
    ],
)
def test_how_long_a_month_still_goes_on(
    alice: User, left: timedelta, said: str
) -> None:
    """Never "0 minutes", and not less than nothing while the next one begins."""
    found = month(alice)

    found = replace(found, now=found.ends_at - left)

    assert found.closes_in.replace("\xa0", " ") == said
