"""Refunds on their way: asked once, whatever becomes of Stripe's answers (W2, P2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Outbox, User
from accounts.people import budgets
from flattr.database import clock
from payouts import chart
from payouts.earnings.revenue import purse
from payouts.events import converging
from payouts.gateway import asking
from payouts.ledger import checks
from payouts.ledger.models import Transaction
from payouts.ledger.posting import balance
from payouts.models import Payment, Refund
from payouts.returns import refunding
from tests.world.cards import pay_unheard
from tests.world.crowd import accounts
from tests.world.earning import end_month
from tests.world.people import click, person, thing_of
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def sam(own_database: str) -> User:
    return person("sam", is_staff=True)


@pytest.fixture
def payment(own_database: str, stripe: Simulator) -> Payment:
    """Alice paid 10.00 by card, and gave half of it to Bob."""
    alice = person("alice")
    payment, stripe_id = pay_unheard(stripe, alice, 1_000)
    converging.converge_payment(stripe_id)
    budgets.write_amount(alice, clock.period(), 500, clock.now())
    click(alice, thing_of(person("bob"), "song"))
    end_month()
    payment.refresh_from_db()
    return payment


def all_agrees(stripe: Simulator) -> None:
    """What Stripe holds for us is what the ledger says (L11), and nothing is stuck."""
    assert -accounts().get(("stripe_clearing", None), 0) == sum(stripe.balance())
    assert not any(kind == "transit" for kind, _ in accounts())
    assert all(not broken for broken in checks.check().values())


def later() -> None:
    """Stripe may be asked again."""
    for refund in Refund.objects.exclude(asked_at=None):
        asked_at = timezone.now() - timedelta(hours=1)
        Refund.objects.filter(pk=refund.pk).update(asked_at=asked_at)


def test_a_refund_is_sent_by_the_tick_and_settled(
    payment: Payment, sam: User, stripe: Simulator
) -> None:
    """T9: half of it was spent, and comes from Bob."""
    refund = refunding.refund_by_staff(payment, 800, sam, "paid by mistake")

    assert refunding.send_refunds() == 1
    assert refunding.send_refunds() == 0

    [made] = stripe.all("refund")
    assert (made["amount"], made["metadata"]["key"]) == (800, f"refund:{refund.pk}")
    assert purse(User.objects.get(username="bob")).pending == 200
    refund.refresh_from_db()
    assert refund.stripe_id == made["id"]
    assert Transaction.objects.filter(reference=f"refund:{made['id']}").exists()
    assert Outbox.objects.filter(template="refund").count() == 1
    all_agrees(stripe)


@pytest.mark.parametrize("mishap", ["lost", "error_after", "lost_before", "hang"])
@pytest.mark.parametrize("pruned", [False, True])
def test_an_answer_that_does_not_come_is_looked_up(
    mishap: Any, pruned: bool, payment: Payment, sam: User, stripe: Simulator
) -> None:
    """W2: also when Stripe has forgotten the key."""
    refunding.refund_by_staff(payment, 700, sam, "paid by mistake")
    stripe.chaos(mishap, path="/v1/refunds", times=3)
    refunding.send_refunds()
    stripe.calm()
    if pruned:
        stripe.prune_keys()

    assert refunding.send_refunds() == 0
    later()
    refunding.send_refunds()

    assert [made["amount"] for made in stripe.all("refund")] == [700]
    all_agrees(stripe)


def test_told_by_a_webhook_first_it_is_booked_once(
    payment: Payment, sam: User, stripe: Simulator
) -> None:
    refunding.refund_by_staff(payment, 700, sam, "paid by mistake")
    stripe.chaos("lost", path="/v1/refunds", times=3)
    refunding.send_refunds()
    stripe.calm()
    assert payment.stripe_id is not None

    for _ in range(2):
        converging.converge_payment(payment.stripe_id)
    later()
    refunding.send_refunds()

    assert len(stripe.all("refund")) == 1
    assert Transaction.objects.filter(kind="refund").count() == 2
    all_agrees(stripe)


def test_what_stripe_refuses_goes_back_to_whom_it_came_from(
    payment: Payment, sam: User, stripe: Simulator
) -> None:
    refund = refunding.refund_by_staff(payment, 1_000, sam, "paid by mistake")
    assert payment.stripe_id is not None
    stripe.dispute(payment.stripe_id)

    refunding.send_refunds()

    refund.refresh_from_db()
    assert refund.failed_at is not None
    assert balance(chart.means(payment.reader)) == 500
    assert balance(chart.transit(payment.reader)) == 0

    converging.converge_payment(payment.stripe_id)

    assert balance(chart.means(payment.reader)) == 0
    all_agrees(stripe)


def test_a_card_that_sends_the_refund_back(
    payment: Payment, sam: User, stripe: Simulator
) -> None:
    refunding.refund_by_staff(payment, 1_000, sam, "paid by mistake")
    refunding.send_refunds()
    [made] = stripe.all("refund")

    stripe.fail_refund(made["id"])
    assert payment.stripe_id is not None
    for _ in range(2):
        converging.converge_payment(payment.stripe_id)

    assert balance(chart.means(payment.reader)) == 500
    bob = purse(User.objects.get(username="bob"))
    assert (bob.pending, bob.revenue) == (0, 500)
    all_agrees(stripe)


def test_stripe_down_puts_refunds_off_and_keeps_nothing_else(
    payment: Payment, sam: User, stripe: Simulator
) -> None:
    for amount in (100, 200, 300, 400):
        refunding.refund_by_staff(payment, amount, sam, "in parts")
    stripe.chaos("error_before", method="*", path="/v1/")

    assert refunding.send_refunds() == 0
    assert len(stripe.calls("POST", "/v1/refunds")) <= 3 * 3

    stripe.calm()
    later()
    assert refunding.send_refunds() == 4
    assert sum(made["amount"] for made in stripe.all("refund")) == 1_000
    all_agrees(stripe)


def test_a_refund_by_somebody_at_stripe_is_traced(
    payment: Payment, stripe: Simulator
) -> None:
    """T9: the same way, without our having asked."""
    assert payment.stripe_id is not None
    bob = User.objects.get(username="bob")
    refund_at_stripe(payment, 600)

    converging.converge_payment(payment.stripe_id)

    assert balance(chart.means(payment.reader)) == 0
    assert purse(bob).pending == 400
    all_agrees(stripe)


def refund_at_stripe(payment: Payment, amount: int) -> None:
    """As a person does it in Stripe's own pages: no key of ours."""
    assert payment.stripe_id is not None
    asking.client().v1.refunds.create(
        {"payment_intent": payment.stripe_id, "amount": amount}
    )


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_by_the_word_of_stripe(
    outcome: str, payment: Payment, stripe: Simulator
) -> None:
    """T8, P2: its parts as they come, or all at once."""
    assert payment.stripe_id is not None
    alice, bob = payment.reader, User.objects.get(username="bob")
    dispute = stripe.dispute(payment.stripe_id, 700)
    converging.converge_payment(payment.stripe_id)
    assert (balance(chart.means(alice)), purse(bob).pending) == (0, 300)
    assert budgets.standing(alice).suspended

    stripe.close_dispute(dispute["id"], outcome)
    for _ in range(2):
        converging.converge_payment(payment.stripe_id)

    won = outcome == "won"
    assert balance(chart.means(alice)) == (500 if won else 0)
    assert purse(bob).revenue == (200 if won else 0)
    assert budgets.standing(alice).suspended is not won
    all_agrees(stripe)
