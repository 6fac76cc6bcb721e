"""What a statement, its check and a close say in which case, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from buttons.models import Thing
from payouts.close.check_words import CheckWords
from payouts.close.checking import Check, Division
from payouts.close.close_words import CloseWords
from payouts.close.ledger_lines import LedgerLine
from payouts.close.rotation import FirstRotation, Rotation
from payouts.close.statement_words import NoStatementWords, StatementWords
from payouts.close.statements import Line, MonthLeft, Portion, Statement
from payouts.models import Close, ReaderMonth, Split

AT = datetime(2026, 12, 1, 0, 3, tzinfo=UTC)


def statement(
    spent: int = 1_000, fee: int = 0, units: int = 3, policy: str = "creator"
) -> Statement:
    split = Split(
        reader_id=7,
        period=202611,
        spent=spent,
        fee=fee,
        currency="EUR",
        policy=policy,
        units=units,
    )
    portions = [Portion(User(pk=n), [], odd=False) for n in range(units)]
    return Statement(split, 10 if fee else 0, AT, portions)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            statement(units=1),
            (
                "November 2026: €10.00, one way",
                "€10.00",
                "To the cent.",
                "All of it went to creators.",
            ),
        ),
        (
            statement(units=7),
            (
                "November 2026: €10.00, seven ways",
                "€1.43",
                "One of them got €1.42, since the sum does not divide evenly.",
                "All of it went to creators.",
            ),
        ),
        (
            statement(fee=100, units=12),
            (
                "November 2026: €10.00, 12 ways",
                "€0.75",
                "To the cent.",
                "€1.00 of it stays with this site (10 %).",
            ),
        ),
        (
            statement(units=12),
            (
                "November 2026: €10.00, 12 ways",
                "€0.83",
                "Four of them got €0.84, since the sum does not divide evenly.",
                "All of it went to creators.",
            ),
        ),
    ],
)
def test_a_statement_says_what_each_got(
    found: Statement, said: tuple[str, str, str, str]
) -> None:
    words = StatementWords(found)

    assert (words.heading, words.share, words.others_got, words.fee) == said


@pytest.mark.parametrize(
    ("creators", "things", "said"),
    [
        (1, 1, "You flattred one thing by one creator."),
        (3, 2, "You flattred six things by three creators."),
    ],
)
def test_a_statement_says_what_was_flattred(
    creators: int, things: int, said: str
) -> None:
    found = statement(units=creators)
    for portion in found.portions:
        portion.lines.extend([Line(Thing(), 1, odd=False)] * things)

    words = StatementWords(found)
    assert words.flattred == said
    assert words.closed == "The month was closed on 1 December 2026, 00:03 UTC."


def test_a_statement_names_what_was_counted() -> None:
    assert StatementWords(statement()).share_label == "Each creator got"
    by_thing = StatementWords(statement(policy="thing"))
    assert by_thing.share_label == "Each thing got"


@pytest.mark.parametrize(
    ("state", "sentence", "action"),
    [
        ("running", "This month is running.", "Go to my month"),
        ("closing", "This month is over and not closed yet.", "Your statements"),
        (
            "aside",
            "Yours was set aside: our staff have to check",
            "Why was my month set aside?",
        ),
        ("nothing", "So nothing was spent.", "Your statements"),
    ],
)
def test_a_month_without_a_statement_says_why(
    state: str, sentence: str, action: str
) -> None:
    words = NoStatementWords(MonthLeft(202611, state))

    assert sentence in words.why
    assert words.action.label == action


def check(booked: int, policy: str = "creator") -> CheckWords:
    rotation = Rotation(7, 202611, 3)
    found = statement(policy=policy)
    found.split.offset = rotation.offset
    found.split.spent = 0
    division = Division("", 0, rotation, [])
    line = LedgerLine("close:2026-11:reader:7|means|7|EUR|0", booked, 0)
    return CheckWords(Check(found, ReaderMonth(), 0, 0, division, [], [line], []))


def test_a_check_says_whether_all_agrees() -> None:
    assert check(0).verdict.endswith("every number agrees with the ledger.")
    assert "not every number agrees with the ledger" in check(1).verdict
    assert [line.verdict for line in check(1).check.ledger] == ["differs"]


@pytest.mark.parametrize(
    ("policy", "counted", "ranked", "compared"),
    [
        ("creator", "Every creator counts once", "Creators stand", "In the ledger"),
        ("thing", "Every thing you flattred", "Things stand", "In the statement"),
    ],
)
def test_a_check_says_what_was_counted(
    policy: str, counted: str, ranked: str, compared: str
) -> None:
    words = check(0, policy)

    assert words.counting.startswith(counted)
    assert words.ranking.startswith(ranked)
    assert words.stands == compared


def test_the_last_step_makes_the_offset() -> None:
    golden, first = Rotation(7, 202611, 3), FirstRotation(7, 202611, 3)

    assert golden.last_step == (
        f"{golden.kept} × 3 = {golden.product}; {golden.product} ÷ 4294967296"
    )
    assert first.last_step == f"{first.kept} mod 3"


@pytest.mark.parametrize(
    ("policy", "formula", "division", "odd_cents"),
    [
        ("creator", "golden", "over the creators its", "moves on from month to month"),
        ("thing", "first", "over the things its reader", "our first rule chose"),
    ],
)
def test_a_close_says_by_which_rules_it_was_made(
    policy: str, formula: str, division: str, odd_cents: str
) -> None:
    words = CloseWords(Close(policy=policy, formula=formula))

    assert division in words.division
    assert odd_cents in words.odd_cents
    assert f"“{policy}”" in words.names
    assert f"“{formula}”" in words.names


def test_a_close_says_among_how_many() -> None:
    close = Close(readers=1, creators=1_200, shares=1, flattrs=3_000)
    words = CloseWords(close)

    assert words.given_by == "Given by 1 reader"
    assert words.shared == "to 1,200 creators, in 1 share for 3,000 flattrs"


def test_a_close_is_passed_on_under_its_month() -> None:
    page = CloseWords(Close(period=202610)).sharing

    assert page.title == "October 2026, closed"
    assert page.path == "/closes/2026-10"
    assert page.description == (
        "What was given in October 2026, how it was divided, and how to check it."
    )
