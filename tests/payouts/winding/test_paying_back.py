"""What was earned is asked for to the end, and what cannot be sent is paid by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts.models import User
from flattr.database import clock
from payouts import chart
from payouts.close import breaker
from payouts.earnings import requesting, reviewing
from payouts.leaving import by_hand
from payouts.ledger import posting
from payouts.models import Payment, Payout, RunningMonth
from payouts.operations import due
from payouts.winding import beginning, payback_plan, paying_back, waiting_for
from tests.world import earning
from tests.world.card_money import pay_by_card
from tests.world.earning import add_destination, end_hold, give_revenue
from tests.world.people import person, travel

pytestmark = pytest.mark.usefixtures("own_database")

GIVE_BACK = RunningMonth.GIVE_BACK


@pytest.fixture
def dora() -> User:
    cache.clear()
    return person("dora", is_staff=True)


@pytest.fixture
def bob(dora: User) -> User:
    """He has a bank account that is older than a week."""
    bob = person("bob")
    add_destination(bob)
    return bob


def waits(dora: User) -> list[str]:
    begun = beginning.begin(dora, GIVE_BACK)
    return waiting_for.sentences(payback_plan.plan(), begun)


def test_small_sums_are_paid_in_the_end(bob: User, dora: User) -> None:
    """W3: from 10.00, and any sum once the platform pays everybody back."""
    give_revenue(bob, 5)
    assert (paying_back.go_on().asked, Payout.objects.count()) == (0, 0)
    with pytest.raises(requesting.NoPayout), transaction.atomic():
        requesting.request_payout(bob)
    beginning.begin(dora, GIVE_BACK)

    assert paying_back.go_on().asked == 1

    assert [one.amount for one in Payout.objects.all()] == [5]


def test_a_small_sum_waits_for_what_is_held(bob: User, dora: User) -> None:
    earning.flattr_by_readers(bob, readers=2)
    earning.end_month()
    give_revenue(bob, 5)
    beginning.begin(dora, GIVE_BACK)

    assert paying_back.go_on().asked == 0
    end_hold()

    assert paying_back.go_on().asked == 1
    assert Payout.objects.get().amount == 2_005


def test_the_database_takes_small_payouts_in_the_end_alone(
    bob: User, dora: User
) -> None:
    def write() -> None:
        Payout.objects.create(
            creator=bob,
            destination=bob.destinations.get(),
            amount=999,
            currency="EUR",
            state="requested",
            requested_at=clock.now(),
            flags=[],
            approvals_needed=2,
        )

    with pytest.raises(IntegrityError, match=r"10\.00"), transaction.atomic():
        write()
    beginning.begin(dora, RunningMonth.CLOSE)
    with pytest.raises(IntegrityError, match=r"10\.00"), transaction.atomic():
        write()


def test_what_staff_reject_is_asked_for_again_a_day_later(
    bob: User, dora: User
) -> None:
    give_revenue(bob, 500)
    beginning.begin(dora, GIVE_BACK)
    paying_back.go_on()
    payout = Payout.objects.get()
    if payout.state == "held":
        payout = reviewing.release(payout, dora, "seen")
    reviewing.reject(payout, dora, "another account is named tomorrow")

    assert paying_back.go_on().asked == 0
    travel(clock.now() + timedelta(days=1, minutes=1))
    assert paying_back.go_on().asked == 1


def test_who_has_no_bank_account_here_is_paid_by_hand(dora: User) -> None:
    carol = person("carol")
    give_revenue(carol, 1_400)
    with pytest.raises(by_hand.NothingLeft):
        by_hand.pay_by_hand(carol, dora, "BANK-1")
    told = waits(dora)
    assert any("cannot be paid as things are" in one for one in told), told

    assert by_hand.pay_by_hand(carol, dora, "BANK-1") == 1_400

    assert waits(dora) == []
    assert posting.balance(chart.revenue(carol)) == 0
    carol.refresh_from_db()
    assert carol.leaving_due_at is None
    with pytest.raises(by_hand.NothingLeft):
        by_hand.give_up(carol, carol)


def test_nothing_goes_back_while_the_ledger_does_not_add_up(dora: User) -> None:
    nina = person("nina")
    pay_by_card(nina, 2_000, budget=500)
    beginning.begin(dora, GIVE_BACK)
    breaker.judge({"L1": ["7"]})

    assert paying_back.go_on().back == 0
    breaker.judge({})

    assert paying_back.go_on().back == 2_000
    assert due.pay_everybody_back() == ""


def test_it_waits_for_payments_that_may_still_arrive(dora: User) -> None:
    nina = person("nina")
    Payment.objects.create(
        reader=nina,
        provider="stripe",
        key="checkout:1",
        amount=1_000,
        currency="EUR",
        started_at=clock.now(),
        processing_at=clock.now(),
    )

    assert waits(dora) == [
        "1 payment that was begun may still arrive; it then goes back."
    ]
