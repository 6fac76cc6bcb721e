"""The ways in which readers can pay, under Stripe's names: where each exists and what it
costs, before the operator says otherwise."""

from __future__ import annotations

# None stands for every currency.
CURRENCIES: dict[str, frozenset[str] | None] = {
    "card": None,
    "sepa_debit": frozenset({"EUR"}),
    "ideal": frozenset({"EUR"}),
    "bancontact": frozenset({"EUR"}),
    "twint": frozenset({"CHF"}),
    "swish": frozenset({"SEK"}),
}
# Hundredths of a percent of a payment, and minor units on top: Stripe's prices for
# most of Europe in 2026.
COSTS: dict[str, tuple[int, int]] = {
    "card": (150, 25),
    "sepa_debit": (0, 35),
    "ideal": (0, 29),
    "bancontact": (0, 39),
    "twint": (190, 30),
    "swish": (100, 180),
}


def existing_in(currency: str) -> tuple[str, ...]:
    """
    >>> existing_in("CHF")
    ('card', 'twint')
    """
    return tuple(
        name
        for name, currencies in CURRENCIES.items()
        if currencies is None or currency in currencies
    )
