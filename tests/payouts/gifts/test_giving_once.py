"""Gifts: what is given once, beside the budget, and when it is whose (P3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts.models import User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing, maturing
from payouts.gifts import handing_over, offering, taking_back
from payouts.ledger import checks
from payouts.ledger.models import Transaction
from payouts.ledger.posting import balance
from payouts.models import Ending, Gift, GiftState, Lot, Payment
from payouts.models.gifts import MOVES
from payouts.payments import budgeting, paying_in
from tests.world.people import (
    click,
    execute,
    person,
    reader_with_budget,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")

HOUR = timedelta(hours=1)


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice", amount=1_000, paid=3_000)


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def later(by: timedelta) -> None:
    travel(clock.now() + by)


def entries(reference: str) -> dict[tuple[str, int | None], int]:
    return {
        (kind, owner): amount
        for kind, owner, amount in Transaction.objects.filter(
            reference=reference
        ).values_list(
            "entries__account__kind", "entries__account__owner_id", "entries__amount"
        )
    }


# --- From the account


def test_a_gift_is_the_creators_after_an_hour(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.FEE_PERCENT = 10
    gift = offering.give(alice, bob, 505)

    assert entries(f"gift:{gift.pk}:reserve") == {
        ("means", alice.pk): -505,
        ("transit", alice.pk): 505,
    }
    assert gift.undoable_until == gift.made_at + HOUR
    assert handing_over.hand_over() == 0

    later(HOUR)
    assert handing_over.hand_over() == 1
    assert handing_over.hand_over() == 0

    gift.refresh_from_db()
    assert (gift.state, gift.period) == (GiftState.GIVEN, clock.period())
    assert gift.in_words.startswith("given on ")
    assert entries(f"gift:{gift.pk}") == {
        ("transit", alice.pk): -505,
        ("pending", bob.pk): 454,
        ("fees", None): 51,
    }
    lot = Lot.objects.get()
    assert gift.given_at is not None
    assert (lot.gift, lot.period, lot.creator, lot.amount) == (
        gift,
        gift.period,
        bob,
        454,
    )
    assert (lot.hold, lot.matures_at) == ("new", gift.given_at + timedelta(days=30))
    with pytest.raises(taking_back.TooLate):
        taking_back.take_back(gift)

    later(timedelta(days=30))
    assert maturing.mature() == 1
    assert entries(f"mature:gift:{gift.pk}") == {
        ("pending", bob.pk): -454,
        ("revenue", bob.pk): 454,
    }
    assert all(not broken for broken in checks.check().values())


def test_a_gift_is_taken_back_within_the_hour(alice: User, bob: User) -> None:
    gift = offering.give(alice, bob, 500)

    taking_back.take_back(gift)
    taking_back.take_back(gift)

    gift.refresh_from_db()
    assert (gift.state, gift.in_words) == (GiftState.VOID, "you took it back")
    assert balance(chart.means(alice)) == 3_000
    assert Transaction.objects.filter(reference__endswith=":void").count() == 1
    later(HOUR)
    assert handing_over.hand_over() == 0
    assert not Lot.objects.exists()


def test_what_the_budget_needs_is_not_free(alice: User, bob: User) -> None:
    """Of 30.00 the running month's 10.00 stay, and the 10.00 of a month that is over
    and not closed."""
    click(alice, thing_of(bob, "song"))
    assert offering.offer(alice, bob).free == 2_000
    travel(months.end(clock.period()))
    assert offering.offer(alice, bob).free == 1_000

    with pytest.raises(offering.NotEnough):
        offering.give(alice, bob, 1_001)
    offering.give(alice, bob, 1_000)
    assert offering.offer(alice, bob).needs_payment(100)

    closing.close_month(months.preceding(clock.period()))
    assert balance(chart.means(alice)) == 1_000


def test_a_month_takes_a_hundred_whatever_their_state(bob: User) -> None:
    alice = reader_with_budget("alice", amount=0, paid=30_000)
    given = offering.give(alice, bob, 6_000)
    later(HOUR)
    handing_over.hand_over()
    undone = offering.give(alice, bob, 4_000)
    with pytest.raises(offering.GiftsUsedUp):
        offering.give(alice, bob, 100)
    assert isinstance(offering.offer(alice, bob).refusal, offering.GiftsUsedUp)
    taking_back.take_back(undone)
    again = offering.give(alice, bob, 3_900)
    assert offering.offer(alice, bob).left == 100

    # What was given counts to its month, what is open to the running one.
    travel(months.end(clock.period()))
    assert offering.offer(alice, bob).left == 6_100
    handing_over.hand_over()
    given.refresh_from_db()
    again.refresh_from_db()
    assert given.period is not None
    assert months.following(given.period) == again.period == clock.period()
    assert offering.offer(alice, bob).left == 6_100


@pytest.mark.parametrize("amount", [99, 10_001, 0, -100])
def test_a_gift_is_1_to_100(alice: User, bob: User, amount: int) -> None:
    with pytest.raises(offering.NotAGift):
        offering.give(alice, bob, amount)


def test_who_gives_to_whom(alice: User, bob: User) -> None:
    own, unproved = thing_of(alice, "own"), thing_of(bob, "unproved", proved=False)
    carols = thing_of(person("carol"), "song")
    with pytest.raises(offering.OwnGift):
        offering.give(alice, alice, 100)
    with pytest.raises(offering.OwnGift):
        offering.give(alice, None, 100, thing=own)
    with pytest.raises(offering.NotProved):
        offering.give(alice, None, 100, thing=unproved)
    with pytest.raises(offering.NotGivable):
        offering.give(alice, bob, 100, thing=carols)
    with pytest.raises(offering.NotGivable):
        offering.give(alice, None, 100)
    assert offering.give(alice, None, 100, thing=carols).creator == carols.owner
    assert Gift.objects.count() == 1


def test_whoever_is_suspended_or_leaving_neither_gives_nor_gets(
    alice: User, bob: User
) -> None:
    now = clock.now()
    for column, refusal in (
        ("suspended_at", offering.GiverStopped),
        ("closing_at", budgeting.AccountClosed),
    ):
        User.objects.filter(pk=alice.pk).update(**{column: now})
        with pytest.raises(refusal):
            offering.give(alice, bob, 100)
        User.objects.filter(pk=alice.pk).update(**{column: None})
        User.objects.filter(pk=bob.pk).update(**{column: now})
        with pytest.raises(offering.NotGivable):
            offering.give(alice, bob, 100)
        User.objects.filter(pk=bob.pk).update(**{column: None})


def test_a_form_that_is_sent_twice_gives_once(alice: User, bob: User) -> None:
    first = offering.give(alice, bob, 500, key="form:1")
    assert offering.give(alice, bob, 500, key="form:1") == first
    assert balance(chart.means(alice)) == 2_500


# --- By a payment of its own


def begin(alice: User, bob: User, amount: int) -> tuple[Gift, Payment]:
    payment = offering.begin_with_payment(alice, bob, amount, ip="192.0.2.1")
    return Gift.objects.get(payment=payment), payment


def arrive(payment: Payment) -> None:
    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})


def test_a_gift_is_posted_when_its_payment_is_credited(bob: User) -> None:
    """The payment is the gift's, whatever the budget would take of it."""
    alice = reader_with_budget("alice", amount=1_000, paid=300)
    gift, payment = begin(alice, bob, 700)
    assert (gift.state, gift.in_words) == ("waiting", "waiting for your payment")
    assert handing_over.hand_over() == 0

    arrive(payment)
    arrive(payment)
    assert handing_over.hand_over() == 1

    gift.refresh_from_db()
    assert gift.state == GiftState.GIVEN
    assert balance(chart.pending(bob)) == 700
    assert balance(chart.means(alice)) == 300
    assert balance(chart.transit(alice)) == 0


