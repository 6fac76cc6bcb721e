"""A gift crashed at every point of it is given once, or not at all (P3)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Outbox, User
from flattr.database import clock
from local.stripe.wire.errors import Resource
from payouts import chart
from payouts.events import applying
from payouts.gateway import answers, calls
from payouts.gifts import handing_over, offering, taking_back
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import Gift, Lot, Payment
from payouts.payments import charging
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.cards import HERE
from tests.world.crowd import accounts
from tests.world.people import execute, person, reader_with_budget, travel
from tests.world.stripes import VISA, Simulator


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice", amount=1_000, paid=3_000)


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def seen() -> Any:
    return {
        "gifts": list(
            Gift.objects.order_by("pk").values_list("amount", "state", "ending")
        ),
        "lots": list(Lot.objects.values_list("amount", "hold")),
        "payments": list(Payment.objects.values_list("amount", "failure")),
        "paid": Payment.objects.filter(paid_at__isnull=False).count(),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "accounts": accounts(),
        "broken": [name for name, wrong in checks.check().items() if wrong],
    }


def an_hour_passes() -> None:
    travel(clock.now() + timedelta(hours=1))


def test_giving_crashed_anywhere_gives_once(
    alice: User, bob: User, crash_everywhere: CrashEverywhere
) -> None:
    """The form is sent again, as a browser would."""
    calm = crash_everywhere(
        lambda: offering.give(alice, bob, 500, key="form:1"), seen=seen
    )

    assert calm["gifts"] == [(500, "reserved", "")]
    assert calm["accounts"]["transit", alice.pk] == 500


def test_handing_over_crashed_anywhere_gives_once(
    alice: User, bob: User, crash_everywhere: CrashEverywhere
) -> None:
    offering.give(alice, bob, 500)
    an_hour_passes()

    calm = crash_everywhere(handing_over.hand_over, seen=seen)

    assert calm["gifts"] == [(500, "given", "")]
    assert calm["lots"] == [(500, "new")]


def test_taking_back_crashed_anywhere_takes_back_once(
    alice: User, bob: User, crash_everywhere: CrashEverywhere
) -> None:
    gift = offering.give(alice, bob, 500)

    calm = crash_everywhere(lambda: taking_back.take_back(gift), seen=seen)

    assert calm["gifts"] == [(500, "void", "taken_back")]


def test_stopping_crashed_anywhere_tells_both_once(
    alice: User, bob: User, crash_everywhere: CrashEverywhere
) -> None:
    offering.give(alice, bob, 500)
    execute("UPDATE person SET suspended_at = flattr_clock() WHERE id = %s", bob.pk)

    calm = crash_everywhere(handing_over.hand_over, seen=seen)

    assert calm["gifts"] == [(500, "void", "creator_suspended")]
    assert calm["mails"].count("gift_stopped") == 2


# --- By a payment of its own


def begun(stripe: Simulator, alice: User, bob: User, amount: int) -> Payment:
    """Alice is on Stripe's page to pay for a gift."""
    payment = offering.begin_with_payment(alice, bob, amount, ip=HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()
    return payment


def complete(stripe: Simulator, payment: Payment) -> None:
    assert payment.session_id
    stripe.complete(payment.session_id, VISA)


def test_lapsing_crashed_anywhere_lapses_once(
    alice: User, bob: User, stripe: Simulator, crash_everywhere: CrashEverywhere
) -> None:
    begun(stripe, alice, bob, 500)
    travel(clock.now() + handing_over.WAITS)

    calm = crash_everywhere(handing_over.hand_over, restore=as_it_is(stripe), seen=seen)

    assert calm["gifts"] == [(500, "lapsed", "unpaid")]


def test_a_payment_for_a_gift_crashed_anywhere_is_credited_and_given_once(
    bob: User, stripe: Simulator, crash_everywhere: CrashEverywhere
) -> None:
    """Between the credit and the gift nothing else can spend it."""
    alice = reader_with_budget("alice", amount=1_000, paid=300)
    complete(stripe, begun(stripe, alice, bob, 700))

    def arrive() -> None:
        charging.fetch(Payment.objects.get())
        # Whatever the crash left: the money is the gift's, or not there yet.
        assert balance(chart.means(alice)) == 300
        handing_over.hand_over()

    calm = crash_everywhere(arrive, restore=as_it_is(stripe), seen=seen)

    assert calm["gifts"] == [(700, "given", "")]
    assert calm["accounts"]["pending", bob.pk] == 700
    assert calm["accounts"]["means", alice.pk] == 300


@pytest.mark.parametrize("refunded", [False, True])
def test_events_in_any_order_give_once(
    bob: User, stripe: Simulator, seed: int, refunded: bool
) -> None:
    """H2: what Stripe tells, repeated and shuffled; and all of it after a refund."""
    alice = reader_with_budget("alice", amount=1_000, paid=300)
    payment = begun(stripe, alice, bob, 700)
    complete(stripe, payment)
    intent = str(stripe.get(str(payment.session_id))["payment_intent"])
    if refunded:
        calls.refund(intent, 700, key="")
    dice = random.Random(seed)
    told: list[Resource] = [
        event for event in stripe.events() for _ in range(dice.randint(1, 3))
    ]
    dice.shuffle(told)

    for event in told:
        applying.store(answers.event(event))
        applying.act()
        handing_over.hand_over()
    while applying.act():
        pass
    handing_over.hand_over()

    gift = Gift.objects.get()
    assert balance(chart.means(alice)) == 300
    assert balance(chart.transit(alice)) == 0
    assert balance(chart.pending(bob)) == (0 if refunded else 700)
    assert gift.state == "given" or refunded
    assert not any(checks.check().values())
