"""Stripe's answer about Nina's renewal does not come; she is charged once all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.people import budgets
from payouts.gateway import asking
from payouts.models import Payer, Payment
from payouts.payments import payers, renewing
from tests.world.cards import pay
from tests.world.kept_cards import (
    balance,
    charged,
    in_order,
    later,
    next_month,
    reader_with_card,
    spend,
    tries,
)
from tests.world.people import execute
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def nina(stripe: Simulator) -> User:
    """A reader of ten a month whose card is kept, and whose month was spent."""
    reader = reader_with_card(stripe)
    spend(reader)
    next_month()
    return reader


@pytest.mark.parametrize(
    "mishap", ["lost", "lost_before", "error_after", "error_before"]
)
def test_a_lost_answer_charges_once(stripe: Simulator, nina: User, mishap: str) -> None:
    """A charge whose answer was lost is looked up, and not made again (T6)."""
    chaos = stripe.chaos(mishap, path="/v1/payment_intents")  # type: ignore[arg-type]
    renewing.renew()
    assert chaos.happened
    assert balance(nina) == 0
    later(minutes=11)
    renewing.renew()

    stripe.calm()
    for _ in range(2):
        later(minutes=11)
        renewing.renew()

    assert charged(stripe) == [1_000, 1_000]
    assert balance(nina) == 1_000
    assert [payment.key[-2:] for payment in tries(nina)] == [":1"]


@pytest.mark.parametrize("mishap", ["lost", "lost_before"])
def test_after_a_day_it_is_looked_up_before_it_is_asked_again(
    stripe: Simulator, nina: User, mishap: str
) -> None:
    """T6: Stripe has forgotten the key."""
    stripe.chaos(mishap, path="/v1/payment_intents")  # type: ignore[arg-type]
    renewing.renew()
    stripe.calm()
    stripe.prune_keys()
    Payment.objects.filter(renewal__isnull=False).update(
        asked_at=timezone.now() - asking.KEYS_LIVE - timedelta(minutes=1)
    )
    later(minutes=11)

    renewing.renew()

    assert charged(stripe) == [1_000, 1_000]
    assert balance(nina) == 1_000


def test_a_card_that_was_changed_meanwhile_does_not_ask_twice(
    stripe: Simulator, nina: User
) -> None:
    """The answer was lost; the same key goes with the same card."""
    stripe.chaos("lost_before", path="/v1/payment_intents")
    renewing.renew()
    stripe.calm()
    pay(stripe, nina, 200, "5555555555554444")
    later(minutes=11)

    renewing.renew()

    assert charged(stripe) == [1_000, 200, 1_000]
    assert [payment.paid_with for payment in tries(nina)] == ["Visa …4242"]


def test_a_silent_stripe_is_left_alone_and_others_get_their_turn(
    stripe: Simulator,
) -> None:
    for name in ("nina", "paul", "quinn", "rosa"):
        spend(reader_with_card(stripe, name))
    next_month()
    stripe.chaos("lost_before", path="/v1/payment_intents")

    assert renewing.renew() == 3
    stripe.calm()
    later(minutes=11)
    renewing.renew()

    assert charged(stripe) == [1_000] * 8


def test_whatever_goes_wrong_at_stripe_everybody_is_charged_once(
    stripe: Simulator,
) -> None:
    """T6: a third of all questions, among them errors that Stripe keeps for a day."""
    names = ("nina", "paul", "quinn", "rosa", "sam", "tess")
    readers = [reader_with_card(stripe, name) for name in names]
    for reader in readers:
        spend(reader)
    next_month()
    chaos = stripe.chaos(probability=0.3, method="*", seconds=0.1, seed=8)
    for _ in range(6):
        renewing.renew()
        later(minutes=11)
    stripe.calm()
    stripe.prune_keys()
    execute("UPDATE payment SET asked_at = asked_at - interval '1 day'")
    for _ in range(2):
        renewing.renew()
        later(minutes=11)

    assert len(chaos.happened) > 5
    assert charged(stripe) == [1_000] * 12
    assert [balance(reader) for reader in readers] == [1_000] * 6
    assert all(len(tries(reader)) == 1 for reader in readers)
    assert in_order()


def test_a_lost_try_of_a_month_that_is_over_is_not_asked_again(
    stripe: Simulator, nina: User
) -> None:
    stripe.chaos("lost_before", path="/v1/payment_intents")
    renewing.renew()
    stripe.calm()
    Payer.objects.update(**payers.NOTHING)
    execute("UPDATE payment SET asked_at = asked_at - interval '1 hour'")
    next_month()

    renewing.renew()

    assert tries(nina)[0].failure == "canceled"
    assert charged(stripe) == [1_000]


def test_a_lost_try_that_was_paid_counts_for_the_month_that_runs(
    stripe: Simulator, nina: User
) -> None:
    stripe.chaos("lost", path="/v1/payment_intents")
    renewing.renew()
    stripe.calm()
    Payer.objects.update(**payers.NOTHING)
    execute("UPDATE payment SET asked_at = asked_at - interval '1 hour'")
    next_month()

    renewing.renew()

    assert tries(nina)[0].paid_at
    assert budgets.standing(nina).covered
    assert charged(stripe) == [1_000, 1_000]
