"""What Stripe tells, a refund and a dispute, each crashed at every point: booked once,
taken once, given back once (H2, P2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Outbox, User
from payouts import chart
from payouts.events import applying
from payouts.gateway import answers
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import Dispute, EventWork, Payment, Refund, Traced
from payouts.returns import refunding
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.cards import pay, pay_unheard
from tests.world.earning import end_month
from tests.world.people import click, execute, open_budget, person, thing_of
from tests.world.stripes import Simulator

Play = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def alice(own_database: str, stripe: Simulator) -> User:
    """Who paid 30.00 by card and gave 10.00 of it to Bob and Carol last month."""
    alice = person("alice")
    open_budget(alice, 1_000, paid=0)
    pay(stripe, alice, 3_000, months=3)
    for maker in (person("bob"), person("carol")):
        click(alice, thing_of(maker, "song"))
    end_month()
    hear(stripe)
    listen()
    return alice


@pytest.fixture
def play(alice: User, stripe: Simulator, crash_everywhere: CrashEverywhere) -> Play:
    """Crash an act of Alice's or of Stripe's everywhere."""
    return lambda act: crash_everywhere(act, restore=as_it_is(stripe), seen=seen)


def seen() -> dict[str, Any]:
    return {
        "lines": lines(),
        "in order": not any(checks.check().values()),
        "means": balance(chart.means(User.objects.get(username="alice"))),
        "returned": [one.returned for one in Payment.objects.order_by("id")],
        "refunds": [(one.amount, bool(one.done_at)) for one in Refund.objects.all()],
        "disputes": list(Dispute.objects.values_list("amount", "status")),
        "traced": sorted(Traced.objects.values_list("kind", "amount")),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "to do": EventWork.objects.filter(done_at=None).count(),
    }


def lines() -> list[str]:
    """Of the whole ledger; what Stripe names anew each time is called the same."""
    with connection.cursor() as cursor:
        cursor.execute(checks.LINES)
        return sorted(re.sub(r"re_\w+", "re", line) for (line,) in cursor.fetchall())


def hear(stripe: Simulator) -> None:
    for event in stripe.events():
        applying.store(answers.event(event))


def listen() -> None:
    """A minute in which everything is due that waits for another try."""
    execute("UPDATE event_work SET due_at = now() WHERE done_at IS NULL")
    applying.act()


def test_a_dispute_that_is_told_crashed_anywhere_is_taken_once(
    stripe: Simulator, play: Play
) -> None:
    """Of 30.00, 20.00 from the reader's means and 10.00 from those she gave to."""
    stripe.dispute(Payment.objects.get().stripe_id or "")
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["to do"] == 0
    assert calm["disputes"] == [(3_000, "needs_response")]
    assert calm["traced"] == [("means", 2_000), ("share", 500), ("share", 500)]


def test_a_dispute_that_is_won_crashed_anywhere_is_given_back_once(
    stripe: Simulator, play: Play
) -> None:
    dispute = stripe.dispute(Payment.objects.get().stripe_id or "")
    hear(stripe)
    listen()
    stripe.close_dispute(dispute["id"], "won")
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["disputes"] == [(3_000, "won")]
    assert sum(amount for _, amount in calm["traced"]) == 0
    assert calm["returned"] == [0]


def test_a_dispute_that_goes_further_crashed_anywhere_is_booked_once(
    stripe: Simulator, play: Play
) -> None:
    """Lost, won in part, taken again and charged for, all told at once."""
    dispute = stripe.dispute(Payment.objects.get().stripe_id or "")["id"]
    stripe.close_dispute(dispute, "lost")
    stripe.close_dispute(dispute, "won", amount=2_000)
    stripe.move_dispute(dispute, -500)
    stripe.move_dispute(dispute, 0, 1_500)
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["to do"] == 0
    assert calm["disputes"] == [(3_000, "won")]
    assert sum(amount for _, amount in calm["traced"]) == 1_500
    assert calm["returned"] == [1_500]


def test_a_refund_crashed_anywhere_goes_back_once(
    alice: User, stripe: Simulator, play: Play
) -> None:
    refunding.ask_refund(Payment.objects.get(), 1_500, "left", alice)

    def minute() -> None:
        execute("UPDATE refund SET asked_at = asked_at - interval '1 hour'")
        refunding.send_refunds()

    calm = play(minute)

    assert calm["in order"]
    assert calm["refunds"] == [(1_500, True)]
    assert calm["returned"] == [1_500]
    assert [one["amount"] for one in stripe.all("refund")] == [1_500]


def test_a_payment_that_is_told_crashed_anywhere_is_credited_once(
    stripe: Simulator, alice: User, play: Play
) -> None:
    """By events alone: her second payment, which she did not come back from."""
    pay_unheard(stripe, alice, months=1)
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["means"] == 3_000
    assert calm["returned"] == [0, 0]
    assert calm["to do"] == 0
