"""Nina chooses what to give a month: what the page offers, says, and makes of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Outbox, User
from accounts.people import budgets
from accounts.people.budgets import Standing
from flattr import months
from flattr.database import clock
from payouts.payments import budgeting, paying_in
from payouts.payments.budgeting import Choice
from payouts.payments.choosing import Card, Choosing, chosen_words
from payouts.payments.words.budget_words import BudgetWords
from tests.world.people import open_budget, person, travel

FIVE, TEN = 500, 1_000


@pytest.fixture
def nina(db: None, client: Client) -> User:
    return newcomer(client)


def newcomer(client: Client) -> User:
    """Nina, who is signed in and chose nothing yet."""
    reader = person("nina")
    client.force_login(reader)
    return reader


def page(
    amount: int = 0,
    *,
    next_amount: int | None = None,
    credited: bool = False,
    at: datetime | None = None,
    hurries: bool = False,
) -> Choosing:
    standing = Standing(202611, amount, credited, False, True)
    following = amount if next_amount is None else next_amount
    words = BudgetWords(standing, following, 0, flattred=False)
    return Choosing(words, at or datetime(2026, 11, 26, 12, tzinfo=UTC), hurries)


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (
            500,
            "With ten creators, each gets €0.50. With three, €1.66 or €1.67. With one, all"
            " €5.00.",
        ),
        (
            200,
            "With ten creators, each gets €0.20. With three, €0.66 or €0.67. With one, all"
            " €2.00.",
        ),
    ],
)
def test_what_becomes_of_an_amount(amount: int, sentence: str) -> None:
    assert plain(Card(amount, 2).becomes) == sentence


def test_what_the_site_keeps_is_no_creators(settings: Settings) -> None:
    settings.FEE_PERCENT = 10

    assert plain(Card(1_000, 3).becomes) == (
        "With ten creators, each gets €0.90. With three, €3.00. With one, €9.00."
    )
    assert page().another_becomes.endswith("10 % goes to this site, for running it.")


def test_things_share_where_the_site_divides_by_things(settings: Settings) -> None:
    settings.POLICY = "thing"

    assert Card(500, 2).becomes.startswith("With ten things, each gets")
    assert page().another_becomes == (
        "With ten things, each gets a tenth; with three, a third."
    )
    assert page().slices_label == "A budget with ten things: ten equal slices"


def test_the_offer_follows_the_smallest_budget(settings: Settings) -> None:
    settings.SMALLEST_BUDGET = 2_000

    assert [card.amount for card in page().cards] == [2_000, 5_000, 10_000, 20_000]


@pytest.mark.parametrize(
    ("choosing", "proposal"),
    [
        (page(), {"choice": "500", "amount": None, "begin": "next"}),
        (page(hurries=True), {"choice": "500", "amount": None, "begin": "now"}),
        (page(1_000), {"choice": "1000", "amount": None, "begin": "now"}),
        (page(750), {"choice": "other", "amount": 750, "begin": "now"}),
        (page(next_amount=200), {"choice": "200", "amount": None, "begin": "next"}),
    ],
)
def test_what_is_chosen_before_anybody_chooses(
    choosing: Choosing, proposal: dict[str, object]
) -> None:
    assert choosing.proposal == proposal


@pytest.mark.parametrize(
    ("choosing", "step", "heading", "lead", "button"),
    [
        (
            page(),
            "Step 2 of 3",
            "What would you like to give a month?",
            "That is all it will ever cost you.",
            "Go on to pay",
        ),
        (
            page(credited=True),
            "",
            "What would you like to give a month?",
            "That is all it will ever cost you.",
            "Go on to pay",
        ),
        (
            page(1_000),
            "",
            "What you give a month",
            "You give €10.00 a month.",
            "Change the budget",
        ),
        (
            page(next_amount=500),
            "",
            "What you give a month",
            "From December on you give €5.00 a month.",
            "Change the budget",
        ),
    ],
)
def test_the_page_says_where_its_reader_stands(
    choosing: Choosing, step: str, heading: str, lead: str, button: str
) -> None:
    assert (choosing.step, choosing.heading, choosing.button) == (step, heading, button)
    assert choosing.lead.startswith(lead)
    assert choosing.lead.endswith("the slices get thinner, the sum stays the same.")


@pytest.mark.parametrize(
    ("day", "hour", "asked"),
    [
        (23, 23, None),
        (24, 0, "November ends in seven days. When do you want to begin?"),
        (26, 12, "November ends in four days. When do you want to begin?"),
        (29, 1, "November ends in one day. When do you want to begin?"),
        (30, 23, "November ends today. When do you want to begin?"),
    ],
)
def test_in_a_months_last_seven_days_it_asks_when_to_begin(
    day: int, hour: int, asked: str | None
) -> None:
    choosing = page(at=datetime(2026, 11, day, hour, tzinfo=UTC))

    assert choosing.is_late is (asked is not None)
    assert asked is None or choosing.begin_question == asked


@pytest.mark.parametrize(
    ("choosing", "next_says", "now_says"),
    [
        (
            page(),
            "nothing to pay for November",
            "what you click by Monday counts for November",
        ),
        (
            page(at=datetime(2026, 11, 30, 9, tzinfo=UTC)),
            "nothing to pay for November",
            "what you click today counts for November",
        ),
        (page(1_000), "November stays at €10.00", "for November already, if it can"),
    ],
)
def test_both_beginnings_say_what_they_mean(
    choosing: Choosing, next_says: str, now_says: str
) -> None:
    assert choosing.with_next == "With December"
    assert (choosing.next_says, choosing.now_says) == (next_says, now_says)


def test_a_change_has_another_question() -> None:
    assert page(1_000).begin_question.endswith("When should the change begin?")


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(500, 202611), "You give €5.00 a month. It counts from November on."),
        (Choice(0, 202611), "You give nothing in November, and nothing after it."),
        (
            Choice(500, 202612),
            "You have flattred in November, so November stays as it is. From December on"
            " you give €5.00 a month.",
        ),
        (
            Choice(0, 202612),
            "You have flattred in November, so November stays as it is. From December on"
            " you give nothing.",
        ),
        (
            Choice(500, 202612, from_next=True),
            "From December on you give €5.00 a month.",
        ),
    ],
)
def test_a_choice_says_from_when_on_it_counts(choice: Choice, said: str) -> None:
    assert chosen_words(choice, 202611) == said


# --- The page


def test_a_card_is_enough(nina: User, client: Client) -> None:
    answer = client.post("/budget", {"choice": "500", "amount": ""})

    assert answer.headers["Location"] == "/pay"
    assert budgets.standing(nina).amount == FIVE


def test_another_amount_is_typed(nina: User, client: Client) -> None:
    client.post("/budget", {"choice": "other", "amount": "12.50"})

    assert budgets.standing(nina).amount == 1_250
    shown = client.get("/budget").content.decode()
    assert 'value="12.50"' in shown
    assert re.search(r'value="other"[^>]*checked', shown)

    client.post("/budget", {"choice": "500", "amount": "12.50"})

    assert budgets.standing(nina).amount == FIVE, "the field was not touched"


def test_a_card_and_another_amount_are_asked_about(nina: User, client: Client) -> None:
    """Unless the card was set before anybody chose."""
    shown = client.post("/budget", {"choice": "1000", "amount": "12"}).content.decode()

    assert "You chose €10.00 and typed another amount." in shown
    assert 'value="12"' in shown
    assert re.search(r'value="1000"[^>]*checked', shown)
    assert budgets.standing(nina).amount == 0

    client.post("/budget", {"choice": "500", "amount": "12"})

    assert budgets.standing(nina).amount == 1_200


@pytest.mark.parametrize("choice", ["1", "700", "x", ""])
def test_only_the_cards_amounts_are_cards(
    nina: User, client: Client, choice: str
) -> None:
    shown = client.post("/budget", {"choice": choice, "amount": ""}).content.decode()

    assert "Please enter an amount" in shown
    assert budgets.standing(nina).amount == 0


@pytest.mark.usefixtures("own_database")
def test_when_to_begin_is_asked_in_the_last_days_alone(client: Client) -> None:
    nina = newcomer(client)
    ends = months.end(clock.period())
    travel(ends - timedelta(days=8))
    assert "When do you want to begin?" not in client.get("/budget").content.decode()
    client.post("/budget", {"choice": "500", "amount": "", "begin": "next"})
    assert budgets.standing(nina).amount == FIVE, "nobody was asked"
    budgeting.choose(nina, 0)

    travel(ends - timedelta(days=4))
    assert "When do you want to begin?" in client.get("/budget").content.decode()
    answer = client.post("/budget", {"choice": "500", "amount": "", "begin": "next"})

    assert answer.headers["Location"] == "/pay"
    assert budgets.standing(nina).amount == 0
    assert budgets.amount_in(nina, months.following(clock.period())) == FIVE


def test_whoever_begins_with_the_next_month_pays_for_it_now(
    nina: User, client: Client
) -> None:
    budgeting.choose(nina, FIVE, from_next=True)
    shown = client.get("/pay").content.decode()
    assert "You begin with it; there is nothing to pay for" in shown

    payment = paying_in.pay_simulated(nina, FIVE)

    assert not budgets.standing(nina).open, "it begins with the next month"
    assert Outbox.objects.get(template="paid_in").facts["budget"] == FIVE
    assert "is paid.</strong> You begin with it" in client.get("/pay").content.decode()
    arrived = client.get(f"/pay/{payment.pk}").content.decode()
    assert "From " in arrived
    assert "Choose a budget" not in arrived


@pytest.mark.usefixtures("own_database")
def test_a_raise_may_wait_for_the_next_month(client: Client) -> None:
    """Then there is no difference to pay."""
    nina = newcomer(client)
    open_budget(nina, FIVE, paid=FIVE)
    travel(months.end(clock.period()) - timedelta(days=2))

    answer = client.post("/budget", {"choice": "1000", "amount": "", "begin": "next"})

    assert answer.headers["Location"] == "/month"
    assert budgets.standing(nina).amount == FIVE
    assert budgets.amount_in(nina, months.following(clock.period())) == TEN
