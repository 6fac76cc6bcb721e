"""A payment crashed at every point of it is paid and credited once (P2)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Outbox, User
from payouts.models import Payer, Payment, Renewal
from payouts.payments import charging, renewing
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.cards import pay_unheard
from tests.world.crowd import accounts
from tests.world.kept_cards import (
    balance,
    charged,
    kept_card,
    next_month,
    reader_with_card,
    spend,
)
from tests.world.people import execute, person
from tests.world.stripes import Simulator

NO_FUNDS = "4000000000009995"
ASKS_ALWAYS = "4000002760003184"


def tick() -> None:
    """Ten minutes later, for whatever was put off while it was done."""
    execute(
        "UPDATE renewal SET due_at = flattr_clock()"
        " WHERE due_at < flattr_clock() + interval '11 minutes'"
    )
    renewing.renew()


def look() -> None:
    """Ask Stripe what became of the only payment there is."""
    charging.fetch(Payment.objects.get())


def seen(stripe: Simulator, reader: User) -> Any:
    payments = [
        (one.amount, bool(one.paid_at), bool(one.failed_at), one.failure, one.paid_with)
        for one in Payment.objects.order_by("id")
    ]
    return {
        "in the account": balance(reader),
        "taken by Stripe": charged(stripe),
        "payments": payments,
        "renewals": list(Renewal.objects.values_list("tries", "outcome")),
        "card": Payer.objects.values_list("last4", "months").get(),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "accounts": accounts(),
    }


@pytest.mark.parametrize(
    "card",
    ["", NO_FUNDS, ASKS_ALWAYS],
    ids=["paid", "declined", "to be confirmed"],
)
def test_a_renewal_crashed_anywhere_is_one_try(
    crash_everywhere: CrashEverywhere,
    stripe: Simulator,
    card: str,
) -> None:
    """Before a statement, commit or question, which is after the one before it."""
    nina = reader_with_card(stripe)
    spend(nina)
    next_month()
    if card:
        stripe.change_card(kept_card(nina), card)

    calm = crash_everywhere(
        tick, restore=as_it_is(stripe), seen=lambda: seen(stripe, nina)
    )

    assert calm["taken by Stripe"] == ([1_000] if card else [1_000, 1_000])
    assert calm["in the account"] == (0 if card else 1_000)
    assert sum(calm["accounts"].values()) == 0


def test_a_payment_at_checkout_crashed_anywhere_is_credited_once(
    crash_everywhere: CrashEverywhere, stripe: Simulator
) -> None:
    nina = person("nina")
    pay_unheard(stripe, nina, 3_000, months=3)

    calm = crash_everywhere(
        look, restore=as_it_is(stripe), seen=lambda: seen(stripe, nina)
    )

    assert calm["in the account"] == 3_000
    assert calm["card"] == ("4242", 3)
