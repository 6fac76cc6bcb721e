"""What *my month* and the budget say in which case, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.people.budgets import Standing
from buttons.models import Thing
from payouts.my_month.behind import Behind
from payouts.my_month.month import Month, Portion
from payouts.my_month.month_words import MonthWords
from payouts.payments.words.budget_words import BudgetWords
from payouts.payments.words.notice_words import Notice

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
    things: int = 1,
    subscriptions: int = 0,
    liked: int = 0,
    behind: Sequence[Behind] = (),
) -> MonthWords:
    portions = [Portion(User(pk=n), [Thing(pk=n)] * things, 0) for n in range(creators)]
    month = Month(
        standing=now or standing(),
        now=datetime(2026, 11, 3, tzinfo=UTC),
        balance=free if balance is None else balance,
        free=free,
        next_amount=0,
        portions=portions,
        promised=[],
        notice=notice or Notice(),
        subscriptions=subscriptions,
        behind=list(behind),
        liked=[Thing() for _ in range(liked)],
        gifts=[],
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
    assert words(free=free, balance=balance).figures.account == said


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
    assert words().figures.until.startswith("At the end of 30 November (midnight UTC).")


@pytest.mark.parametrize(
    ("creators", "share", "others", "next_share"),
    [
        (0, "–", "", "The first gets €10.00."),
        (2, "€5.00", "", "€3.33 each if you add one more."),
        (3, "€3.33", "One of them gets €3.34.", "€2.50 each if you add one more."),
        (7, "€1.43", "One of them gets €1.42.", "€1.25 each if you add one more."),
        (12, "€0.83", "Four of them get €0.84.", "€0.76 each if you add one more."),
    ],
)
def test_a_share_is_told_with_what_it_would_become(
    creators: int, share: str, others: str, next_share: str
) -> None:
    said = words(creators=creators).figures

    assert (said.share, said.others_get, said.with_one_more) == (
        share,
        others,
        next_share,
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (standing(0), "Decide what you give a month."),
        (standing(), "November is paid."),
        (standing(covered=False), ""),
    ],
)
def test_how_the_month_stands_is_said_first(now: Standing, said: str) -> None:
    stands = words(now).stands

    assert stands.startswith(said)
    assert bool(stands) == bool(said)


@pytest.mark.parametrize(
    ("creators", "things", "said"),
    [
        (1, 1, "You flattred one thing by one creator."),
        (1, 2, "You flattred two things by one creator."),
        (4, 3, "You flattred 12 things by four creators."),
    ],
)
def test_what_was_flattred_is_told_by_things_and_creators(
    creators: int, things: int, said: str
) -> None:
    assert words(creators=creators, things=things).flattred == said


@pytest.mark.parametrize(
    ("creators", "said"),
    [
        (0, "Your November: nothing cut yet"),
        (1, "Your November: one slice"),
        (7, "Your November: seven equal slices"),
    ],
)
def test_the_loaf_is_told_to_people_who_hear_it(creators: int, said: str) -> None:
    assert words(creators=creators).loaf == said
    assert words().your_budget == "You give €10.00 a month."


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("creator", "With your first flattr, one creator gets €10.00. With a second"),
        ("thing", "With your first flattr, one thing gets €10.00. With the second,"),
    ],
)
def test_a_whole_loaf_says_what_becomes_of_it(
    settings: Settings, policy: str, said: str
) -> None:
    settings.POLICY = policy

    assert words().still_whole == "November: your loaf is still whole"
    assert words().whole == "€10.00, not cut yet"
    assert words().first_slices.startswith(said)
    assert "each gets €5.00." in words().first_slices


@pytest.mark.parametrize(
    ("many", "said"),
    [
        (1, "One that people flattr this month"),
        (3, "Three that people flattr this month"),
    ],
)
def test_what_others_like_is_counted(many: int, said: str) -> None:
    assert words(liked=many).liked == said


@pytest.mark.parametrize(
    ("many", "said"),
    [
        (0, "Flattr something every month"),
        (1, "You flattr one thing every month"),
        (12, "You flattr 12 things every month"),
    ],
)
def test_what_is_flattred_every_month_is_counted(many: int, said: str) -> None:
    assert words(subscriptions=many).subscriptions == said


def test_who_has_paid_can_pay_ahead() -> None:
    assert words().figures.pay_label == "Pay ahead"
    assert words(standing(covered=False)).figures.pay_label == "Pay in"
    assert words().figures.closes_label == "November closes in"


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


@pytest.mark.parametrize(
    ("now", "free", "coming", "said"),
    [
        (standing(credited=False), 0, 1_000, "opens when it arrives"),
        (standing(covered=False), 0, 1_000, "without it, nothing is shared."),
        (standing(covered=False), 400, 600, "without it, €4.00 is shared."),
    ],
)
def test_what_is_on_its_way_need_not_be_paid_again(
    now: Standing, free: int, coming: int, said: str
) -> None:
    (note,) = words(now, free=free, notice=Notice(coming=coming)).notes

    assert f"€{coming / 100:.2f} is on its way" in note.text
    assert said in note.text
    assert [action.label for action in note.actions] == ["How it stands"]


def test_a_debit_that_is_announced_need_not_be_paid_by_hand() -> None:
    notice = Notice(announced=600, announced_for=datetime(2026, 11, 5, tzinfo=UTC))
    (note,) = words(standing(covered=False), free=400, notice=notice).notes

    assert note.text.startswith("On 5 November we debit €6.00 for November")
    assert [action.label for action in note.actions] == ["How it stands"]


def test_a_part_on_its_way_leaves_the_rest_missing() -> None:
    notice = Notice(coming=200)
    (note,) = words(standing(covered=False), free=400, notice=notice).notes

    assert note.text.startswith("€6.00 is missing for November.")


def test_a_declined_card_says_more_than_a_suspended_budget() -> None:
    at = datetime(2026, 12, 9, tzinfo=UTC)
    notice = Notice("declined", False, 500, "Visa …0341", "the card has expired", at)

    (note,) = words(standing(suspended=True), notice=notice).notes

    assert note.heading == "Visa …0341 was declined on 9 December"
    assert [action.label for action in note.actions] == [
        "Pay now",
        "Pay by something else",
    ]


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
