"""Where Alice's money went: statements that add up and can be checked."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg2.extensions import connection as Connection

from accounts.models import User
from flattr import months
from flattr.database import clock, living, roles
from flattr.split import rotation
from flattr.templatetags.flattr import day, month_name
from payouts.close import checking, closing, sharing, statements
from payouts.ledger import checks
from payouts.ledger.models import Entry
from payouts.models import Close, ReaderMonth, RevenueLine, Split
from tests.questions import Questions
from tests.world.crowd import World
from tests.world.people import click, execute, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def alices_month(creators: int = 7, budget: int = 1_000) -> tuple[User, int]:
    """Alice flattred one thing of the first creator, two of the second, three of the
    third, and so on around; the month is closed. Alice, and the month."""
    alice = person("alice")
    open_budget(alice, budget)
    for n in range(creators):
        owner = person(f"creator{n}")
        for slug in range(1 + n % 3):
            click(alice, thing_of(owner, f"thing-{slug}"))
    return alice, closed()


def closed() -> int:
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    return over


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def statement_of(reader: User, period: int) -> statements.Statement:
    found = statements.statement(reader, period)
    assert found is not None
    return found


def test_a_statement_adds_up(policy: str, fee_percent: int, client: Client) -> None:
    alice, month = alices_month()
    client.force_login(alice)

    found = statement_of(alice, month)
    page = text(client, f"/statements/{months.show(month)}")

    assert found.total == found.split.spent == 1_000
    assert found.split.fee == fee_percent * 10
    assert len(found.portions) == 7
    assert found.by_thing == (policy == "thing")
    assert "€10.00, seven ways" in page
    assert "Total €10.00" in page
    assert ("Stays with this site" in page) == (fee_percent > 0)


def test_the_check_computes_what_was_booked(
    policy: str, fee_percent: int, client: Client
) -> None:
    alice, month = alices_month()
    client.force_login(alice)

    check = checking.check(alice, statement_of(alice, month))
    page = text(client, f"/statements/{months.show(month)}/check")

    assert check.agrees
    assert check.pot == 1_000 - fee_percent * 10
    assert "every number agrees" in page
    assert f"{alice.pk} × 668265263 = {alice.pk * 668265263}" in page
    assert f"{month // 100} × 12 + {month % 100} − 1 = {months.number(month)}" in page
    assert "first rule" not in page
    assert "differs" not in page


FIRST_RULE = """
    CREATE OR REPLACE FUNCTION split_rotation(reader_id bigint, period integer, n bigint)
    RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ((((reader_id %% 4294967296) * 31153
                  + ((reader_id %% 4294967296) * 40503 %% 65536) * 65536
                  + period::bigint * 40503) %% 4294967296) %% n)::integer
    $$;
    ALTER TABLE close ALTER COLUMN formula SET DEFAULT 'first';
    ALTER TABLE split ALTER COLUMN formula SET DEFAULT 'first';
"""
RULE_OF_TODAY = """
    ALTER TABLE close ALTER COLUMN formula SET DEFAULT 'golden';
    ALTER TABLE split ALTER COLUMN formula SET DEFAULT 'golden';
