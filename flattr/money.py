"""Money: whole minor units (cents) of one currency.

There is no multiplication, no division, no float and no Decimal here: money
never rounds, because it cannot be divided. `flattr.split.split` is the only
divider.

>>> Money(150, "EUR") + Money(50, "EUR")
Money(amount=200, currency='EUR')
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Currencies of two decimals; one of them is chosen for a whole deployment.
CURRENCIES = (
    "AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "MXN", "NOK", "NZD",
    "PLN", "RON", "SEK", "SGD", "USD", "ZAR",
)  # fmt: skip

LARGEST = 10**12  # L10: no amount anywhere is larger


class CurrenciesDiffer(ValueError):
    """Two amounts of different currencies met."""


class NotAnAmount(ValueError):
    """The text is not an amount of money with at most two decimals."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    amount: int  # minor units
    currency: str  # ISO 4217

    def __post_init__(self) -> None:
        assert abs(self.amount) <= LARGEST, self.amount

    def __add__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def _check(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency}")


def plain(amount: int, *, point: str = ".", group: str = "") -> str:
    """Minor units as digits with two decimals.

    >>> plain(123456), plain(-5), plain(123456789, point=",", group=".")
    ('1234.56', '-0.05', '1.234.567,89')
    """
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    grouped = f"{whole:,}".replace(",", group)
    return f"{sign}{grouped}{point}{cents:02d}"


def parse(text: str) -> int:
    """Minor units of what a person typed: `2`, `2.5`, `2,50`.

    One point or comma is the decimal sign, with at most two digits behind it.
    Signs, currencies, letters, exponents and grouping are refused with `NotAnAmount`, so that
    nobody pays a hundred times what was meant.

    >>> parse("2"), parse("2,5"), parse(" 10.00 ")
    (200, 250, 1000)
    """
    number = r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?"
    match = re.fullmatch(number, text.strip(), re.ASCII)
    if match is None:
        raise NotAnAmount(f"{text!r} is not an amount like 2.00.")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
