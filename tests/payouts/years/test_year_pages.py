"""The pages of a year: what they say, for whom, on one sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.models.closes import Split
from payouts.years.bookings import Booked
from payouts.years.creator_words import CreatorWords
from payouts.years.creator_year import CreatorYear
from payouts.years.loaves import Month
from payouts.years.reader_words import MonthWords, ReaderWords
from payouts.years.reader_year import ReaderYear
from tests.world import earning
from tests.world.browsing import signed_in
from tests.world.people import click, open_budget, person, thing_of, travel

JOINED = 202602


@pytest.fixture(autouse=True)
def nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def a_year_of_giving() -> tuple[User, User, int]:
    """Alice gives 10.00 to Bob and Carol in March and stops; it is May. Alice, Bob, the
    year."""
    year = clock.now().year + 1
    travel(months.start(year * 100 + 3) + timedelta(days=2))
    alice, bob = person("alice"), person("bob")
    open_budget(alice, paid=2_500)
    click(alice, thing_of(bob, "song"))
    click(alice, thing_of(person("carol"), "blog"))
    earning.end_month()
    earning.end_month()
    return alice, bob, year


@pytest.mark.usefixtures("own_database")
def test_a_readers_year_adds_up_on_its_page() -> None:
    alice, _, year = a_year_of_giving()

    page = text(signed_in(alice), f"/year/{year}")

    assert f"{year}: €10.00 to 2 creators" in page
    assert "Paid in, 1 payment +€25.00" in page
    assert "Given to creators −€10.00" in page
    assert "In your account now €15.00" in page
    assert "nothing spent" in page
    assert f"May {year} is still running" in page
    assert "2 creators €10.00" in page
    assert "alice, alice@people.example" in page


@pytest.mark.usefixtures("own_database")
def test_a_creators_year_adds_up_on_its_page() -> None:
    _, bob, year = a_year_of_giving()

    page = text(signed_in(bob), f"/revenue/{year}")

    assert f"{year}: €5.00 from your readers" in page
    assert "March 1 +€5.00 €0.00 €5.00" in page
    assert "€0.00 + €5.00 = €5.00" in page
    assert "keeps nothing of what readers give" in page


@pytest.mark.usefixtures("own_database")
def test_only_known_years_have_a_page() -> None:
    """A year in which one was here without giving is a sentence; before and after that
    there is none."""
    alice, bob, year = a_year_of_giving()
    User.objects.update(date_joined=months.start((year - 1) * 100 + 5))

    assert "you paid nothing in" in text(signed_in(alice), f"/year/{year - 1}")
    assert "nothing arrived" in text(signed_in(bob), f"/revenue/{year - 1}")
    for wrong in (year - 2, year + 1):
        for path in (f"/year/{wrong}", f"/revenue/{wrong}",
                     f"/year/flattr-year-{wrong}.csv",
                     f"/revenue/flattr-revenue-year-{wrong}.csv"):  # fmt: skip
            text(signed_in(alice), path, status=404)


@pytest.mark.usefixtures("own_database")
def test_the_address_for_the_paper_is_kept_and_shown_to_nobody_else() -> None:
    alice, bob, year = a_year_of_giving()
    address = "Alice Novak\nBeispielgasse 3\n23552 Lübeck"

    saved = signed_in(alice).post(f"/year/{year}", {"paper_address": address})

    assert saved.status_code == 302
    assert "Beispielgasse 3" in text(signed_in(alice), f"/year/{year}")
    assert "Beispielgasse 3" in text(signed_in(alice), f"/revenue/{year}")
    for path in ("/profile/alice", f"/revenue/{year}"):
        assert "Beispielgasse" not in text(signed_in(bob), path)


# --- Sentences


def a_month(**facts: object) -> Month:
    given: dict[str, object] = {
        "period": 202603, "state": "nothing", "paid_in": 0, "given": 0, "fee": 0,
        "taken_back": 0, "paid_back": 0, "once": 0, "left": 0, "creators": 0, "slices": [],
    }  # fmt: skip
    return Month(**{**given, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("running", "March: still running"),
        ("closing", "March: not shared yet"),
        ("aside", "March: set aside for our staff"),
        ("nothing", "March: nothing spent"),
    ],
)
def test_a_month_without_a_loaf_says_why(state: str, says: str) -> None:
    assert MonthWords(a_month(state=state)).picture == says


def a_reader_year(**facts: object) -> ReaderYear:
    given: dict[str, object] = {
        "reader": User(), "year": 2026, "running": 202603, "first_known": JOINED,
        "booked": [], "splits": [], "shares": {}, "people": {}, "undone": {},
        "latest": 202602, "aside": set(), "gifts": [],
    }  # fmt: skip
    return ReaderYear(**{**given, **facts})  # type: ignore[arg-type]


def test_a_year_says_what_it_waits_for() -> None:
    split = Split(period=202602, spent=500, fee=0)
    for facts, says in (
        ({}, "March 2026 is still running. What you give in it is added when it is over."),
        ({"aside": {202602}, "splits": []}, "2 months are not shared yet. Their sums are added when they are."),
        ({"running": 202703, "latest": 202702}, ""),
        ({"running": 202701, "first_known": 202612}, "1 month is not shared yet. Its sums are added when it is."),
    ):  # fmt: skip
        assert ReaderWords(a_reader_year(**{"splits": [split], **facts})).waits == says


def test_a_year_says_what_its_end_is() -> None:
    now, over = a_reader_year(), a_reader_year(running=202701)

    assert ReaderWords(now).end == "In your account now"
    assert ReaderWords(over).end == "In your account when December was shared"
    assert ReaderWords(now).heading == "2026: nothing given"
    assert ReaderWords(now).paid_in == "Paid in"
    paid = a_reader_year(booked=[Booked(202602, "means", "charge", 900, 2)])
    assert ReaderWords(paid).paid_in == "Paid in, 2 payments"


@pytest.mark.parametrize(
    ("fees", "says"),
    [
        ([], "keeps nothing"),
        ([0], "keeps nothing"),
        ([10], "kept 10 % of what readers gave"),
        ([0, 10], "kept between 0 % and 10 % of what"),
    ],
)
def test_a_creators_year_says_what_the_site_kept(fees: list[int], says: str) -> None:
    words = CreatorWords(
        CreatorYear(User(), 2026, 202701, [], {}, {}, {}, {}, {}, [], fees, set())
    )

    assert says in words.fees
    assert words.heading == "2026: no revenue"
    assert words.end == "31 December"
    assert words.about_end.startswith("December's revenue counts here")
    assert words.waits == ""
