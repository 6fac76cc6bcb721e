"""Gifts in a year: columns and lines of their own, on both sides, over its ends too; the
files are read by the programs that they are written for."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from flattr import months
from payouts.close import closing
from payouts.gifts import handing_over, offering, taking_back
from payouts.years import creator_year, journal_entries, journals, reader_year
from payouts.years.creator_year import CreatorYear
from payouts.years.journals import Journal
from payouts.years.reader_year import ReaderYear
from tests.hostility import needs_program
from tests.payouts.years.test_journals import agrees_for_creator, agrees_for_reader
from tests.payouts.years.test_years import go_to
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.gifts import give
from tests.world.people import click, person, reader_with_budget, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


class Told:
    """Alice flattrs and gives in November; in the last half hour of the year she gives
    once more, and once what she takes back."""

    def __init__(self) -> None:
        self.year = go_to(11)
        self.alice = reader_with_budget("alice", amount=1_000, paid=4_000)
        self.bob, self.carol = person("bob"), person("carol")
        song = thing_of(self.bob, "song")
        click(self.alice, song)
        give(self.alice, self.bob, 500, song)
        give(self.alice, self.carol, 205)
        self._close()
        travel(months.end(self.year * 100 + 12) - timedelta(minutes=30))
        offering.give(self.alice, self.bob, 300)
        taking_back.take_back(offering.give(self.alice, self.carol, 400))
        travel(months.end(self.year * 100 + 12) + timedelta(hours=1))
        handing_over.hand_over()
        closing.close_month(self.year * 100 + 12)

    def _close(self) -> None:
        travel(months.end(self.year * 100 + 11) + timedelta(hours=1))
        closing.close_month(self.year * 100 + 11)

    @property
    def readers(self) -> list[ReaderYear]:
        years = (self.year, self.year + 1)
        return [reader_year.reader_year(self.alice, one) for one in years]

    @property
    def creators(self) -> list[CreatorYear]:
        return [
            creator_year.creator_year(one, year)
            for one in (self.bob, self.carol)
            for year in (self.year, self.year + 1)
        ]

    @property
    def journals(self) -> list[Journal]:
        return [
            *map(journal_entries.of_reader, self.readers),
            *map(journal_entries.of_creator, self.creators),
        ]


def text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


@pytest.fixture
def told(own_database: str, fee_percent: int) -> Told:
    return Told()


def test_a_year_adds_up_with_gifts(told: Told, fee_percent: int) -> None:
    this, following = told.readers

    kept = (705 * fee_percent + 50) // 100
    assert this.once in {705 - kept, 705 - kept - 1, 705 - kept + 1}
    assert (this.reserved_before, this.reserved) == (0, 300)
    assert this.after == 4_000 - 1_000 - 705 - 300
    assert (following.before, following.reserved_before) == (this.after, 300)
    assert (following.once + following.fee, following.reserved) == (300, -300)
    assert following.after == this.after
    for year in (this, following):
        assert [one.left for one in year.months][-1] == year.after
        assert sum(one.total for one in year.rows) == year.given + year.once
    bobs, bobs_next = told.creators[:2]
    assert bobs.once > 0
    assert bobs.after.total == bobs.earned + bobs.once
    assert bobs_next.before.total == bobs.after.total
    assert bobs.other == bobs_next.other == 0


def test_beancount_agrees(told: Told) -> None:
    for year in told.readers:
        agrees_for_reader(year)
    for year_of_creator in told.creators:
        agrees_for_creator(year_of_creator)


@pytest.mark.integrations
def test_hledger_agrees(
    tmp_path: Path, pytestconfig: pytest.Config, told: Told
) -> None:
    needs_program(pytestconfig, "hledger", "hledger")
    for number, journal in enumerate(told.journals):
        file = tmp_path / f"{number}.journal"
        file.write_text("".join(f"{line}\n" for line in journals.hledger(journal)))
        command = ["hledger", "--file", str(file), "balance", "--flat", "--empty"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_creators_journal_has_no_day_of_a_gift(told: Told) -> None:
    """Nothing finer than the month tells a creator when a reader gave."""
    [journal, *_rest] = map(journal_entries.of_creator, told.creators)

    gifts = [entry for entry in journal.entries if "gift" in entry.id]

    assert [(entry.id, entry.day.day) for entry in gifts] == [
        (f"gifts:{told.year}-11:creator:{told.bob.pk}", 30)
    ]


def test_the_pages_and_tables_have_them(told: Told) -> None:
    page = text(signed_in(told.alice), f"/year/{told.year}")
    assert "Of it once" in page
    assert "Given once to creators" in page
    assert "Reserved for gifts −€3.00" in page
    table = signed_in(told.alice).get(f"/year/flattr-year-{told.year}.csv")
    rows = [line.split(";") for line in table.content.decode().splitlines()[1:]]
    amounts = [int(row[3].replace(",", "")) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]
    assert '"Given once"' in {row[1] for row in rows}
    page = text(signed_in(told.bob), f"/revenue/{told.year}")
    assert "Given once" in page
    table = signed_in(told.bob).get(f"/revenue/flattr-revenue-year-{told.year}.csv")
    rows = [line.split(";") for line in table.content.decode().splitlines()[1:]]
    amounts = [int(row[3].replace(",", "")) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]


def test_many_gifts_ask_no_more(told: Told) -> None:
    browser = signed_in(told.alice)
    with Questions() as few:
        browser.get(f"/year/{told.year + 1}")
    for _ in range(3):
        give(told.alice, told.bob, 100)

    with Questions() as many:
        browser.get(f"/year/{told.year + 1}")

    assert many.count == few.count
