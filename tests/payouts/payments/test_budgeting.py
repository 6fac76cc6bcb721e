"""Alice decides what she gives a month, and from when on it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Budget, BudgetAmount, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing
from payouts.models import Payment
from payouts.payments import budgeting, paying_in
from tests.world.people import click, open_budget, person, thing_of, travel

FIVE, TEN, TWENTY = 500, 1_000, 2_000


@pytest.fixture
def newcomer(db: None) -> User:
    return person("nina")


@pytest.fixture
def paul(db: None) -> User:
    return person("paul")


def given(reader: User) -> int:
    return budgets.amount_in(reader, clock.period())


def given_next(reader: User) -> int:
    return budgets.amount_in(reader, months.following(clock.period()))


def test_the_first_amount_counts_at_once(newcomer: User) -> None:
    choice = budgeting.choose(newcomer, TEN)

    assert choice == budgeting.Choice(TEN, clock.period())
    assert given(newcomer) == TEN
    assert not budgets.standing(newcomer).open


def test_before_the_first_payment_any_amount_counts_at_once(newcomer: User) -> None:
    budgeting.choose(newcomer, FIVE)
    budgeting.choose(newcomer, TWENTY)

    assert given(newcomer) == TWENTY


def test_a_raise_that_the_account_covers_counts_at_once(alice: User, bob: User) -> None:
    click(alice, thing_of(bob, "song"))

    choice = budgeting.choose(alice, TWENTY)

    assert not choice.missing
    assert given(alice) == TWENTY


def test_a_raise_asks_for_the_difference_and_the_old_amount_stands(paul: User) -> None:
    open_budget(paul, TEN, paid=1_200)

    choice = budgeting.choose(paul, TWENTY)

    assert choice.missing == 800
    assert given(paul) == given_next(paul) == TEN


def test_the_difference_is_never_less_than_two(paul: User) -> None:
    open_budget(paul, TEN, paid=TEN)

    assert budgeting.choose(paul, 1_050).missing == 200


def test_a_raise_counts_as_soon_as_its_payment_arrives(paul: User) -> None:
    open_budget(paul, TEN, paid=1_200)
    choice = budgeting.choose(paul, TWENTY)

    payment = paying_in.begin(paul, choice.missing, "192.0.2.1", TWENTY)
    assert given(paul) == TEN
    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})

    assert given(paul) == TWENTY
    assert budgets.standing(paul).covered


def test_a_raise_whose_payment_covers_too_little_does_not_count(paul: User) -> None:
    open_budget(paul, TEN, paid=TEN)

    payment = paying_in.begin(paul, 500, "192.0.2.1", TWENTY)
    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})

    assert given(paul) == TEN


def test_a_later_choice_forgets_the_raise(paul: User) -> None:
    open_budget(paul, TEN, paid=1_200)
    payment = paying_in.begin(paul, 800, "192.0.2.1", TWENTY)

    budgeting.choose(paul, FIVE)
    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})

    assert given(paul) == FIVE


@pytest.mark.parametrize("amount", [FIVE, 0])
def test_less_counts_at_once_while_nothing_is_flattred(
    alice: User, amount: int
) -> None:
    choice = budgeting.choose(alice, amount)

    assert choice.counts_from == clock.period()
    assert given(alice) == given_next(alice) == amount


@pytest.mark.parametrize("amount", [FIVE, 0])
def test_less_counts_from_the_next_month_once_something_is_flattred(
    alice: User, bob: User, amount: int
) -> None:
    click(alice, thing_of(bob, "song"))

    choice = budgeting.choose(alice, amount)

    assert choice.counts_from == months.following(clock.period())
    assert (given(alice), given_next(alice)) == (TEN, amount)


def test_choosing_the_same_again_takes_back_a_stop(alice: User, bob: User) -> None:
    click(alice, thing_of(bob, "song"))
    budgeting.choose(alice, 0)

    budgeting.choose(alice, TEN)

    assert given(alice) == given_next(alice) == TEN


@pytest.mark.parametrize("amount", [FIVE, TWENTY])
def test_whoever_likes_begins_with_the_next_month(
    newcomer: User, alice: User, amount: int
) -> None:
    """Without anything to pay for the running one, nor any change in it."""
    for reader, now in [(newcomer, 0), (alice, TEN)]:
        choice = budgeting.choose(reader, amount, from_next=True)

        assert (choice.counts_from, choice.missing) == (
            months.following(clock.period()),
            0,
        )
        assert (given(reader), given_next(reader)) == (now, amount)


def test_who_stopped_begins_again_at_once(alice: User) -> None:
    budgeting.choose(alice, 0)
    assert not budgets.standing(alice).open

    budgeting.choose(alice, FIVE)

    assert budgets.standing(alice).open


@pytest.mark.parametrize("amount", [-1, 1, 199, 10_001])
def test_other_amounts_are_refused(alice: User, amount: int) -> None:
    with pytest.raises(budgeting.NotABudget):
        budgeting.choose(alice, amount)

    assert given(alice) == TEN


def test_a_lower_amount_may_be_covered_again(paul: User) -> None:
    open_budget(paul, TWENTY, paid=TEN)
    budgeting.cover(paul, clock.period())
    assert not budgets.standing(paul).covered

    budgeting.choose(paul, TEN)

    assert budgets.standing(paul).covered


@pytest.mark.usefixtures("own_database")
def test_what_an_open_month_will_take_is_not_free() -> None:
    """Between a month's end and its close its money is still in the account."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice, TEN, paid=1_500)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month) + timedelta(hours=1))

    assert budgeting.free(alice, clock.period()) == 500
    assert budgeting.choose(alice, 1_200).missing == 700

    closing.close_month(month)
    assert budgeting.free(alice, clock.period()) == 500


