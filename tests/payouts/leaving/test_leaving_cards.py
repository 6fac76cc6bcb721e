"""Leaving with a card: Stripe gives back, is asked once, and forgets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock
from payouts.earnings import requesting, reviewing, transferring
from payouts.events import converging
from payouts.leaving import by_hand, departing, leftovers
from payouts.ledger import checks
from payouts.models import Payer, Payment, Refund, StripeAccount
from payouts.operations import lanes
from payouts.payments import budgeting, charging, paying_in, renewing
from payouts.returns import refunding
from tests.world.cards import HERE, pay
from tests.world.earning import give_revenue, onboard
from tests.world.kept_cards import balance, charged, in_order, reader_with_card, spend
from tests.world.people import person, travel
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


def time_passes(**delta: int) -> None:
    travel(clock.now() + timedelta(**delta))
    list(lanes.run_all())


def is_erased(somebody: User) -> bool:
    somebody.refresh_from_db()
    return somebody.erased_at is not None


def given_back(stripe: Simulator) -> list[int]:
    return [refund["amount"] for refund in stripe.all("refund")]


def test_what_was_not_spent_goes_back_to_the_cards(stripe: Simulator) -> None:
    """The newest payment first; the card and its reader are forgotten at Stripe."""
    nina = reader_with_card(stripe)
    pay(stripe, nina, 3_000)
    customer = Payer.objects.get(reader=nina).stripe_id
    assert customer

    departing.close(nina, nina)
    assert (balance(nina), given_back(stripe)) == (0, [])
    list(lanes.run_all())

    assert given_back(stripe) == [3_000, 1_000]
    assert Payer.objects.get(reader=nina).kept_id == ""
    assert stripe.all("payment_method") == [] or not [
        card for card in stripe.all("payment_method") if card["customer"]
    ]
    assert not is_erased(nina)
    time_passes(days=7, minutes=5)
    assert is_erased(nina)
    assert not Payer.objects.exists()
    assert stripe.get(customer).get("deleted")
    assert in_order()


def test_asked_again_and_again_it_goes_back_once(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    departing.close(nina, nina)

    for _ in range(3):
        leftovers.send_back(nina)
        time_passes(hours=2)

    assert given_back(stripe) == [1_000]
    assert Refund.objects.count() == 1


def test_a_silent_stripe_keeps_nobody_from_closing(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    stripe.chaos("error_before", "lost", method="*")

    departing.close(nina, nina)
    time_passes(days=8)
    assert not is_erased(nina)
    stripe.calm()
    Refund.objects.update(asked_at=None)
    time_passes(hours=2)
    time_passes(hours=2)

    assert given_back(stripe) == [1_000]
    assert is_erased(nina)


def test_a_page_of_stripes_is_closed_behind_whoever_leaves(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    payment = paying_in.begin(nina, 2_000, HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()

    departing.close(nina, nina)
    list(lanes.run_all())

    assert payment.session_id
    assert stripe.get(payment.session_id)["status"] == "expired"
    payment.refresh_from_db()
    assert payment.failed_at is not None
    assert charged(stripe) == [1_000]


def test_a_payment_that_came_first_goes_back_too(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    payment = paying_in.begin(nina, 2_000, HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()
    assert payment.session_id

    departing.close(nina, nina)
    stripe.complete(payment.session_id)
    list(lanes.run_all())
    list(lanes.run_all())

    assert sorted(given_back(stripe)) == [1_000, 2_000]
    assert balance(nina) == 0


def test_a_card_that_takes_nothing_leaves_it_for_people(stripe: Simulator) -> None:
    nina, dora = reader_with_card(stripe), person("dora", is_staff=True)
    departing.close(nina, nina)
    refunding.send_refunds()
    [refund] = stripe.all("refund")
    stripe.fail_refund(refund["id"])
    found = Payment.objects.get()
    charging_again(found)

    time_passes(days=8)

    assert not is_erased(nina)
    assert balance(nina) == 1_000
    by_hand.pay_by_hand(nina, dora, "SEPA 4711")
    time_passes(hours=2)
    assert is_erased(nina)
    assert in_order()


def test_a_bank_may_still_take_back_what_somebody_spent_who_left(
    stripe: Simulator,
) -> None:
    """The books know the payment by its number; nothing is written of who it was."""
    nina = reader_with_card(stripe)
    spend(nina, 400)
    departing.close(nina, nina)
    time_passes(days=7, minutes=5)
    assert is_erased(nina)
    assert given_back(stripe) == [600]

    found = Payment.objects.get()
    assert found.stripe_id
    dispute = stripe.dispute(found.stripe_id, 400)
    converging.converge_payment(found.stripe_id)
    stripe.close_dispute(dispute["id"], "lost")
    converging.converge_payment(found.stripe_id)
    list(lanes.run_all())

    found.refresh_from_db()
    assert (found.paid_with, found.fingerprint, found.returned) == ("", "", 1_000)
    assert not Outbox.objects.filter(person=nina).exists()
    assert in_order()


def charging_again(payment: Payment) -> None:
    """What Stripe says of the payment now is booked."""
    assert payment.stripe_id
    converging.converge_payment(payment.stripe_id)


def test_whoever_leaves_is_neither_charged_nor_pays(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    departing.close(nina, nina)
    list(lanes.run_all())

    with pytest.raises(budgeting.AccountClosed):
        budgeting.choose(nina, 500)
    with pytest.raises(budgeting.AccountClosed):
        paying_in.begin(nina, 2_000, HERE)
    travel(months.end(clock.period()) + timedelta(hours=3))
    list(lanes.run_all())
    renewing.renew()

    assert charged(stripe) == [1_000]


def test_a_creator_is_paid_and_then_forgotten(stripe: Simulator) -> None:
    """Their account at Stripe is deleted once it is empty."""
    bob = person("bob")
    dora, erik = (person(name, is_staff=True) for name in ("dora", "erik"))
    onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.top_up(10_000)
    account = StripeAccount.objects.get(creator=bob).stripe_id

    departing.close(bob, bob)

    payout = requesting.payouts_of(bob)[0]
    if payout.state == "held":
        reviewing.release(payout, dora, "looked at")
    for staff in (dora, erik):
        payout.refresh_from_db()
        if payout.state == "requested":
            reviewing.approve(payout, staff, "looked at")
    transferring.send_approved()
    payout.refresh_from_db()
    assert payout.state == "sent"
    time_passes(days=8)
    assert not is_erased(bob)
    stripe.pay_out_to_bank(5_000, account)
    time_passes(hours=2)
    assert is_erased(bob)
    assert stripe.get(account).get("deleted")
    assert not StripeAccount.objects.exists()
    assert not any(checks.check().values())
