"""What *my month* and the budget say in which case, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.people.budgets import Standing
from buttons.models import Thing
from payouts.close.month import Month, Portion
from payouts.close.month_words import MonthWords
from payouts.payments.budget_words import BudgetWords
from payouts.payments.noticing import Notice

NOVEMBER = 202611


def standing(
    amount: int = 1_000,
    *,
    credited: bool = True,
    suspended: bool = False,
    covered: bool = True,
) -> Standing:
    return Standing(NOVEMBER, amount, credited, suspended, covered)


def words(
    now: Standing | None = None,
    creators: int = 0,
    free: int = 1_000,
    balance: int | None = None,
    notice: Notice | None = None,
) -> MonthWords:
    portions = [Portion(User(pk=n), [Thing(pk=n)], 0) for n in range(creators)]
    month = Month(
        standing=now or standing(),
        now=datetime(2026, 11, 3, tzinfo=UTC),
        balance=free if balance is None else balance,
        free=free,
        next_amount=0,
        portions=portions,
        promised=[],
        notice=notice or Notice(),
    )
    return MonthWords(month)


@pytest.mark.parametrize(
    ("amount", "creators", "said"),
    [
        (0, 0, "November: nothing to give yet"),
        (1_000, 0, "November: €10.00, for nobody yet"),
        (1_000, 1, "November: €10.00, one way"),
        (1_000, 12, "November: €10.00, 12 ways"),
    ],
)
def test_the_heading_says_how_the_month_stands(
    amount: int, creators: int, said: str
) -> None:
    assert words(standing(amount), creators).heading == said


@pytest.mark.parametrize(
    ("free", "balance", "said"),
    [
        (0, 0, "Nothing yet."),
        (400, 400, "It covers a part of November."),
        (1_000, 1_000, "It covers November."),
        (1_500, 1_500, "It covers November and a part of December."),
        (2_000, 2_000, "It covers November and one more month."),
        (9_999, 9_999, "It covers November and eight more months."),
        (0, 700, "It goes to a month that has ended and is not closed yet."),
        (
            300,
            700,
            "€3.00 of it is for November and later; the rest goes to a month that has"
            " ended and is not closed yet.",
        ),
    ],
)
def test_the_account_says_what_its_money_is_for(
    free: int, balance: int, said: str
) -> None:
    assert words(free=free, balance=balance).account == said


@pytest.mark.parametrize(
    ("policy", "fee", "free", "said"),
    [
        (
            "creator",
            0,
            1_000,
            "Then €10.00 is divided evenly among the creators you flattred. If you"
            " flattred nothing, nothing is spent.",
        ),
        (
            "thing",
            10,
            1_000,
            "Then €10.00 is divided evenly among the things you flattred. 10 % of it stays"
            " with this site, for running it. If you flattred nothing, nothing is spent.",
        ),
        (
            "creator",
            0,
            400,
            "Then what is in your account, now €4.00, is divided evenly among the creators"
            " you flattred. If you flattred nothing, nothing is spent.",
        ),
    ],
)
def test_the_end_of_the_month_is_told_by_its_rule(
    settings: Settings, policy: str, fee: int, free: int, said: str
) -> None:
    settings.POLICY, settings.FEE_PERCENT = policy, fee

    assert words(free=free).division == said


def test_when_a_month_ends_is_told_by_its_last_day() -> None:
    assert words().until.startswith("At the end of 30 November (midnight UTC).")


@pytest.mark.parametrize(
    ("creators", "share", "next_share"),
    [
        (0, "–", "The first gets €10.00."),
        (2, "€5.00", "€3.33 each if you add one more."),
        (3, "€3.33–€3.34", "€2.50 each if you add one more."),
    ],
)
def test_a_share_is_told_with_what_it_would_become(
    creators: int, share: str, next_share: str
) -> None:
    said = words(creators=creators)

    assert (said.share, said.with_one_more) == (share, next_share)


@pytest.mark.parametrize(
    ("now", "free", "said"),
    [
        (standing(), 1_000, None),
        (standing(suspended=True), 0, "Your budget is suspended, since"),
        (standing(credited=False), 0, "Your budget is €10.00 a month. It opens with"),
        (standing(covered=False), 1_000, "An earlier month has to be closed"),
        (standing(covered=False), 0, "without it, nothing is shared."),
        (standing(covered=False), 400, "€6.00 is missing for November."),
        (standing(covered=False), 400, "without it, €4.00 is shared."),
    ],
)
def test_one_note_says_what_is_in_the_way(
    now: Standing, free: int, said: str | None
) -> None:
    notes = words(now, free=free).notes

    assert len(notes) == (said is not None)
    assert said is None or said in notes[0].text


def test_a_declined_card_says_more_than_a_suspended_budget() -> None:
    at = datetime(2026, 12, 9, tzinfo=UTC)
    notice = Notice("declined", False, 500, "Visa …0341", "the card has expired", at)

    (note,) = words(standing(suspended=True), notice=notice).notes

    assert note.text.startswith("Visa …0341 was declined on 9 December:")
    assert [action.label for action in note.actions] == ["Pay now", "Use another card"]


@pytest.mark.parametrize(
    ("amount", "next_amount", "flattred", "change", "stop"),
    [
        (1_000, 1_000, True, "", "Stop from December"),
        (1_000, 1_000, False, "", "Stop from November"),
        (1_000, 500, True, "From December on you give €5.00.", "Stop from December"),
        (1_000, 0, True, "From December on you give nothing.", ""),
        (0, 0, False, "", ""),
    ],
)
def test_a_budget_says_what_changes_and_what_can_be_stopped(
    amount: int, next_amount: int, flattred: bool, change: str, stop: str
) -> None:
    said = BudgetWords(standing(amount), next_amount, 0, flattred)

    assert (said.coming_change, said.stop_button) == (change, stop)


def test_a_budget_says_when_more_and_less_count() -> None:
    flattred = BudgetWords(standing(), 1_000, 300, flattred=True)
    not_yet = BudgetWords(standing(credited=False), 1_000, 300, flattred=False)

    assert "until it arrives €10.00 stands" in flattred.when_more_counts
    assert "counts from December" in flattred.when_less_counts
    assert not_yet.when_more_counts.endswith("You have €3.00 for November and later.")
    assert "counts for November at once" in not_yet.when_less_counts
