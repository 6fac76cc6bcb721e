"""Bob earns, with a fee: what stories about invoices begin with."""

from __future__ import annotations

from itertools import count
from typing import Any

from pytest_django import Settings

from accounts.models import User
from payouts.gateway.facts import DisputeFact
from payouts.invoices import invoicing
from payouts.models import Payment
from tests.world import earning
from tests.world.card_money import dispute_payment, pay_by_card
from tests.world.people import click, person, thing_of

GERMAN: dict[str, Any] = {
    "VAT_COUNTRY": "DE",
    "VAT_RATE": 1_900,
    "OPERATOR_VAT_ID": "DE123456789",
    "VAT_NOTE": "",
}
numbers = count(1)


def set_up(settings: Settings, **facts: Any) -> None:
    """A fee of 10 %, and what the operator says of VAT."""
    settings.FEE_PERCENT = 10
    for name, value in facts.items():
        setattr(settings, name, value)


def bob_earns(bob: User, *amounts: int) -> Payment:
    """Readers of one month give these amounts to `bob` alone; it is closed and invoiced.
    The last of their payments."""
    song = thing_of(bob, f"song-{next(numbers)}")
    for amount in amounts:
        reader = person(f"reader-{next(numbers)}")
        payment = pay_by_card(reader, amount, amount)
        click(reader, song)
    earning.end_month()
    invoicing.make_due()
    return payment


def dispute_of(payment: Payment) -> DisputeFact:
    payment.refresh_from_db()
    return dispute_payment(payment)
