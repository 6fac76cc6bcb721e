"""What paying costs by each method: the cheapest is named, and what is shown adds up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from flattr import pay_methods
from flattr.split import fee
from payouts.models import INTERVALS, Method
from payouts.payments import methods, pay_costs, pay_ways, paying_in
from payouts.payments.pay_costs import Costs
from payouts.payments.words import cost_words, method_words
from payouts.payments.words.cost_words import Column, CostTable
from tests.questions import Questions


@pytest.fixture(autouse=True)
def euros(settings: Any) -> None:
    settings.PAY_METHODS = list(pay_methods.existing_in("EUR"))
    settings.PAY_COSTS = dict(pay_methods.COSTS)
    settings.FEE_PERCENT = 0


def cheapest(budget: int) -> list[tuple[Method, int, str]]:
    least = [costs.cheapest for costs in pay_costs.of_budget(budget)]
    return [(cost.method, cost.fee, cost.percent) for cost in least]


def test_the_cheapest_depends_on_the_sum() -> None:
    """A percentage is little of two euros; a fixed price is little of a year."""
    assert cheapest(200) == [
        (Method.CARD, 28, "14 %"),
        (Method.IDEAL, 29, "4.8 %"),
        (Method.IDEAL, 29, "1.2 %"),
    ]
    assert cheapest(2_000)[0] == (Method.IDEAL, 29, "1.5 %")


def test_what_is_not_offered_is_not_the_cheapest(settings: Any) -> None:
    settings.PAY_METHODS = ["card", "sepa_debit"]

    assert [method for method, *_ in cheapest(1_000)] == [Method.SEPA_DEBIT] * 3


@given(st.integers(200, 10_000), st.sampled_from(INTERVALS), st.integers(0, 30))
def test_nothing_is_cheaper_than_the_cheapest_and_a_payment_adds_up(
    budget: int, months: int, percent: int
) -> None:
    kept = fee(budget, percent) * months
    costs = Costs(months, budget * months, kept)

    assert costs.taken + costs.given == budget * months
    assert costs.cheapest.fee == min(
        methods.cost(method, costs.amount) for method in methods.offered()
    )


def test_the_sites_part_is_rounded_for_each_month(settings: Any) -> None:
    settings.FEE_PERCENT = 7

    month, quarter, year = pay_costs.of_budget(201)

    assert [month.taken, quarter.taken, year.taken] == [14, 42, 168]
    assert year.given == 12 * (201 - 14)


def test_the_shortest_way_that_is_cheap_by_a_method_is_proposed() -> None:
    two = paying_in.ways(200, 0, 202611, 200)
    three = paying_in.ways(300, 0, 202611, 300)

    assert [way.costs.by(Method.CARD).fee for way in two] == [28, 34, 61]
    assert pay_ways.proposed(two, Method.CARD) == 3
    assert pay_ways.proposed(three, Method.CARD) == 1
    assert pay_ways.proposed(three, Method.BANCONTACT) == 3
    assert pay_ways.proposed(two[:1], Method.CARD) == 12


def test_the_adviser_names_the_cheapest_where_there_is_a_choice(settings: Any) -> None:
    ten = pay_costs.of_budget(1_000)

    assert [cost_words.advice(costs) for costs in ten] == [
        "Cheapest by the month: iDEAL | Wero, €0.29 (2.9 %).",
        "Cheapest by the quarter: iDEAL | Wero, €0.29 (1 %).",
        "Cheapest by the year: iDEAL | Wero, €0.29 (0.2 %).",
    ]
    settings.PAY_METHODS = ["card"]
    assert cost_words.advice(ten[0]) == ""


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        (0, "Of €10.00 all €10.00 reach creators."),
        (100, "Of €10.00 Flattr keeps €1.00, and €9.00 reach creators."),
    ],
)
def test_where_a_payment_goes_is_said_before_it(taken: int, says: str) -> None:
    assert cost_words.where_it_goes(Costs(1, 1_000, taken)) == says


def test_a_table_marks_what_costs_least() -> None:
    columns = [Column("a month", costs) for costs in pay_costs.of_budget(200)]
    rows = dict(CostTable("", columns).rows)

    assert list(rows) == ["Card", "SEPA debit", "iDEAL | Wero", "Bancontact"]
    assert [cell.is_least for cell in rows["Card"]] == [True, False, False]
    assert [(cell.fee, cell.percent) for cell in rows["SEPA debit"]] == [
        ("€0.35", "17.5 %"),
        ("€0.35", "5.8 %"),
        ("€0.35", "1.5 %"),
    ]


def test_each_method_says_who_can_use_it() -> None:
    assert set(method_words.FOR_WHOM) == set(Method)
    assert [method_words.name(method) for method in Method][:2] == [
        "Card",
        "SEPA debit",
    ]


# --- The page about fees


def page(client: Client, address: str = "/fees") -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_page_computes_with_the_real_settings(
    client: Client, db: None, settings: Any
) -> None:
    settings.FEE_PERCENT = 10
    settings.PAY_METHODS = ["card", "sepa_debit"]
    settings.PAY_COSTS["sepa_debit"] = (0, 77)

    text = page(client)

    for budget in ("€2.00", "€5.00", "€10.00", "€20.00"):
        assert f"A budget of {budget} a month" in text
    assert "SEPA debit €0.77 7.7 % €0.77 2.6 % €0.77 0.6 %" in text
    assert "Flattr keeps €1.00 €3.00 €12.00 Creators get €9.00 €27.00 €108.00" in text
    assert "iDEAL" not in text


def test_anybody_computes_a_budget_of_their_own(client: Client, db: None) -> None:
    assert "A budget of €7.50 a month" in page(client, "/fees?budget=7,50")
    assert "The most is €100.00." in page(client, "/fees?budget=200")
    assert "A budget of €200.00" not in page(client, "/fees?budget=200")
    assert "Please enter an amount" in page(client, "/fees?budget=")


def test_the_page_asks_no_more_than_one_of_text(client: Client, db: None) -> None:
    page(client)
    with Questions() as plain:
        page(client, "/contact")
    with Questions() as questions:
        page(client, "/fees?budget=7.50")
    assert questions.count == plain.count
