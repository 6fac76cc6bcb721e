"""A year's journal, read by the programs that it is written for."""

from __future__ import annotations

import random
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data
from pytest_django import Settings

from accounts.models import User
from flattr import money
from payouts.invoices import invoicing
from payouts.years import creator_year, journal_entries, journals, reader_year
from payouts.years.journals import Entry, Journal
from tests.hostility import needs_program
from tests.payouts.years.test_years import go_to, pay_out
from tests.world import earning
from tests.world.browsing import signed_in
from tests.world.life import Life
from tests.world.people import person
from tests.world.tracer import Tracer


def checked(journal: Journal) -> dict[str, int]:
    """What beancount says of a journal: no error, and the sum of each account in minor
    units. Its own last line asserts what is there."""
    text = "\n".join(journals.beancount(journal))
    entries, errors, _options = loader.load_string(text)
    assert not errors, (errors, text)
    sums: dict[str, int] = defaultdict(int)
    ids = []
    for entry in entries:
        if isinstance(entry, data.Transaction):
            ids.append(entry.meta["id"])
            for posting in entry.postings:
                assert posting.units is not None
                sums[posting.account] += int((posting.units.number or Decimal(0)) * 100)
    assert len(ids) == len(set(ids)) == len(journal.entries)
    return dict(sums)


def agrees_for_reader(year: reader_year.ReaderYear) -> None:
    sums = checked(journal_entries.of_reader(year))
    assert sums.get(journals.HERE, 0) == year.after
    assert sums.get(journals.FEES, 0) == year.fee
    assert sums.get(journals.RESERVED, 0) == year.reserved_before + year.reserved
    assert sums.get(journals.TAKEN_BACK, 0) == -year.taken_back
    assert sums.get(journals.BANK, 0) == year.paid_back - year.paid_in
    for one in year.rows:
        assert sums[journals.account_of(one.creator.username)] == one.total


def agrees_for_creator(year: creator_year.CreatorYear) -> None:
    sums = checked(journal_entries.of_creator(year))
    assert sums.get(journals.HERE, 0) == year.after.total
    kept = sum(year.kept.values())
    assert sums.get(journals.REVENUE, 0) == -year.earned - kept
    assert sums.get(journals.ONCE, 0) == -year.once - (year.fee - kept)
    assert sums.get(journals.FEES, 0) == year.fee - year.fee_returned
    assert sums.get(journals.LOST, 0) == year.taken_back + year.fee_returned
    assert sums.get(journals.BANK, 0) == year.paid_out


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(("percent", "policy"), [(0, "creator"), (10, "thing")])
def test_beancount_agrees_with_the_pages(
    percent: int, policy: str, settings: Settings
) -> None:
    """Random months around the year's end, with refunds, and disputes lost and won."""
    settings.FEE_PERCENT, settings.POLICY = percent, policy
    year = go_to(11)
    seed = random.randrange(10**9)
    print(f"seed={seed}")  # noqa: T201 (what a failure is found again by)
    life = Life(random.Random(seed), Tracer(percent, policy))
    for _ in range(3):
        life.month()
        invoicing.make_due()

    for shown in (year, year + 1):
        for reader in life.readers:
            agrees_for_reader(reader_year.reader_year(reader, shown))
        for thing in life.things:
            assert thing.owner is not None
            agrees_for_creator(creator_year.creator_year(thing.owner, shown))


@pytest.mark.usefixtures("own_database")
def test_a_payout_goes_to_the_bank() -> None:
    year = go_to(3)
    bob = person("bob")
    earning.earn(bob)
    pay_out(bob)
    shown = creator_year.creator_year(bob, year)

    agrees_for_creator(shown)
    sums = checked(journal_entries.of_creator(shown))
    assert (sums[journals.BANK], sums[journals.HERE]) == (6_000, 0)
    client = signed_in(bob)
    for ending, begins in (("beancount", "option"), ("journal", ";")):
        path = f"/revenue/flattr-revenue-year-{year}.{ending}"
        assert path in client.get(f"/revenue/{year}").content.decode()
        answer = client.get(path)
        assert answer.content.decode().startswith(begins)
        assert f'year-{year}.{ending}"' in answer["Content-Disposition"]


def test_the_files_are_for_oneself(alice: User) -> None:
    client = signed_in(alice)
    for path in ("/year/flattr-year-1999", "/revenue/flattr-revenue-year-1999"):
        assert client.get(f"{path}.beancount").status_code == 404
        assert client.get(f"{path}.ledger").status_code == 404


ODD = Journal(
    'A "title" with ; and | and \\ and\na line',
    "EUR",
    date(2026, 1, 1),
    (
        Entry(
            date(2026, 2, 3),
            "close:2026-01:reader:5",
            '"quoted" ; comment | payee\n  Assets:Stolen  5',
            (
                (journals.HERE, -1_001),
                (journals.account_of("left:17"), 500),
                (journals.account_of("4_ever.x"), 501),
            ),
        ),
    ),
    date(2026, 2, 4),
    -1_001,
)


def test_no_name_writes_a_line_of_its_own() -> None:
    sums = checked(ODD)
    assert sums == {
        "Assets:Flattr": -1_001,
        "Expenses:Flattr:Given:Left-17": 500,
        "Expenses:Flattr:Given:4-ever-x": 501,
    }


def test_a_wrong_sum_is_found() -> None:
    wrong = Journal(ODD.title, "EUR", ODD.begins, ODD.entries, ODD.until, left=-1_000)
    text = "\n".join(journals.beancount(wrong))
    _entries, errors, _options = loader.load_string(text)
    assert [type(error).__name__ for error in errors] == ["BalanceError"]


@pytest.mark.integrations
@pytest.mark.usefixtures("own_database")
def test_hledger_agrees_with_the_pages(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    needs_program(pytestconfig, "hledger", "hledger")
    year = go_to(11)
    life = Life(random.Random(7), Tracer(10, "creator"))
    for _ in range(3):
        life.month()
    made = [ODD]
    made += [
        journal_entries.of_reader(reader_year.reader_year(reader, shown))
        for reader in life.readers
        for shown in (year, year + 1)
    ]
    made += [
        journal_entries.of_creator(creator_year.creator_year(thing.owner, shown))
        for thing in life.things
        if thing.owner
        for shown in (year, year + 1)
    ]
    for number, journal in enumerate(made):
        file = tmp_path / f"{number}.journal"
        file.write_text("".join(f"{line}\n" for line in journals.hledger(journal)))
        command = ["hledger", "--file", str(file), "balance", "--no-total", "--flat"]
        done = subprocess.run(
            [*command, "Assets:Flattr", "--output-format=csv", "--empty"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        left = "0" if not journal.left else f"{money.plain(journal.left)} EUR"
        assert f'"Assets:Flattr","{left}"' in done.stdout, (done.stdout, left)
