"""A debit that renews a budget, crashed at every point: told once, and made once (P2, P4)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Outbox, User
from payouts.models import Payment, Renewal
from payouts.payments import renewing
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.hostile.test_crashed_charges import tick
from tests.world.debits import reader_with_debit
from tests.world.kept_cards import later, next_month, spend
from tests.world.stripes import Simulator


@pytest.fixture
def nina(own_database: str, stripe: Simulator) -> User:
    """A reader of ten a month who allows debits, and whose month was spent."""
    reader = reader_with_debit(stripe)
    spend(reader)
    next_month()
    return reader


def seen(stripe: Simulator) -> dict[str, Any]:
    return {
        "asked of banks": [
            (intent["amount"], intent["status"])
            for intent in stripe.all("payment_intent")
        ],
        "tries": [
            (one.amount, one.is_processing, one.failure)
            for one in Payment.objects.exclude(renewal=None)
        ],
        "renewals": list(
            Renewal.objects.values_list("tries", "announced_amount", "outcome")
        ),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
    }


def test_a_notice_crashed_anywhere_is_given_once(
    crash_everywhere: CrashEverywhere, stripe: Simulator, nina: User
) -> None:
    calm = crash_everywhere(tick, restore=as_it_is(stripe), seen=lambda: seen(stripe))

    assert calm["mails"].count("debit_announced") == 1
    assert calm["renewals"] == [(0, 1_000, "")]
    assert calm["tries"] == []


def test_a_debit_crashed_anywhere_is_made_once(
    crash_everywhere: CrashEverywhere, stripe: Simulator, nina: User
) -> None:
    renewing.renew()
    later(days=2)

    calm = crash_everywhere(tick, restore=as_it_is(stripe), seen=lambda: seen(stripe))

    assert calm["asked of banks"] == [(1_000, "succeeded"), (1_000, "processing")]
    assert calm["tries"] == [(1_000, True, "")]
    assert calm["mails"].count("debit_announced") == 1
