from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flattr import money
from flattr.money import CurrenciesDiffer, Money, NotAnAmount


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_can_be_read_again(amount: int) -> None:
    written = money.plain(abs(amount))
    if abs(amount) < 10**11:
        assert money.parse(written) == abs(amount)
    assert money.plain(amount).endswith(written)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2", 200), ("2.5", 250), ("2,50", 250), (" 10.00 ", 1000)],
)
def test_people_type_amounts_in_many_ways(typed: str, meant: int) -> None:
    assert money.parse(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "two",
        "1.234.56",
        "1,000.00",
        "€ 3.00",
        "$5",
        "1.2345",
        "-2",
        "+2",
        "1e3",
        "٢",
        "2.",
        "NaN",
        "0x10",
        "9" * 12,
    ],
)
def test_what_is_not_plainly_an_amount_is_refused(typed: str) -> None:
    """T10: a thousands sign read as a decimal sign would charge a thousandth."""
    with pytest.raises(NotAnAmount):
        money.parse(typed)


def test_euros_and_dollars_do_not_add_up() -> None:
    with pytest.raises(CurrenciesDiffer):
        Money(1, "EUR") + Money(1, "USD")


def test_money_cannot_be_multiplied_or_divided() -> None:
    for operation in ("__mul__", "__truediv__", "__floordiv__", "__lt__"):
        assert operation not in vars(Money)
