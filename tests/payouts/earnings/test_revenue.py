"""What Bob earned: by month, by thing, in shares without names, and as a report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons.importing import register_report
from buttons.legacy.revenue_reports import HEADER, read_report
from buttons.models import Thing, TotalBefore
from flattr import months
from flattr.database import clock
from payouts.close import closing, maturing
from payouts.earnings import revenue
from payouts.models import Lot
from tests.questions import Questions
from tests.world.people import click, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


def closed() -> int:
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    return over


def bobs_month() -> tuple[User, int]:
    """Three readers of ten euros each: Alice gives Bob a third, Ann all, Zoe a half."""
    bob, carol, dave = person("bob"), person("carol"), person("dave")
    song, podcast = thing_of(bob, "song"), thing_of(bob, "podcast")
    others = [thing_of(carol, "blog"), thing_of(dave, "comic")]
    given = {
        "alice": [song, *others],
        "ann": [song, podcast],
        "zoe": [podcast, others[0]],
    }
    for name, things in given.items():
        reader = person(name)
        open_budget(reader)
        for thing in things:
            click(reader, thing)
    return bob, closed()


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_things_shares_and_lots_make_the_same_sum(
    policy: str, fee_percent: int
) -> None:
    bob, month = bobs_month()

    things = revenue.things_of(bob, month)
    shares = revenue.shares_of(bob, month)
    lots = revenue.lots_of(bob, month)

    earned = sum(thing.amount for thing in things)
    assert earned == sum(share.total for share in shares)
    assert earned == sum(lot.amount for lot in lots)
    assert earned == revenue.purse(bob).pending
    assert [thing.clicks for thing in things] == [2, 2]
    assert sum(share.readers for share in shares) == 3


def test_shares_are_unnamed_and_the_largest_come_first(client: Client) -> None:
    bob, month = bobs_month()
    client.force_login(bob)

    shares = revenue.shares_of(bob, month)
    page = text(client, f"/revenue/{months.show(month)}")

    assert [share.amount for share in shares][:2] == [1_000, 500]
    assert shares[2].amount in (333, 334)
    assert not {"alice", "ann", "zoe"} & set(page.lower().split())
    assert "from 3 readers" in page
    assert "held until" in page


def test_the_months_of_a_creator(client: Client) -> None:
    bob, month = bobs_month()
    client.force_login(bob)

    page = text(client, "/revenue")
    [listed] = revenue.months_of(bob)

    assert (listed.period, listed.clicks) == (month, 4)
    assert listed.amount == listed.held
    assert "Held" in page
    travel(clock.now() + timedelta(days=31))
    maturing.mature()
    [listed] = revenue.months_of(bob)
    assert listed.held == 0
    assert revenue.purse(bob).revenue == listed.amount
    assert "ready since" in text(client, f"/revenue/{months.show(month)}")


def test_a_creator_without_things_is_told_where_to_begin(client: Client) -> None:
    client.force_login(person("nina"))

    assert "Get your button" in text(client, "/revenue")


def test_a_month_that_is_not_closed_says_so(client: Client) -> None:
    bob = person("bob")
    client.force_login(bob)
    now, coming = clock.period(), months.following(clock.period())

    assert "This month is still running" in text(client, f"/revenue/{months.show(now)}")
    assert client.get(f"/revenue/{months.show(coming)}").status_code == 404
    assert client.get(f"/revenue/flattr-revenue-{now}.csv").status_code == 404
    travel(months.start(coming) + timedelta(minutes=1))
    assert "not closed yet" in text(client, f"/revenue/{months.show(now)}")


# --- The report


def report(client: Client, month: int) -> bytes:
    answer = client.get(f"/revenue/flattr-revenue-{month}.csv")
    assert answer.status_code == 200
    name = f'attachment; filename="flattr-revenue-{month}.csv"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    content: bytes = answer.content
    return content


def test_the_report_reads_as_the_first_flattr_wrote_it(
    client: Client, settings: Settings
) -> None:
    bob, month = bobs_month()
    song = Thing.objects.get(title="Song")
    TotalBefore.objects.create(thing=song, period=month, clicks=40)
    client.force_login(bob)

    first, *lines = report(client, month).decode().splitlines()

    assert first == "period;id;flattr url;url;title;clicks;revenue;clicks total"
    shown = months.show(month)
    [written] = [line for line in lines if '"Song"' in line]
    assert re.fullmatch(
        rf'{shown};{song.pk};"{settings.SITE_URL}/thing/{song.pk}/Song";'
        r'"https://creators\.example/bob/song";"Song";2;\d+,\d\d;42',
        written,
    )


def test_the_report_can_be_read_again(fee_percent: int, client: Client) -> None:
    bob, month = bobs_month()
    client.force_login(bob)

    content = report(client, month)
    lines = read_report(content)

    earned = revenue.things_of(bob, month)
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert sum(line.revenue for line in lines) == sum(thing.amount for thing in earned)
    assert [line.clicks for line in lines] == [thing.clicks for thing in earned]


def test_a_report_imported_later_changes_no_table_of_a_closed_month(
    client: Client,
) -> None:
    bob, month = bobs_month()
    client.force_login(bob)
    before = report(client, month)
    song = '2013-05;7;"https://flattr.com/t/7";"https://creators.example/bob/song"'

    lines = read_report(f'{HEADER}\n{song};"Song";1;0,07;60\n'.encode())
    register_report(lines, bob)
    click(User.objects.get(username="alice"), Thing.objects.get(title="Song"))
    second = closed()
    register_report([replace(lines[0], clicks_total=70)], bob)

    assert report(client, month) == before
    [song_then] = revenue.things_of(bob, second)
    assert song_then.clicks_total == 63, "sixty before, two, and one"
    assert Thing.objects.get(title="Song").flattrs_before == 70


def test_clicks_in_all_grow_from_month_to_month(client: Client) -> None:
    bob, first = bobs_month()
    reader = User.objects.get(username="alice")
    click(reader, Thing.objects.get(title="Song"))
    second = closed()

    [song] = revenue.things_of(bob, second)
    then = {earned.thing.title: earned for earned in revenue.things_of(bob, first)}

    assert (song.clicks, song.clicks_total) == (1, 3)
    assert then["Song"].clicks_total == 2, "an old report stays as it was"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_is_a_formula(client: Client, title: str) -> None:
    """Cells that begin like a formula are quoted (T33)."""
    bob, month = bobs_month()
    Thing.objects.filter(title="Song").update(title=title)
    client.force_login(bob)

    table = report(client, month).decode()

    quoted = title.replace('"', '""')
    assert f';"\'{quoted}";2;' in table
    assert len(table.splitlines()) == 3


def test_quotes_semicolons_and_lines_stay_in_their_cell(client: Client) -> None:
    """A spreadsheet reads back what was written (T33)."""
    bob, month = bobs_month()
    Thing.objects.filter(title="Song").update(title='My "best";\nsong')
    client.force_login(bob)

    titles = [line.title for line in read_report(report(client, month))]

    assert 'My "best"; song' in titles


def test_only_ones_own_revenue_is_shown(client: Client) -> None:
    """Another creator's revenue is not reachable (T40)."""
    _bob, month = bobs_month()
    client.force_login(person("mallory"))

    page = text(client, f"/revenue/{months.show(month)}")
    table = report(client, month).decode()

    assert "Nothing arrived in this month" in page
    assert table.count("\n") == 1, "the header alone"


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    for path in ("/revenue", "/revenue/2026-01", "/revenue/flattr-revenue-202601.csv"):
        assert client.get(path).status_code == 302


def test_pages_ask_the_same_number_of_questions_whatever_their_length(
    client: Client,
) -> None:
    many, few = person("many"), person("few")
    reader = person("alice")
    open_budget(reader, 10_000)
    click(reader, thing_of(few, "song"))
    for n in range(230):
        click(reader, thing_of(many, f"song-{n}"))
    month = closed()
    counts: dict[str, set[int]] = {}
    for creator in (few, many):
        client.force_login(creator)
        shown = months.show(month)
        paths = [
            "/revenue",
            f"/revenue/{shown}",
            f"/revenue/flattr-revenue-{month}.csv",
        ]
        for path in paths:
            client.get(path)
            with Questions() as questions:
                assert client.get(path).status_code == 200
            counts.setdefault(path, set()).add(questions.count)

    assert all(len(numbers) == 1 for numbers in counts.values()), counts
    page = text(client, f"/revenue/{months.show(month)}")
    assert "170 more things, all in the CSV" in page
    assert report(client, month).count(b"\n") == 231
    assert Lot.objects.filter(creator=many).count() == 1