@pytest.mark.parametrize(("paid", "opens"), [(300, False), (1_000, True)])
def test_a_gift_opens_no_budget_that_lacks_money(
    bob: User, paid: int, opens: bool
) -> None:
    """What is paid for a gift is not for the month; one that is covered all the same is
    open again."""
    alice = reader_with_budget("alice", amount=1_000, paid=paid)
    budgets.suspend(alice, clock.now())

    arrive(begin(alice, bob, 700)[1])

    assert budgets.standing(alice).open is opens


def test_what_a_payment_has_beyond_its_gift_stays_in_the_account(bob: User) -> None:
    alice = person("alice")
    _gift, payment = begin(alice, bob, 100)
    assert payment.amount == 200

    arrive(payment)
    handing_over.hand_over()

    assert balance(chart.means(alice)) == 100
    assert balance(chart.pending(bob)) == 100


def test_a_gift_lapses_after_fourteen_days_or_when_its_payment_failed(
    bob: User,
) -> None:
    alice = person("alice")
    late, late_payment = begin(alice, bob, 300)
    failed, failed_payment = begin(alice, bob, 400)
    paying_in.failed(failed_payment.key, "expired")
    assert handing_over.hand_over() == 1
    failed.refresh_from_db()
    assert (failed.state, failed.ending) == (GiftState.LAPSED, Ending.UNPAID)
    later(timedelta(days=14))
    assert handing_over.hand_over() == 1

    for payment in (late_payment, failed_payment):
        arrive(payment)
    assert handing_over.hand_over() == 0
    late.refresh_from_db()
    assert late.state == GiftState.LAPSED
    assert balance(chart.means(alice)) == 700


def test_a_gift_that_waits_is_taken_back(bob: User) -> None:
    alice = person("alice")
    gift, payment = begin(alice, bob, 300)
    taking_back.take_back(gift)
    arrive(payment)
    assert handing_over.hand_over() == 0
    assert balance(chart.means(alice)) == 300


# --- Stopped meanwhile


