"""An amount as a page writes it for a reader is an amount as the reader may type it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_symbol
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.people import budgets
from flattr.money import CURRENCIES, NotAnAmount
from flattr.web import locales
from flattr.web.locales import of_header, read_money, show_money

EVERYWHERE = sorted(locale_identifiers())
AMOUNTS = [1, 200, 250, 10_000, 123_456, 123_456_789]


@pytest.fixture(autouse=True)
def default_again() -> Iterator[None]:
    yield
    locales._current.set(locales.DEFAULT)


def reads_in(name: str) -> None:
    locales._current.set(Locale.parse(name))


def test_in_every_locale_what_is_printed_can_be_typed() -> None:
    wrong = []
    for name in EVERYWHERE:
        reads_in(name)
        for amount in AMOUNTS:
            printed = show_money(amount, "EUR")
            if read_money(printed, "EUR") != amount:
                wrong.append((name, printed))

    assert len(EVERYWHERE) > 700
    assert not wrong


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EVERYWHERE),
    st.sampled_from(CURRENCIES),
    st.sampled_from(CURRENCIES),
    st.integers(0, 10**12),
)
def test_each_currency_is_read_and_no_other(
    name: str, ours: str, other: str, amount: int
) -> None:
    reads_in(name)

    assert read_money(show_money(amount, ours), ours) == amount
    assert read_money(f"{ours.lower()} {amount // 10**8}.5", ours) % 100 == 50
    if get_currency_symbol(ours, name) != get_currency_symbol(other, name):
        with pytest.raises(NotAnAmount):
            read_money(show_money(amount, other), ours)


@pytest.mark.parametrize(
    ("header", "typed", "meant"),
    [
        ("de-CH", "EUR 2.00", 200),
        ("de-CH", "EUR 1'234.50", 123_450),
        ("de-DE", "2,00 €", 200),
        ("de-DE", "1.234,50", 123_450),
        ("he-IL", "\u200f2.00\u00a0\u200f€", 200),
        ("ar-EG", "\u200f2.00\u00a0€", 200),
        ("fr-FR", "1 234,50 EUR", 123_450),
        ("hi-IN", "€1,23,456.00", 12_345_600),
        ("en-GB", "eur 5", 500),
        ("sv-SE", "€5", 500),
    ],
)
def test_people_type_what_they_read(header: str, typed: str, meant: int) -> None:
    locales._current.set(of_header(header))

    assert read_money(typed, "EUR") == meant


@pytest.mark.parametrize(
    "typed",
    [
        "$5",
        "5 $",
        "£5",
        "US$5",
        "5 kr",
        "USD 5",
        "€€5",
        "€",
        "2 50",
        "1,23.00",
        "1.234",
    ],
)
@pytest.mark.parametrize("header", ["en-GB", "de-DE", "he-IL"])
def test_what_is_not_an_amount_of_our_currency_is_refused(
    header: str, typed: str
) -> None:
    locales._current.set(of_header(header))

    with pytest.raises(NotAnAmount):
        read_money(typed, "EUR")


def test_a_dollar_is_whose_the_reader_means() -> None:
    locales._current.set(of_header("en-CA"))

    assert read_money("US$5", "USD") == 500
    assert read_money("$5", "CAD") == 500
    with pytest.raises(NotAnAmount):
        read_money("$5", "USD")


@pytest.mark.parametrize("header", ["de-CH", "he-IL", "ar", "fa", "de", "en"])
def test_the_budget_form_takes_what_its_own_page_says(
    alice: User, client: Client, header: str
) -> None:
    client.force_login(alice)
    locales._current.set(of_header(header))
    smallest = show_money(200, "EUR")

    page = client.get("/budget", headers={"accept-language": header})
    answer = client.post(
        "/budget", {"amount": smallest}, headers={"accept-language": header}
    )

    assert smallest in page.content.decode()
    assert answer.status_code == 302


def test_five_dollars_are_not_five_euros(alice: User, client: Client) -> None:
    client.force_login(alice)

    answer = client.post("/budget", {"amount": "$5"})

    assert "This is not an amount in EUR." in answer.content.decode()
    assert budgets.standing(alice).amount == 1_000
