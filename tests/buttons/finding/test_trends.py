"""Trends: by people, this month against as many days of the last, none below five."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import pytest
from django.test import Client

from accounts.models import User
from buttons.finding import trends
from buttons.models import CreatorTrend, Thing, ThingTrend
from flattr import months
from flattr.database import clock
from tests.world.people import click, execute, person, thing_of, travel

TITLE = re.compile(r'<h2><a href="/thing/\d+"><bdi>([^<]+)')
CARD = re.compile(r'<h2><a href="/@([^"]+)"')


Flattrs = list[tuple[datetime, User, Thing]]


@pytest.fixture
def now(own_database: str) -> datetime:
    """Noon of the 11th of a month to come, where `live` ends."""
    period = months.shifted(clock.period(), 2)
    return months.start(period) + timedelta(days=10, hours=12)


@pytest.fixture
def readers(own_database: str) -> list[User]:
    return [person(f"reader{number}") for number in range(12)]


def live(flattrs: Flattrs, now: datetime) -> None:
    """Let people flattr, each at their moment, and then it is `now`."""
    for moment, made in groupby(sorted(flattrs, key=itemgetter(0)), key=itemgetter(0)):
        travel(moment)
        for _moment, reader, thing in made:
            click(reader, thing)
    travel(now)


def by_all(readers: list[User], thing: Thing, moment: datetime) -> Flattrs:
    return [(moment, reader, thing) for reader in readers]


def this_month(now: datetime, day: int) -> datetime:
    return now.replace(day=day, hour=6)


def last_month(now: datetime, day: int) -> datetime:
    return (now.replace(day=1) - timedelta(days=1)).replace(day=day, hour=6)


def found(client: Client, address: str) -> list[str]:
    text = client.get(address).content.decode()
    return TITLE.findall(text) or CARD.findall(text)


def test_trends_are_what_an_independent_count_says(
    readers: list[User], now: datetime
) -> None:
    """Hundreds of flattrs at random, counted again by sets in Python."""
    chance = random.Random(15)
    makers = [person(f"maker{number}") for number in range(4)]
    things = [thing_of(chance.choice(makers), f"thing-{number}") for number in range(7)]
    compared = [last_month(now, 1), last_month(now, 6), last_month(now, 11)]
    too_late = [last_month(now, 11) + timedelta(hours=7), last_month(now, 25)]
    of_now = [this_month(now, 1), this_month(now, 9), now - timedelta(minutes=1)]
    flattrs: Flattrs = []
    for moments in ([*compared, *too_late], of_now):
        pairs = [(reader, thing) for reader in readers for thing in things]
        for reader, thing in chance.sample(pairs, 55):
            flattrs.append((chance.choice(moments), reader, thing))
    live(flattrs, now)
    User.objects.filter(pk=readers[0].pk).update(suspended_at=now)

    assert trends.make_if_due() is not None

    counted: dict[str, dict[int | None, tuple[set[User], set[User]]]] = {
        what: defaultdict(lambda: (set(), set())) for what in ("thing", "creator")
    }
    for moment, reader, thing in flattrs:
        if reader != readers[0] and moment not in too_late:
            counted["thing"][thing.pk][moment in of_now].add(reader)
            counted["creator"][thing.owner_id][moment in of_now].add(reader)
    for what, kept in (
        ("thing", ThingTrend.objects.all()),
        ("creator", CreatorTrend.objects.all()),
    ):
        expected = {
            pk: (len(after), rise(len(after), len(before)))
            for pk, (before, after) in counted[what].items()
            if len(after) >= 5
        }
        assert expected
        assert {one.pk: (one.readers, one.rise) for one in kept} == expected


def rise(after: int, before: int) -> int:
    return 1000 * after // max(before, 5) if after > before else 0


def test_the_steepest_come_first_and_what_falls_not_at_all(
    client: Client, readers: list[User], now: datetime
) -> None:
    steep, rising, falling, few, late = [
        thing_of(person(name), name)
        for name in ("steep", "rising", "falling", "few", "late")
    ]
    flattrs = by_all(readers, steep, this_month(now, 2))
    flattrs += by_all(readers[:5], steep, last_month(now, 2))
    flattrs += by_all(readers, rising, this_month(now, 3))
    flattrs += by_all(readers[:8], rising, last_month(now, 3))
    flattrs += by_all(readers[:6], falling, this_month(now, 1))
    flattrs += by_all(readers[:7], falling, last_month(now, 1))
    flattrs += by_all(readers[:4], few, this_month(now, 1))
    # After the 11th: not compared with the eleven days of this month.
    flattrs += by_all(readers[:6], late, this_month(now, 1))
    flattrs += by_all(readers, late, last_month(now, 20))
    live(flattrs, now)
    trends.make_if_due()

    assert found(client, "/discover?sort=trend") == ["Steep", "Rising", "Late"]
    assert found(client, "/discover/creators?sort=trend") == ["steep", "rising", "late"]
    page = client.get("/discover/creators?sort=trend").content.decode()
    assert "12 readers this month" in page
    assert "as many days of last month" in page
    newest = client.get("/discover/creators?sort=new").content.decode()
    assert "6 readers this month" in newest
    assert "4 readers" not in newest, "nothing below five is said"


def test_a_thing_taken_down_since_is_in_no_trend(
    client: Client, readers: list[User], now: datetime
) -> None:
    song = thing_of(person("maker"), "song")
    live(by_all(readers, song, this_month(now, 2)), now)
    trends.make_if_due()
    assert found(client, "/discover?sort=trend") == ["Song"]

    Thing.objects.update(suspended_at=clock.now())

    assert found(client, "/discover?sort=trend") == []
    assert found(client, "/discover/creators?sort=trend") == []


def test_discover_begins_with_trends_when_there_are_enough(
    client: Client, readers: list[User], now: datetime
) -> None:
    rising = [thing_of(person(f"maker{number}"), f"t{number}") for number in range(6)]
    flattrs: Flattrs = []
    for thing in rising[:5]:
        flattrs += by_all(readers[:5], thing, this_month(now, 2))
    live(flattrs, now)
    thing_of(person("zoe"), "poem")
    trends.make_if_due()
    assert "Poem" in found(client, "/discover")
    assert "zoe" in found(client, "/discover/creators")

    live(by_all(readers[:5], rising[5], now), now + timedelta(hours=1))
    trends.make_if_due()

    assert sorted(found(client, "/discover")) == ["T0", "T1", "T2", "T3", "T4", "T5"]
    assert len(found(client, "/discover/creators")) == 6
    assert "Poem" in found(client, "/discover?category=rest"), (
        "old links answer as before"
    )


def test_they_are_counted_once_an_hour(readers: list[User], now: datetime) -> None:
    song = thing_of(person("maker"), "song")
    travel(now)
    assert trends.make_if_due() == 0
    for reader in readers:
        click(reader, song)
    assert trends.make_if_due() is None

    travel(now + timedelta(hours=1))

    assert trends.make_if_due() == 2, "one thing and one creator"


def test_nobody_writes_a_trend_but_the_count(db: None) -> None:
    with pytest.raises(Exception, match="permission denied"):
        execute("INSERT INTO thing_trend (thing_id, readers, rise) VALUES (1, 9, 9)")
