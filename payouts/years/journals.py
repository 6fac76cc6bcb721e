"""Journals for plain-text accounting, as beancount 3 and hledger 1.25 read them.

Each entry has an id that stays the same whenever the journal is made again, so that what
was imported once is known: the ledger's reference, or the month and what it says. The
last line asserts what is there, and both programs check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flattr import money

# Accounts of a journal, as beancount names them; those of creators are `GIVEN:Name`.
HERE = "Assets:Flattr"
# Beside the account, for beancount would count what is below it as in it.
RESERVED = "Assets:Flattr-Gifts"
BANK = "Assets:Bank"
BEFORE = "Equity:Flattr:Before"
OTHER = "Equity:Flattr:Other"
GIVEN = "Expenses:Flattr:Given"
FEES = "Expenses:Flattr:Fees"
TAKEN_BACK = "Expenses:Flattr:TakenBack"
REVENUE = "Income:Flattr:Readers"
ONCE = "Income:Flattr:Gifts"
LOST = "Income:Flattr:TakenBack"


@dataclass(frozen=True, slots=True)
class Entry:
    """What moved on a day: `moved` are accounts and amounts in minor units, which sum
    to zero."""

    day: date
    id: str
    text: str
    moved: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        assert not sum(amount for _account, amount in self.moved), self


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries of a year in their order, and what is there after them: `left` in
    minor units, from the morning of `until` on."""

    title: str
    currency: str
    begins: date
    entries: tuple[Entry, ...]
    until: date
    left: int

    @property
    def accounts(self) -> list[str]:
        used = {account for entry in self.entries for account, _ in entry.moved}
        return sorted(used | {HERE})


def account_of(username: str) -> str:
    """Where what somebody got is booked: letters, digits and dashes, a capital first.

    >>> account_of("anna_b"), account_of("4ever")
    ('Expenses:Flattr:Given:Anna-b', 'Expenses:Flattr:Given:4ever')
    """
    name = re.sub(r"[^A-Za-z0-9-]", "-", username)
    return f"{GIVEN}:{name[:1].upper()}{name[1:]}"


def beancount(journal: Journal) -> Iterator[str]:
    """The lines of a file for beancount."""
    currency = journal.currency
    yield f'option "title" {_quoted(journal.title)}'
    yield f'option "operating_currency" "{currency}"'
    yield ""
    for account in journal.accounts:
        yield f"{journal.begins} open {account} {currency}"
    for entry in journal.entries:
        yield ""
        yield f'{entry.day} * "Flattr" {_quoted(entry.text)}'
        yield f"  id: {_quoted(entry.id)}"
        for account, amount in entry.moved:
            yield f"  {account}  {money.plain(amount)} {currency}"
    yield ""
    # Exactly: beancount would forgive a cent.
    yield f"{journal.until} balance {HERE}  {money.plain(journal.left)} ~ 0 {currency}"


def hledger(journal: Journal) -> Iterator[str]:
    """The lines of a file for hledger, which ledger reads as well."""
    currency = journal.currency
    yield f"; {_on_one_line(journal.title)}"
    yield ""
    for account in journal.accounts:
        yield f"account {account}"
    for entry in journal.entries:
        yield ""
        yield f"{entry.day} * ({entry.id}) Flattr | {_on_one_line(entry.text)}"
        for account, amount in entry.moved:
            yield f"    {account}  {money.plain(amount)} {currency}"
    yield ""
    yield f"{journal.until} * Flattr | {_on_one_line(journal.title)}"
    left = f"{money.plain(journal.left)} {currency}"
    yield f"    {HERE}  {money.plain(0)} {currency} = {left}"


def _quoted(text: str) -> str:
    escaped = _on_one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _on_one_line(text: str) -> str:
    """Without what begins a comment or another payee in a line of hledger's."""
    return " ".join(text.split()).translate(str.maketrans(";|", ",/"))