"""


def the_first_rule_holds() -> None:
    """Months are closed as they were before odd cents moved on evenly."""
    with roles.as_owner():
        execute(FIRST_RULE)


def the_rule_of_today_holds() -> None:
    with roles.as_owner():
        execute(living.text_of("payouts/close/sql/split.sql").replace("%", "%%"))
        execute(RULE_OF_TODAY)


def test_a_month_that_was_closed_by_the_first_rule_says_so(
    policy: str, client: Client
) -> None:
    """And agrees, odd cents among three creators and among a creator's things too. The
    next month is closed by the rule of today, and so is a reader of the old month who
    had been set aside."""
    the_first_rule_holds()
    alice, late = person("alice"), person("late")
    creators = [person(f"creator{n}") for n in range(3)]
    songs = [thing_of(creator, f"{n}") for creator in creators for n in range(3)]
    for reader in (alice, late):
        open_budget(reader, 1_000)
        for song in songs:
            click(reader, song)
    User.objects.filter(pk=late.pk).update(suspended_at=clock.now())
    first = closed()
    for song in songs:
        click(alice, song)
    second = clock.period()
    travel(months.end(second) + timedelta(hours=3))

    the_rule_of_today_holds()
    closing.close_month(second)
    User.objects.filter(pk=late.pk).update(suspended_at=None)
    assert closing.close_reader(first, late.pk) == "closed"

    client.force_login(alice)
    for month, says in ((first, True), (second, False)):
        page = text(client, f"/statements/{months.show(month)}/check")
        assert "every number agrees" in page, month
        assert ("closed by our first rule for odd cents" in page) == says, month
        close_page = text(client, f"/closes/{months.show(month)}")
        assert ("our first rule chose" in close_page) == says, month
    assert f"{alice.pk} × 2654435761" in text(
        client, f"/statements/{months.show(first)}/check"
    )
    assert checking.check(late, statement_of(late, first)).agrees
    assert statement_of(late, first).split.formula == "golden"
    assert all(not broken for broken in checks.check().values())


def test_the_check_needs_no_script(client: Client) -> None:
    alice, month = alices_month(2)
    client.force_login(alice)

    page = client.get(f"/statements/{months.show(month)}/check").content.decode()

    assert page.count("<script") == page.count("/static/menu.js") == 1
    assert "style=" not in page


def test_the_check_finds_a_cent_that_was_moved() -> None:
    alice, month = alices_month(3)
    found = statement_of(alice, month)
    portions = [
        replace(
            portion, lines=[replace(portion.lines[0], amount=portion.amount + cents)]
        )
        for portion, cents in zip(found.portions[:2], (1, -1), strict=True)
    ]
    moved = replace(found, portions=[*portions, found.portions[2]])

    assert moved.total == found.total
    assert checking.check(alice, found).agrees
    assert not checking.check(alice, moved).agrees


def test_the_check_shows_a_line_of_the_ledger_that_differs(
    owner_connection: Connection,
) -> None:
    """As the owner, with the guard off, somebody takes a cent."""
    alice, month = alices_month(3)
    cursor = owner_connection.cursor()
    entry = Entry.objects.filter(book=month, account__kind="pending").first()
    assert entry is not None
    cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
    cursor.execute(
        "UPDATE ledger_entry SET amount = amount - 1 WHERE id = %s", [entry.pk]
    )

    check = checking.check(alice, statement_of(alice, month))

    assert [line.agrees for line in check.ledger].count(False) == 1
    assert not check.agrees


def test_the_pages_compute_what_the_close_computes(
    policy: str, fee_percent: int
) -> None:
    """The same integers in SQL and in Python, for every reader of a random month."""
    world = World(seed=11, readers=60)
    world.click_around()
    over = world.month_passes()
    closing.close_month(over)
    clicked: dict[int, list[RevenueLine]] = {}
    for line in RevenueLine.objects.order_by("creator_id", "thing_id"):
        clicked.setdefault(line.reader_id, []).append(line)

    assert len(clicked) > 30
    for frozen in ReaderMonth.objects.filter(period=over, spent__gt=0):
        booked = clicked[frozen.reader_id]
        computed = sharing.lines(
            frozen.spent - frozen.fee,
            policy,
            [(line.creator_id, line.thing_id) for line in booked],
            partial(rotation, frozen.reader_id, over),
        )
        assert [
            (line.creator_id, line.thing_id, line.rank, line.share, line.amount)
            for line in booked
        ] == [
            (line.creator_id, line.thing_id, line.rank, line.share, line.amount)
            for line in computed
        ]


def test_every_statement_of_a_random_month_agrees(policy: str) -> None:
    world = World(seed=5, readers=25)
    world.click_around()
    over = world.month_passes()
    closing.close_month(over)

    for split in Split.objects.select_related("reader"):
        found = statement_of(split.reader, over)
        assert found.total == split.spent
        assert checking.check(split.reader, found).agrees


def test_more_creators_than_cents_is_said(client: Client) -> None:
    """The statement names how many got nothing (S4)."""
    alice = person("alice")
    open_budget(alice, 200, paid=200)
    for n in range(203):
        click(alice, thing_of(person(f"c{n}"), "song"))
    month = closed()
    client.force_login(alice)

    found = statement_of(alice, month)
    page = text(client, f"/statements/{months.show(month)}")

    assert found.split.without == 3
    assert [portion.amount for portion in found.portions].count(0) == 3
    assert "3 of 203 got none this time" in page
    assert page.count("without a cent") == 3
    assert checking.check(alice, found).agrees


def test_the_list_of_statements(client: Client) -> None:
    alice, month = alices_month(2)
    client.force_login(alice)

    page = text(client, "/statements")

    assert "€10.00" in page
    assert f'href="/statements/{months.show(month)}"' in client.get(
        "/statements"
    ).content.decode().replace("'", '"')
    assert "is running" in page


def test_who_gave_nothing_yet_is_told_what_comes(client: Client) -> None:
    client.force_login(person("nina"))

    assert "No month of yours has been shared yet" in text(client, "/statements")


def test_a_month_that_is_not_closed_says_so(client: Client) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    client.force_login(alice)
    month = months.show(clock.period())
    coming = months.show(months.following(clock.period()))

    assert "This month is running" in text(client, f"/statements/{month}")
    assert client.get(f"/statements/{coming}").status_code == 404
    assert client.get(f"/statements/{month}/check").status_code == 302
    travel(months.end(clock.period()) + timedelta(hours=1))
    assert "not closed yet" in text(client, f"/statements/{month}")
    closing.close_month(months.parse(month))
    assert "Total" in text(client, f"/statements/{month}")


def test_a_month_without_flattrs_says_that_nothing_was_spent(client: Client) -> None:
    alice = person("alice")
    open_budget(alice)
    month = closed()
    client.force_login(alice)

    page = text(client, f"/statements/{months.show(month)}")

    assert "nothing was spent" in page


def test_a_reader_set_aside_is_told_and_gets_the_statement_later(
    client: Client,
) -> None:
    """The month says why it waits, then shows the statement (S9)."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())
    month = closed()
    User.objects.filter(pk=alice.pk).update(suspended_at=None)
    client.force_login(alice)
    path = f"/statements/{months.show(month)}"

    assert "Yours was set aside" in text(client, path)
    assert "was set aside" in text(client, "/statements")

    travel(clock.now() + timedelta(days=3))
    closing.close_reader(month, alice.pk)
    assert "Total €10.00" in text(client, path)
    found = statement_of(alice, month)
    assert found.closed_at > Close.objects.get(period=month).closed_at  # type: ignore[operator]
    assert checking.check(alice, found).agrees


