"""A month through a pool of connections, which keeps nothing from one transaction to
the next."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from psycopg2.extensions import parse_dsn

from accounts.models import Outbox, User
from accounts.oauth import tokens
from flattr.database import clock
from payouts.close import closing
from payouts.leaving import exporting
from payouts.models import Close, Payment
from tests.hostile.processes.platform import Platform, eventually
from tests.hostile.processes.pool import Pool, pooled
from tests.hostile.processes.test_kills import gifts
from tests.hostile.processes.town import Town, assert_books, is_closed
from tests.world.cards import begin_to_pay
from tests.world.kept_cards import reader_with_card
from tests.world.people import execute
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

CREATORS = 3


@pytest.fixture
def pool(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Web, two workers and this process reach the database through it alone."""
    with pooled(platform) as pool:
        direct = [platform.web, *platform.workers]
        for part in direct:
            part.stop()
        through = [
            part.like(f"pooled-{part.name}", DATABASE_URL=pool.url()) for part in direct
        ]
        connections.close_all()
        words = parse_dsn(pool.url())
        monkeypatch.setitem(connection.settings_dict, "HOST", words["host"])
        monkeypatch.setitem(connection.settings_dict, "PORT", words["port"])
        for part in through:
            part.start()
        eventually(lambda: all(part.is_ready() for part in through), "nothing is ready")
        try:
            yield pool
        finally:
            for part in through:
                part.end()
                # Shown by pytest beside a test that failed.
                print(part.words()[-4_000:])  # noqa: T201
            connections.close_all()


def test_a_month_happens_once_through_a_pool(
    platform: Platform, pool: Pool, seed: int
) -> None:
    """d.1.10, S5, W2: clicks over HTTP, cards, a close by two workers, payouts."""
    town = Town(seed=seed, readers=40, creators=8, books=Tracer())
    town.goes_to_stripe(platform, CREATORS)
    platform.stripe.top_up(10_000_000)
    gifts(town)
    live = reader_with_card(platform.stripe, "live", 1_000)
    town.books.gives_monthly(live.pk, 1_000, period := clock.period())
    town.click_around()
    thing, creator = town.things[0]
    assert click(platform, tokens.make(live, "phone", ["flattr"]), thing) == 200
    town.books.clicks_on(live.pk, thing, creator, period)
    session = begin_to_pay(live, 2_000).session_id
    assert session
    platform.stripe.complete(session)
    eventually(lambda: not Payment.objects.filter(paid_at=None).exists(), "not paid")

    over = town.month_is_over()
    eventually(lambda: is_closed(over), f"{over} is not closed")
    town.goes_to_day(11)
    eventually(lambda: not town.waits_after_all(), town.waits_after_all)

    town.books_of_cards()
    books = town.books_of_closes([over])
    town.books_of_stripe()
    assert_books(books)
    assert Close.objects.get(period=over).digest == books.digest(over)
    assert not closing.close_month(over)
    assert len(platform.stripe.all("transfer")) == CREATORS
    assert not Outbox.objects.filter(sent_at=None).exists()
    assert_sessions_are_ours(pool)


def click(platform: Platform, token: str, thing: int) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=30)
    headers = {"Authorization": f"Bearer {token}"}
    asked.request("POST", f"/rest/v2/things/{thing}/flattr", headers=headers)
    return asked.getresponse().status


def assert_sessions_are_ours(pool: Pool) -> None:
    """What the database says of each session reached them all: it was set for the
    database, since what one asks for itself is lost in a pool. And what reads in
    pieces keeps its transaction while it reads."""
    [row] = execute(
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
        " current_setting('timezone'), current_setting('synchronous_commit')"
    )
    assert row == ("5s", "2s", "UTC", "on")
    with exporting.archive(User.objects.get(username="live")) as archive:
        assert archive.read(2) == b"PK"
    [(many,)] = execute(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
        " AND datname = current_database()"
    )
    assert many <= 3, "the pool's connections, and no others"
    assert pool.transactions() > 500
