"""Bob's home: clicks so far, what comes next, and what his months brought."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.earnings import requesting, reviewing
from payouts.earnings.creator_steps import CreatorSteps
from payouts.earnings.pages.home_page import HomePage, home_page
from payouts.earnings.pages.month_bars import MonthBars, nothing_in
from payouts.earnings.pages.next_payout import NextPayout, run_day
from payouts.earnings.revenue import Clicks, MonthEarned, Purse
from payouts.models import Forecast, Lot
from tests.questions import Questions
from tests.world.earning import (
    add_destination,
    end_hold,
    end_month,
    flattr_by_readers,
)
from tests.world.people import person, thing_of, travel

OCTOBER, NOVEMBER = 202610, 202611
THE_TENTH = datetime(2026, 12, 10, tzinfo=UTC)
NONE = Clicks()
NOTHING = Purse(pending=0, revenue=0, transit=0, owed=0, paid=0)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def chart_of(client: Client) -> str:
    return (
        client.get("/home").content.decode().split('role="img"')[1].split("</svg>")[0]
    )


# --- Where people land


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("has_things", "following", "place"),
    [(True, "", "/home"), (False, "", "/month"), (True, "/discover", "/discover")],
)
def test_whoever_makes_things_lands_at_home(
    client: Client, has_things: bool, following: str, place: str
) -> None:
    """Unless they were on their way somewhere."""
    bob = person("bob")
    if has_things:
        thing_of(bob, "song")
    form = {"login": "bob", "password": "correct horse", "next": following}

    assert client.post("/account/login/", form).headers["Location"] == place


@pytest.mark.django_db
def test_whoever_makes_nothing_yet_is_led_to_a_button(client: Client) -> None:
    client.force_login(person("alice"))

    assert client.get("/home").headers["Location"] == "/button"
    assert ">Home<" not in client.get("/month").content.decode()


# --- What a creator sees


@pytest.mark.usefixtures("own_database")
def test_the_running_month_shows_clicks_and_no_money(client: Client) -> None:
    """Bob has three readers' clicks in December and money from November. Nobody knows
    what December brings, and nothing finer than the month is told."""
    bob = person("bob")
    flattr_by_readers(bob, readers=2)
    end_month()
    readers = flattr_by_readers(bob, readers=3)
    client.force_login(bob)

    page = text(client, "/home")

    assert "from 3 readers; " in page
    assert "3 clicks" in chart_of(client)
    assert chart_of(client).count('class="held"') == 1
    assert "€20.00" in chart_of(client)
    assert not re.search(r"\d\d:\d\d", page.split(" closed on ")[0])
    assert not any(reader.username in page for reader in readers)


@pytest.mark.usefixtures("own_database")
def test_a_new_creator_sees_where_everything_will_be(client: Client) -> None:
    bob = person("bob")
    thing_of(bob, "song", proved=False)
    client.force_login(bob)

    page = text(client, "/home")

    assert "Nothing has arrived yet." in page
    assert "not proved yet" in page
    assert 'role="img"' not in client.get("/home").content.decode()
    assert page.index("Your first steps") < page.index("Your months")


@pytest.mark.usefixtures("own_database")
def test_the_home_asks_as_often_with_many_rows_as_with_few(client: Client) -> None:
    bob = person("bob")
    client.force_login(bob)
    counts = set()
    for readers in (1, 8):
        flattr_by_readers(bob, readers=readers)
        end_month()
        flattr_by_readers(bob, readers=readers)
        with Questions() as questions:
            assert client.get("/home").status_code == 200
        counts.add(questions.count)

    assert len(counts) == 1, counts
    assert counts.pop() <= 21


# --- The next payout


@pytest.mark.usefixtures("own_database")
def test_the_next_payout_is_what_is_ready_when_the_run_comes() -> None:
    """New readers' 70.00 are held for thirty days, so the run of the tenth finds nothing;
    it pays as soon as they are ready."""
    bob = person("bob")
    flattr_by_readers(bob, readers=7)
    month = end_month()

    shown = home_page(bob).next_payout
    assert (shown.amount, shown.on) == (0, months.end(month).replace(day=10))
    assert shown.about == "First tell us which bank account your payouts go to."

    bank = add_destination(bob)
    end_hold()

    shown = home_page(bob).next_payout
    assert (shown.amount, shown.account, shown.obstacle) == (7_000, str(bank), "")

    running = clock.period()
    travel(months.start(running).replace(day=15))
    shown = home_page(bob).next_payout
    assert shown.on is not None
    assert shown.on.day == 15, "the run goes on asking"

    payout = requesting.request_payout(bob, run_period=running)

    shown = home_page(bob).next_payout
    assert (shown.amount, shown.on) == (7_000, None)
    assert shown.about == f"to {bank}: requested, we review it"

    reviewing.reject(payout, person("dora", is_staff=True), "The blog is gone.")

    shown = home_page(bob).next_payout
    assert (shown.amount, shown.on) == (7_000, months.end(running).replace(day=10))


@pytest.mark.parametrize(
    ("now", "is_over", "day"),
    [
        (datetime(2026, 12, 3, tzinfo=UTC), False, THE_TENTH),
        (datetime(2026, 12, 3, tzinfo=UTC), True, THE_TENTH),
        (datetime(2026, 12, 15, tzinfo=UTC), True, datetime(2027, 1, 10, tzinfo=UTC)),
        (
            datetime(2026, 12, 15, tzinfo=UTC),
            False,
            datetime(2026, 12, 15, tzinfo=UTC),
        ),
    ],
)
def test_the_run_asks_from_the_tenth_until_it_has_asked(
    now: datetime, is_over: bool, day: datetime
) -> None:
    assert run_day(now, is_over=is_over) == day


@pytest.mark.parametrize(
    ("payout", "said"),
    [
        (NextPayout(8432, "SE…7466", on=THE_TENTH), "on 10 December, to SE…7466"),
        (NextPayout(320, "SE…7466", on=THE_TENTH), "payouts start at €10.00"),
        (NextPayout(8432, "", on=THE_TENTH, obstacle="No bank."), "No bank."),
        (NextPayout(6110, "SE…7466", "paid soon"), "to SE…7466: paid soon"),
    ],
)
def test_the_next_payout_says_when_and_where_to(payout: NextPayout, said: str) -> None:
    assert said in payout.about


# --- Sentences


def page_of(
    clicks: Clicks = NONE, before: Clicks = NONE, purse: Purse = NOTHING
) -> HomePage:
    lots = [Lot(amount=purse.pending, matures_at=THE_TENTH)] if purse.pending else []
    bars = MonthBars([], NOVEMBER, {NOVEMBER: clicks}, "Nothing yet.")
    payout = NextPayout(0, "", on=THE_TENTH)
    return HomePage(
        User(username="bob"),
        NOVEMBER,
        clicks,
        before,
        purse,
        lots,
        payout,
        bars,
        [],
        CreatorSteps(made=True, found=True, flattred=True, bank=True),
    )


@pytest.mark.parametrize(
    ("clicks", "before", "said"),
    [
        (Clicks(), Clicks(), "you see the first one here at once"),
        (Clicks(), Clicks(4, 2), "October had 4"),
        (Clicks(1, 1), Clicks(), "from 1 reader"),
        (Clicks(2140, 1200), Clicks(), "from 1,200 readers"),
        (Clicks(2140, 1200), Clicks(1710, 9), "from 1,200 readers; October had 1,710"),
    ],
)
def test_clicks_are_said_beside_those_of_the_month_before(
    clicks: Clicks, before: Clicks, said: str
) -> None:
    assert page_of(clicks, before).about_clicks == said


@pytest.mark.parametrize(
    ("purse", "said"),
    [
        (NOTHING, "Nothing more is held."),
        (replace(NOTHING, pending=2610), "€26.10 more is held, the last of it until"),
        (
            replace(NOTHING, revenue=900, owed=500),
            "€5.00 that a reader's bank took back is deducted.",
        ),
    ],
)
def test_what_is_ready_is_said_beside_what_is_held(purse: Purse, said: str) -> None:
    assert said in page_of(purse=purse).about_ready


def test_the_chart_tells_held_ready_and_running_apart() -> None:
    earned = [MonthEarned(OCTOBER, 171, 8432, 2610), MonthEarned(202512, 34, 1820, 0)]
    bars = MonthBars(earned, NOVEMBER, {NOVEMBER: Clicks(214, 99)}, "Nothing yet.")

    first, *_between, october, november = bars.chart.bars

    assert first.title == "December 2025: €18.20"
    assert october.title == "October 2026: €84.32, of it €26.10 held"
    assert [part.amount for part in october.parts] == [5822, 2610]
    assert november.value == "214 clicks"
    assert len(bars.chart.bars) == 12
    assert bars.chart.desc == (
        "From €18.20 in December 2025 to €84.32 in October 2026. €26.10 is still held."
        " November so far: 214 clicks. The table below has every figure."
    )
    assert [row.state for row in bars.rows] == [
        "running",
        "€26.10 held",
        "ready or paid",
    ]
    assert (bars.clicks, bars.amount) == (205, 10252)


def test_from_the_25th_on_the_running_month_is_as_high_as_its_forecast() -> None:
    """Never by itself: the picture says when it was made, and the table says about."""
    forecast = Forecast(
        period=NOVEMBER,
        amount=9140,
        readers=99,
        made_at=datetime(2026, 11, 26, 0, 5, tzinfo=UTC),
    )
    earned = [MonthEarned(OCTOBER, 171, 4570, 0)]
    bars = MonthBars(earned, NOVEMBER, {NOVEMBER: Clicks(214, 99)}, "", forecast)

    november = bars.chart.bars[-1]

    assert november.title == "November so far: 214 clicks; the forecast is €91.40"
    assert [(part.kind, part.amount) for part in november.parts] == [("running", 9140)]
    assert bars.rows[0].amount == "about €91.40"
    assert "26 November 2026, 00:05 UTC" in bars.about_forecast


def test_the_picture_tells_of_its_own_twelve_months_alone() -> None:
    """Money of two years ago is in the table, not in the picture or its description."""
    earned = [MonthEarned(202411, 9, 99_900, 0)]
    bars = MonthBars(earned, NOVEMBER, {NOVEMBER: NONE}, "Nothing in these months.")

    assert bars.chart.is_empty
    assert "€999.00" not in bars.chart.desc
    assert bars.amount == 99_900


@pytest.mark.parametrize(
    ("is_first", "said"),
    [(True, "Nothing has arrived yet. When Nov"), (False, "Nothing arrived in these")],
)
def test_an_empty_picture_says_since_when(is_first: bool, said: str) -> None:
    assert nothing_in(NOVEMBER, is_first=is_first).startswith(said)