def test_a_statement_is_its_readers_alone(client: Client) -> None:
    """Another reader's statement answers 404 (T40)."""
    _alice, month = alices_month(2)
    client.force_login(User.objects.get(username="creator0"))

    page = text(client, f"/statements/{months.show(month)}")
    table = client.get(f"/statements/flattr-statement-{month}.csv")

    assert "Nothing of yours was shared" in page
    assert table.status_code == 404


def test_the_statement_as_a_table(fee_percent: int, client: Client) -> None:
    alice, month = alices_month(3)
    client.force_login(alice)

    answer = client.get(f"/statements/flattr-statement-{month}.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode()), delimiter=";"))

    assert sum(int(row["amount"].replace(",", "")) for row in rows) == 1_000
    assert len(rows) == 6 + (fee_percent > 0)


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "26-10", "202610", "x"])
def test_what_is_no_month_is_not_found(client: Client, month: str) -> None:
    client.force_login(person("alice"))

    assert client.get(f"/statements/{month}").status_code == 404
    assert client.get(f"/closes/{month}").status_code == 404


def test_pages_ask_the_same_number_of_questions_whatever_their_length(
    client: Client,
) -> None:
    counts: dict[str, set[int]] = {}
    for reader, creators in (("alice", 2), ("ann", 40)):
        giver = person(reader)
        open_budget(giver)
        for n in range(creators):
            owner = person(f"{reader}-{n}")
            for slug in range(1 + n % 3):
                click(giver, thing_of(owner, f"thing-{slug}"))
    month = months.show(closed())
    for reader in ("alice", "ann"):
        client.force_login(User.objects.get(username=reader))
        for path in ("", f"/{month}", f"/{month}/check"):
            client.get(f"/statements{path}")
            with Questions() as questions:
                assert client.get(f"/statements{path}").status_code == 200
            counts.setdefault(path, set()).add(questions.count)

    assert all(len(numbers) == 1 for numbers in counts.values()), counts
    assert max(max(numbers) for numbers in counts.values()) <= 12, counts


