"""What Stripe tells, crashed at every point between the door and the ledger, is kept
and booked once (H2, H3, P2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Audit, Outbox, User
from local.stripe.wire.errors import Resource
from payouts import chart
from payouts.events import applying, reconciling
from payouts.gateway import calls
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import Dispute, EventWork, Payment, Refund, StripeEvent
from tests.hostile.crashing import CrashEverywhere
from tests.world.cards import pay_unheard
from tests.world.people import person
from tests.world.stripes import Simulator

# One word of each, as Stripe says the same in several.
TOLD = {
    "payment_intent.succeeded",
    "refund.created",
    "charge.dispute.created",
    "charge.dispute.closed",
    "topup.succeeded",
}


@pytest.fixture
def alice(own_database: str) -> User:
    return person("alice")


@pytest.fixture
def told(stripe: Simulator, alice: User) -> list[Resource]:
    """Alice paid 10.00; 2.00 were refunded, 5.00 disputed and won; and a top-up."""
    _, paid = pay_unheard(stripe, alice, 1_000)
    stripe.advance(60)
    calls.refund(paid, 200, key="")
    stripe.advance(60)
    dispute = stripe.dispute(paid, 500)
    stripe.advance(60)
    stripe.close_dispute(dispute["id"], "won")
    stripe.top_up(3_000)
    return [event for event in stripe.events() if event["type"] in TOLD]


def seen(alice: User) -> dict[str, Any]:
    return {
        "digest": checks.digest(),
        "in order": not any(checks.check().values()),
        "in the account": balance(chart.means(alice)),
        "events": StripeEvent.objects.count(),
        "waiting": EventWork.objects.filter(done_at=None).count(),
        "payments": list(Payment.objects.values_list("amount", "returned")),
        "refunds": list(Refund.objects.values_list("amount", "failure")),
        "disputes": list(Dispute.objects.values_list("status", "amount")),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "acts": sorted(Audit.objects.values_list("action", flat=True)),
    }


def test_words_crashed_anywhere_are_kept_and_booked_once(
    stripe: Simulator,
    alice: User,
    told: list[Resource],
    crash_everywhere: CrashEverywhere,
) -> None:
    """Stripe tells again what was not answered; what was put off has its time."""

    def hear() -> None:
        stripe.deliver(Client(), told)
        EventWork.objects.filter(done_at=None).update(due_at=timezone.now())
        applying.act()

    calm = crash_everywhere(hear, seen=lambda: seen(alice))

    assert calm["in the account"] == 800
    assert calm["payments"] == [(1_000, 200)]
    assert calm["waiting"] == 0
    assert calm["in order"]


def test_a_reconciliation_crashed_anywhere_explains_all(
    stripe: Simulator,
    alice: User,
    told: list[Resource],
    crash_everywhere: CrashEverywhere,
) -> None:
    """Nothing was heard."""

    def look() -> None:
        EventWork.objects.filter(done_at=None).update(due_at=timezone.now())
        assert reconciling.reconcile_now().ok

    calm = crash_everywhere(look, seen=lambda: {**seen(alice), "events": 0})

    assert calm["in the account"] == 800