@pytest.mark.parametrize("who", ["alice", "bob", "song"])
def test_whoever_is_suspended_meanwhile_gives_and_gets_nothing(
    alice: User, bob: User, who: str
) -> None:
    song = thing_of(bob, "song")
    gift = offering.give(alice, bob, 500, thing=song)
    table = "thing" if who == "song" else "person"
    pk = {"alice": alice, "bob": bob, "song": song}[who].pk
    execute(f"UPDATE {table} SET suspended_at = flattr_clock() WHERE id = %s", pk)

    assert handing_over.hand_over() == 1

    gift.refresh_from_db()
    assert gift.state == GiftState.VOID
    assert gift.ending.endswith("suspended")
    assert balance(chart.means(alice)) == 3_000
    assert balance(chart.pending(bob)) == 0


# --- What the database refuses


def make(alice: User, bob: User, **facts: Any) -> None:
    """A gift as no page would make it."""
    now = clock.now()
    with transaction.atomic():
        Gift.objects.create(
            **{
                "key": "odd",
                "reader": alice,
                "creator": bob,
                "amount": 500,
                "currency": "EUR",
                "state": GiftState.RESERVED,
                "made_at": now,
                "reserved_at": now,
                "due_at": now,
                **facts,
            }
        )


def test_the_database_refuses_what_is_no_gift(alice: User, bob: User) -> None:
    """P3: whatever a fault of the application asks for."""
    unproved = thing_of(bob, "unproved", proved=False)
    carols = thing_of(person("carol"), "song")
    offering.give(alice, bob, 1_000)
    odd: list[tuple[dict[str, Any], str]] = [
        ({"amount": 99}, "gift_is_1_to_100"),
        ({"amount": 10_001}, "at most 100.00"),
        ({"amount": 9_001}, "at most 100.00"),
        ({"creator": alice}, "gift_is_not_to_oneself"),
        ({"fee": 500}, "gift_fee_is_a_part"),
        ({"thing": unproved}, "proved to be the creator"),
        ({"thing": carols}, "proved to be the creator"),
        ({"made_at": clock.now() - HOUR}, "begins now"),
        ({"state": GiftState.VOID}, "begins now"),
        ({"state": GiftState.WAITING}, "gift_waits_for_a_payment"),
        ({}, "not in the ledger"),
    ]
    for facts, refused in odd:
        with pytest.raises(IntegrityError, match=refused):
            make(alice, bob, **facts)


@pytest.mark.parametrize(
    "wrong",
    [
        "amount = 99",
        "amount = 10001",
        "creator_id = reader_id",
        "fee = amount",
        "fee = -1",
    ],
)
def test_nobody_changes_a_gift(alice: User, bob: User, wrong: str) -> None:
    """Not even a fault of the application: it has no right to."""
    gift = offering.give(alice, bob, 500)
    with pytest.raises(Exception, match="permission denied"):
        execute(f"UPDATE gift SET {wrong} WHERE id = %s", gift.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"state": GiftState.GIVEN, "given_at": "now", "period": 202612},
        {"state": GiftState.VOID, "ended_at": "now", "ending": Ending.TAKEN_BACK},
        {"reserved_at": None, "due_at": None, "state": GiftState.VOID},
    ],
)
def test_a_gift_is_what_the_ledger_says(
    alice: User, bob: User, change: dict[str, Any]
) -> None:
    """L3: no state is without its booking."""
    gift = offering.give(alice, bob, 500)
    now = clock.now()
    change = {name: now if one == "now" else one for name, one in change.items()}
    if change["state"] == GiftState.VOID:
        change |= {"ended_at": now, "ending": Ending.TAKEN_BACK}
    with pytest.raises(IntegrityError, match="not in the ledger"):
        Gift.objects.filter(pk=gift.pk).update(**change)


def in_every_state(alice: User, bob: User) -> list[Gift]:
    """A gift that waits, and one that is reserved, given, void or lapsed."""
    _waiting, payment = begin(alice, bob, 100)
    paying_in.failed(payment.key, "expired")
    offering.give(alice, bob, 200)
    later(HOUR)
    handing_over.hand_over()
    begin(alice, bob, 300)
    taking_back.take_back(offering.give(alice, bob, 400))
    offering.give(alice, bob, 500)
    gifts = list(Gift.objects.order_by("pk"))
    assert {gift.state for gift in gifts} == set(GiftState.values)
    return gifts


def does_go(gift: Gift, to: str) -> bool:
    """What the database says; what it allows is not done for lack of a booking."""
    try:
        with transaction.atomic():
            Gift.objects.filter(pk=gift.pk).update(state=to)
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return f"does not go from {gift.state} to {to}." not in str(refused)
    return True


def test_the_database_lets_a_gift_go_as_the_table_says(alice: User, bob: User) -> None:
    """Every pair of states is tried: the trigger and the table say the same."""
    gone = {
        gift.state: {to for to in GiftState.values if does_go(gift, to)}
        for gift in in_every_state(alice, bob)
    }

    assert gone == {state: {*MOVES[state], state} for state in GiftState}