# --- The close's public page


def test_everybody_sees_the_closes(fee_percent: int, client: Client) -> None:
    alice = person("alice")
    open_budget(alice)
    things = [thing_of(person(f"creator{n}"), "post") for n in range(5)]
    for thing in things:
        click(alice, thing)
    for n in range(4):
        open_budget(reader := person(f"reader{n}"))
        click(reader, things[n])
    month = closed()
    done = Close.objects.get(period=month)

    listed = text(client, "/closes")
    page = text(client, f"/closes/{months.show(month)}")

    assert "€50.00" in listed
    assert "Given by 5 readers" in page
    assert done.digest in page
    assert f"{fee_percent} % of each budget" in page
    assert "The policy is “creator”" in page
    assert "reference|account_kind|owner_id|currency|amount" in page


def test_the_totals_of_few_people_are_nobodys_business(client: Client) -> None:
    """T55: four readers, or four creators; nor is the digest, by which a guess could be
    tried."""
    for many, creators in ((4, 5), (5, 4)):
        makers = [thing_of(person(f"m{many}-{n}"), "post") for n in range(creators)]
        for n in range(many):
            open_budget(reader := person(f"r{many}-{n}"))
            for thing in makers:
                click(reader, thing)
        month = closed()
        done = Close.objects.get(period=month)
        assert (done.readers, done.creators, done.spent) == (
            many, creators, 1_000 * many,
        )  # fmt: skip

        listed = text(client, "/closes")
        page = text(client, f"/closes/{months.show(month)}")

        assert "fewer than 5 people" in listed
        assert "The totals of so few people are not shown" in page
        assert done.digest not in page
        for told in (listed, page):
            assert f"€{10 * many}.00" not in told


def test_a_month_that_is_closing_is_not_shown(client: Client) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month) + timedelta(hours=1))
    closing.begin(month)

    assert client.get(f"/closes/{months.show(month)}").status_code == 404
    assert "No month has been closed yet" in text(client, "/closes")


def test_the_foot_of_every_page_names_the_last_close(
    client: Client, settings: Any
) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"
    before = text(client, "/closes")
    assert "Run by Flattr Cooperative." in before
    assert "Check it yourself" not in before
    _alice, month = alices_month(1)
    cache.clear()

    page = client.get("/closes").content.decode()

    name, today = month_name(month), day(clock.now())
    assert f"The money of {name} was divided on {today}" in page
    assert f'href="/closes/{months.show(month)}">Check it yourself' in page
    assert execute("SELECT count(*) FROM close") == [(1,)]
    with CaptureQueriesContext(connection) as asked:
        client.get("/closes")
    # How many closes, which, and the last seal; the foot's answer is kept for a minute.
    assert len(asked) <= 3
