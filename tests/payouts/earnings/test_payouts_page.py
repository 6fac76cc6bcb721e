"""What a creator's page about payouts says in which case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payouts.earnings.pages.payouts_page import PayoutsPage
from payouts.earnings.revenue import Purse
from payouts.earnings.ways import Ways
from payouts.models import Destination, Lot

PURSE = Purse(pending=0, revenue=9_100, transit=0, owed=100, paid=0)
BANK = Destination(holder="Rita Roe", country="DE", last4="3000")


def page(**facts: Any) -> PayoutsPage:
    without: dict[str, Any] = {
        "purse": PURSE,
        "ways": Ways(BANK, None),
        "lots": [],
        "payouts": [],
        "hindrance": "",
        "waits_until": None,
    }
    return PayoutsPage(**{**without, **facts})


@pytest.mark.parametrize(
    ("hindrance", "said"),
    [
        ("", "We pay all that is ready, €90.00, to your bank account DE…3000."),
        ("A payout is on its way.", "A payout is on its way."),
    ],
)
def test_a_creator_reads_what_they_can_ask_for(hindrance: str, said: str) -> None:
    assert page(hindrance=hindrance).about_asking.startswith(said)


@pytest.mark.parametrize(
    ("purse", "lines", "yours"),
    [
        (PURSE, ["Ready", "Held", "What you owe"], 9_000),
        (replace(PURSE, owed=0, pending=5, transit=95), 3 * [""], 9_200),
        (replace(PURSE, owed=0), ["Ready", "Held"], 9_100),
    ],
)
def test_what_is_a_creators_is_shown_adding_up(
    purse: Purse, lines: list[str], yours: int
) -> None:
    shown = page(purse=purse)

    assert len(shown.adding_up) == len(lines)
    assert all(
        line.words.startswith(words)
        for line, words in zip(shown.adding_up, lines, strict=True)
    )
    assert sum(line.amount for line in shown.adding_up) == shown.yours == yours


@pytest.mark.parametrize(
    ("lots", "said"),
    [([], "Nothing is held."), ([Lot()], "We hold what a month gave you")],
)
def test_a_creator_reads_why_money_is_held(lots: list[Lot], said: str) -> None:
    assert page(lots=lots).about_held.startswith(said)


def test_a_creator_without_payouts_reads_where_they_start() -> None:
    assert page().no_history == "No payout yet. Payouts start at €10.00."
