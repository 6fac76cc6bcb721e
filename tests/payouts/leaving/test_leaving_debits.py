"""Nina leaves while a bank works on her debit, or after it was paid."""

from __future__ import annotations

import pytest

from accounts.models import Outbox, User
from payouts.events import converging
from payouts.leaving import departing, leftovers
from payouts.models import Method, Payment, Refund
from payouts.operations import lanes
from payouts.payments import budgeting, renewing
from tests.world.debits import kept_by, pay_by, reader_with_debit, settle
from tests.world.kept_cards import (
    balance,
    in_order,
    later,
    next_month,
    renewal,
    spend,
)
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


def given_back(stripe: Simulator) -> list[int]:
    return [refund["amount"] for refund in stripe.all("refund")]


def is_erased(reader: User) -> bool:
    return User.objects.get(pk=reader.pk).erased_at is not None


def work(days: int = 0) -> None:
    later(days=days, hours=1, minutes=1)
    list(lanes.run_all())


def test_nobody_is_erased_while_a_bank_works_on_their_debit(
    stripe: Simulator,
) -> None:
    """When it is paid it goes back to the account, and only then they go."""
    nina = person("nina")
    budgeting.choose(nina, 1_000)
    payment = pay_by(stripe, nina, Method.SEPA_DEBIT)
    departing.close(nina, nina)

    work(days=8)

    assert not is_erased(nina)
    assert any(
        "may still arrive" in said for said in leftovers.under_way(nina, later())
    )
    settle(stripe, payment)
    work()
    work()
    assert given_back(stripe) == [1_000]
    (refund,) = Refund.objects.all()
    stripe.finish_refund(refund.stripe_id or "")
    work()
    assert (balance(nina), is_erased(nina)) == (0, True)
    assert Payment.objects.get(pk=payment.pk).paid_with == ""
    assert in_order()


def test_one_that_failed_keeps_nobody(stripe: Simulator) -> None:
    nina = person("nina")
    budgeting.choose(nina, 1_000)
    payment = pay_by(stripe, nina, Method.SEPA_DEBIT)
    assert payment.stripe_id
    departing.close(nina, nina)
    stripe.fail_debit(payment.stripe_id)

    work(days=8)
    work()

    assert is_erased(nina)
    assert given_back(stripe) == []


def test_what_was_debited_goes_back_to_the_account(stripe: Simulator) -> None:
    """And the mandate is forgotten, here and at Stripe."""
    nina = reader_with_debit(stripe)
    kept_id = kept_by(nina).kept_id

    departing.close(nina, nina)
    work()

    assert given_back(stripe) == [1_000]
    assert kept_by(nina).kept == ""
    assert stripe.get(kept_id)["customer"] is None


def test_a_debit_that_was_announced_is_not_made(stripe: Simulator) -> None:
    """And nothing says any more from which account it would have been."""
    nina = reader_with_debit(stripe)
    spend(nina)
    next_month()
    renewing.renew()
    assert renewal(nina).announced_id

    departing.close(nina, nina)
    work(days=3)

    found = renewal(nina)
    assert (found.outcome, found.announced_id, found.announced_at) == ("left", "", None)
    assert len(stripe.all("payment_intent")) == 1


def test_a_refund_that_the_bank_sends_back_waits_for_staff(stripe: Simulator) -> None:
    """The account was closed meanwhile."""
    nina, dora = reader_with_debit(stripe), person("dora", is_staff=True)
    departing.close(nina, nina)
    work()
    (refund,) = Refund.objects.all()
    stripe.fail_refund(refund.stripe_id or "")
    converging.converge_payment(refund.payment.stripe_id or "")

    work(days=8)
    work()

    assert not is_erased(nina)
    assert balance(nina) == 1_000
    assert Outbox.objects.filter(person=dora, template="leftover").exists()