@pytest.mark.usefixtures("own_database")
def test_after_a_close_everybody_who_is_covered_is_so_at_once() -> None:
    alice, bob, paul = person("alice"), person("bob"), person("paul")
    open_budget(alice, TEN, paid=TWENTY)
    open_budget(paul, TEN, paid=1_500)
    for reader in (alice, paul):
        click(reader, thing_of(bob, f"song for {reader}"))
    month = clock.period()
    travel(months.end(month) + timedelta(hours=1))
    assert budgeting.cover_month() == 0, "the month before is not closed"
    closing.close_month(month)

    assert budgeting.cover_month() == 1
    assert budgeting.cover_month() == 0

    assert budgets.standing(alice).covered
    assert not budgets.standing(paul).covered


# --- The page


def test_the_page_keeps_an_amount(newcomer: User, client: Client) -> None:
    client.force_login(newcomer)

    answer = client.post("/budget", {"amount": "7,50"})

    assert answer.headers["Location"] == "/pay"
    assert given(newcomer) == 750


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1.99", "The least is £2.00."),
        ("0", "The least is £2.00."),
        ("100.01", "The most is £100.00."),
        ("", "Please enter an amount"),
        ("   ", "Please enter an amount"),
        ("ten", "This is not an amount in EUR."),
        ("-5", "This is not an amount in EUR."),
        ("1e1", "This is not an amount in EUR."),
        ("5.000", "This is not an amount in EUR."),
        ("<b>5</b>", "This is not an amount in EUR."),
    ],
)
def test_a_wrong_amount_is_answered_beside_the_field(
    newcomer: User, client: Client, typed: str, told: str
) -> None:
    client.force_login(newcomer)

    page = client.post("/budget", {"amount": typed}).content.decode()

    assert told.replace("£", "€") in page
    assert 'aria-invalid="true"' in page
    if typed.strip():
        kept = typed.replace("<", "&lt;").replace(">", "&gt;")
        assert f'value="{kept}"' in page
    assert not BudgetAmount.objects.exists()
    assert not Budget.objects.exists()


def test_the_page_says_from_when_on_less_counts(
    alice: User, bob: User, client: Client
) -> None:
    client.force_login(alice)
    assert "at once" in client.get("/budget").content.decode()

    click(alice, thing_of(bob, "song"))
    page = client.get("/budget").content.decode()

    assert "since you have flattred in" in page
    answer = client.post("/budget", {"stop": "1"}, follow=True)
    assert "you give nothing" in answer.content.decode()
    assert (given(alice), given_next(alice)) == (TEN, 0)


def test_the_page_asks_for_what_a_raise_needs(paul: User, client: Client) -> None:
    open_budget(paul, TEN, paid=1_200)
    client.force_login(paul)

    answer = client.post("/budget", {"amount": "20"}, follow=True)

    assert answer.redirect_chain == [("/pay?budget=20.00", 302)]
    page = answer.content.decode()
    assert "Pay €8.00" in page
    assert "Until then €10.00 stands" in page
    assert not Payment.objects.exists()
