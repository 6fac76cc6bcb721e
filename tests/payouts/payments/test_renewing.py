"""Nina's budget is renewed from the card that she left; once, and never for a month
that is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Outbox, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts.models import Dispute, Payment, Renewal
from payouts.payments import budgeting, charging, payers, paying_in, renewing
from tests.world.cards import HERE, pay
from tests.world.kept_cards import (
    balance,
    charged,
    in_order,
    kept_card,
    later,
    next_month,
    reader_with_card,
    renewal,
    spend,
    tries,
)
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")

ASKS_ALWAYS = "4000002760003184"
NO_FUNDS = "4000000000009995"


@pytest.fixture
def nina(stripe: Simulator) -> User:
    """A reader of ten a month whose card is kept, and whose month was spent."""
    reader = reader_with_card(stripe)
    spend(reader)
    next_month()
    return reader


def mails(template: str) -> list[Outbox]:
    return list(Outbox.objects.filter(template=template).order_by("id"))


def fails_from_now_on(stripe: Simulator, reader: User, card: str = NO_FUNDS) -> None:
    stripe.change_card(kept_card(reader), card)


def test_a_month_that_is_not_covered_is_paid_from_the_kept_card(
    stripe: Simulator, nina: User
) -> None:
    assert not budgets.standing(nina).covered

    assert renewing.renew() == 1

    (payment,) = tries(nina)
    period = months.show(clock.period())
    assert payment.key == f"renewal:{nina.pk}:{period}:1"
    assert payment.amount == balance(nina) == 1_000
    assert payment.reference == f"charge:{payment.stripe_id}"
    assert payment.paid_with == "Visa …4242"
    assert payment.cost == 40
    assert budgets.standing(nina).covered
    assert renewal(nina).outcome == "paid"
    assert mails("paid_in")[-1].facts["renewed"]
    assert in_order()


def test_it_is_paid_once_however_often_the_tick_comes(
    stripe: Simulator, nina: User
) -> None:
    for _ in range(3):
        renewing.renew()
        later(hours=1)

    assert charged(stripe) == [1_000, 1_000]


def test_two_ticks_at_once_charge_once(stripe: Simulator, nina: User) -> None:
    """Two workers make one renewal (P2)."""

    def tick(_: int) -> None:
        renewing.renew()
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tick, range(4)))

    assert charged(stripe) == [1_000, 1_000]
    assert balance(nina) == 1_000


def test_what_is_left_lowers_it_and_two_is_the_least(stripe: Simulator) -> None:
    nina, paul = reader_with_card(stripe), reader_with_card(stripe, "paul")
    spend(nina, 700)
    spend(paul, 50)
    next_month()

    renewing.renew()

    assert [payment.amount for payment in tries(nina)] == [700]
    assert [payment.amount for payment in tries(paul)] == [200]
    assert balance(paul) == 1_150


def test_whoever_chose_a_quarter_pays_a_quarter(stripe: Simulator, nina: User) -> None:
    payers.choose_interval(nina, 3)

    renewing.renew()

    assert balance(nina) == 3_000


@pytest.mark.parametrize("why", ["covered", "not closed", "stopped", "gone", "dispute"])
def test_nobody_else_is_charged(stripe: Simulator, why: str) -> None:
    nina = reader_with_card(stripe)
    if why != "covered":
        spend(nina)
    if why == "stopped":
        budgeting.choose(nina, 0)
    if why == "not closed":
        later(days=40)
    else:
        next_month()
    if why == "gone":
        User.objects.filter(pk=nina.pk).update(is_active=False)
    if why == "dispute":
        Dispute.objects.create(
            stripe_id="dp_1",
            payment=Payment.objects.get(),
            reader=nina,
            amount=1_000,
            currency="EUR",
            reason="fraudulent",
            status="needs_response",
            opened_at=clock.now(),
        )

    renewing.renew()

    assert charged(stripe) == [1_000]
    assert not Renewal.objects.exists()


def test_whoever_is_just_paying_is_not_charged_beside_it(
    stripe: Simulator, nina: User
) -> None:
    payment = paying_in.begin(nina, 12_000, HERE, interval=12)
    charging.open_checkout(payment)
    renewing.renew()
    payment.refresh_from_db()
    assert payment.session_id
    stripe.complete(payment.session_id)
    charging.fetch(payment)
    later(hours=2)

    renewing.renew()

    assert renewal(nina).outcome == "covered"
    assert charged(stripe) == [1_000, 12_000]


def test_a_payment_that_was_given_up_does_not_keep_the_card_from_being_charged(
    stripe: Simulator, nina: User
) -> None:
    charging.open_checkout(paying_in.begin(nina, 12_000, HERE, interval=12))
    renewing.renew()
    later(hours=2)

    renewing.renew()

    assert charged(stripe) == [1_000, 1_000]


def test_a_budget_chosen_in_mid_month_waits_an_hour_for_its_reader(
    stripe: Simulator,
) -> None:
    nina = reader_with_card(stripe)
    spend(nina)
    budgeting.choose(nina, 0)
    next_month()
    later(days=10)
    budgeting.choose(nina, 500)
    renewing.renew()
    assert charged(stripe) == [1_000]
    later(minutes=61)

    renewing.renew()

    assert charged(stripe) == [1_000, 500]


# --- It fails


def test_three_tries_on_day_0_3_and_7_then_the_budget_is_suspended(
    stripe: Simulator, nina: User
) -> None:
    fails_from_now_on(stripe, nina)
    begun = clock.now()

    for days in (0, 1, 3, 5, 7, 9):
        later(
            seconds=int(
                (begun + timedelta(days=days, hours=1) - clock.now()).total_seconds()
            )
        )
        renewing.renew()

    assert [(payment.started_at - begun).days for payment in tries(nina)] == [0, 3, 7]
    assert [payment.failure for payment in tries(nina)] == ["insufficient_funds"] * 3
    assert len(mails("renewal_failed")) == 2
    assert len(mails("budget_suspended")) == 1
    assert "enough money" in mails("renewal_failed")[0].facts["why"]
    assert renewal(nina).outcome == "failed"
    standing = budgets.standing(nina)
    assert standing.suspended
    assert not standing.open
    assert balance(nina) == 0


def test_a_payment_opens_the_budget_again(stripe: Simulator, nina: User) -> None:
    fails_from_now_on(stripe, nina)
    for days in (0, 4, 5):
        later(days=days)
        renewing.renew()
    assert budgets.standing(nina).suspended

    pay(stripe, nina)

    standing = budgets.standing(nina)
    assert standing.open
    assert standing.covered
    later(days=1)
    renewing.renew()
    assert charged(stripe) == [1_000, 1_000]


def test_a_payment_in_between_ends_the_tries(stripe: Simulator, nina: User) -> None:
    fails_from_now_on(stripe, nina)
    renewing.renew()

    pay(stripe, nina)
    later(days=4)
    renewing.renew()

    assert renewal(nina).outcome == "covered"
    assert len(tries(nina)) == 1


def test_without_a_card_the_reader_is_asked_and_then_suspended(
    stripe: Simulator, nina: User
) -> None:
    payers.remove_kept(nina)
    for days in (0, 4, 5):
        later(days=days)
        renewing.renew()

    assert not tries(nina)
    assert "nothing is saved" in mails("renewal_failed")[0].facts["why"]
    assert budgets.standing(nina).suspended
    assert stripe.calls("POST", "/v1/payment_intents") == []


def test_a_new_card_is_charged_at_the_next_try(stripe: Simulator, nina: User) -> None:
    fails_from_now_on(stripe, nina)
    renewing.renew()
    pay(stripe, nina, 200, "5555555555554444")
    later(days=4)

    renewing.renew()

    assert [payment.paid_at is not None for payment in tries(nina)] == [False, True]
    assert tries(nina)[1].amount == 800


def test_a_month_that_is_over_is_never_charged(stripe: Simulator, nina: User) -> None:
    fails_from_now_on(stripe, nina)
    over = clock.period()
    renewing.renew()
    stripe.change_card(kept_card(nina), "4242424242424242")

    next_month()
    renewing.renew()

    assert Renewal.objects.get(period=over).outcome == "over"
    assert [
        payment.key.split(":")[2] for payment in tries(nina) if payment.paid_at
    ] == [months.show(clock.period())]
    assert balance(nina) == 1_000


# --- The bank wants to be asked


def asks_for_her(stripe: Simulator, nina: User) -> Payment:
    fails_from_now_on(stripe, nina, ASKS_ALWAYS)
    renewing.renew()
    (payment,) = tries(nina)
    assert payment.needs_confirmation
    return payment


def test_a_payment_to_be_confirmed_is_mailed_and_confirmed(
    stripe: Simulator, nina: User
) -> None:
    payment = asks_for_her(stripe, nina)
    assert mails("renewal_confirm")[0].facts["payment"] == payment.pk
    assert balance(nina) == 0

    assert charging.confirm(payment).startswith(stripe.url)
    assert payment.stripe_id
    stripe.authenticate(payment.stripe_id)
    charging.fetch(payment)

    assert balance(nina) == 1_000
    assert renewal(nina).outcome == "paid"
    assert not tries(nina)[0].needs_confirmation


def test_a_confirmation_that_fails_leaves_the_next_try(
    stripe: Simulator, nina: User
) -> None:
    payment = asks_for_her(stripe, nina)
    charging.confirm(payment)
    assert payment.stripe_id
    stripe.authenticate(payment.stripe_id, ok=False)
    charging.fetch(payment)
    later(days=4)

    renewing.renew()

    first, second = tries(nina)
    assert first.failed_at
    assert first.failure == "payment_intent_authentication_failure"
    assert second.needs_confirmation
    assert renewal(nina).tries == 2


def test_the_next_try_calls_off_the_one_that_was_not_confirmed(
    stripe: Simulator, nina: User
) -> None:
    payment = asks_for_her(stripe, nina)
    later(days=4)

    renewing.renew()

    assert payment.stripe_id
    assert stripe.get(payment.stripe_id)["status"] == "canceled"
    assert [one.failed_at is not None for one in tries(nina)] == [True, False]


def test_one_confirmed_just_before_the_next_try_is_the_only_one(
    stripe: Simulator, nina: User
) -> None:
    """Stripe's word of it did not reach us yet."""
    payment = asks_for_her(stripe, nina)
    charging.confirm(payment)
    assert payment.stripe_id
    stripe.authenticate(payment.stripe_id)
    later(days=4)

    renewing.renew()

    assert len(tries(nina)) == 1
    assert balance(nina) == 1_000


def test_after_the_month_nothing_can_be_confirmed(
    stripe: Simulator, nina: User
) -> None:
    payment = asks_for_her(stripe, nina)
    payers.remove_kept(nina)
    next_month()

    renewing.renew()

    assert payment.stripe_id
    assert stripe.get(payment.stripe_id)["status"] == "canceled"
    assert charging.confirm(tries(nina)[0]) == ""
    assert charged(stripe) == [1_000]
