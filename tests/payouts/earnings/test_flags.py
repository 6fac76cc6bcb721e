"""What looks wrong holds a payout, with the reason for those who review it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from flattr.database import clock
from payouts.earnings import flags, reviewing
from payouts.earnings.requesting import request_payout
from payouts.models import Destination, Payer, Payout
from tests.questions import Questions
from tests.world.card_money import pay_by_card
from tests.world.earning import (
    add_destination,
    earn,
    end_hold,
    end_month,
    flattr_by_readers,
)
from tests.world.people import click, open_budget, person, thing_of

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def looked_at(creator: User) -> list[str]:
    destination = Destination.objects.filter(creator=creator).latest("id")
    return flags.check(creator, destination)


# --- Cards


def test_a_card_that_reader_and_creator_share_holds_the_payout(bob: User) -> None:
    """The same card on both sides waits for staff (T15)."""
    readers = flattr_by_readers(bob, readers=9)
    for person_ in (bob, readers[0]):
        payment = pay_by_card(person_, 500)
        payment.fingerprint = "one card"
        payment.save(update_fields=["fingerprint"])
    end_month()
    add_destination(bob)
    end_hold()

    payout = request_payout(bob)

    assert payout.state == "held"
    assert payout.flags == [f"{readers[0]} paid with the creator's own card or account"]
    assert payout.approvals_needed == 2


def test_a_kept_card_counts_and_readers_who_share_one_do(bob: User) -> None:
    readers = flattr_by_readers(bob, readers=9)
    for reader in readers[:3]:
        Payer.objects.create(reader=reader, fingerprint="their card")
    end_month()
    add_destination(bob)
    end_hold()

    [flag] = looked_at(bob)

    assert flag.endswith("paid with the same card or account")
    Payer.objects.create(reader=bob, fingerprint="their card")
    [flag] = looked_at(bob)
    assert flag.endswith("paid with the creator's own card or account")


def test_two_in_a_household_may_share_a_card(bob: User) -> None:
    readers = flattr_by_readers(bob, readers=9)
    for reader in readers[:2]:
        Payer.objects.create(reader=reader, fingerprint="their card")
    end_month()
    add_destination(bob)
    end_hold()

    assert looked_at(bob) == []


# --- Few readers

FEW = "more than half of the income is from fewer than 5 readers"


@pytest.mark.parametrize(
    ("readers", "budget", "found"), [(1, 10_000, [FEW]), (1, 9_999, []), (3, 1_000, [])]
)
def test_a_small_creator_with_few_readers_is_no_suspicion(
    bob: User, readers: int, budget: int, found: list[str]
) -> None:
    """T15: it counts from 100.00 on. A first payout has its two approvals all the same."""
    earn(bob, readers=readers, budget=budget)

    assert looked_at(bob) == found
    payout = request_payout(bob)
    assert payout.state == ("held" if found else "requested")
    assert payout.approvals_needed == 2


def test_what_a_creator_earned_before_counts_for_how_small_they_are(bob: User) -> None:
    """Month after month from one reader: what was paid out already is added."""
    [reader] = flattr_by_readers(bob, readers=1, budget=5_100)
    end_month()
    add_destination(bob)
    end_hold()
    payout = request_payout(bob)
    assert payout.flags == []
    for name in ("dora", "erik"):
        payout = reviewing.approve(payout, person(name, is_staff=True), "a gardener")
    assert payout.state == "approved"

    click(reader, thing_of(bob, "song-of-another-month"))
    end_month()
    end_hold()

    assert FEW in looked_at(bob)


# --- Velocity


def test_a_month_far_above_the_usual_is_looked_at(bob: User) -> None:
    """Five times the usual income waits for staff (T15)."""
    readers = flattr_by_readers(bob, readers=9, budget=200)
    for _ in range(3):
        end_month()
        for reader in readers:
            click(reader, thing_of(bob, f"song-{bob.things.count()}"))
    add_destination(bob)
    end_hold()
    Payout.objects.create(
        creator=bob,
        destination=Destination.objects.get(),
        amount=1_000,
        currency="EUR",
        state="sent",
        requested_at=clock.now() + timedelta(seconds=1),
        approvals_needed=1,
    )
    flattr_by_readers(bob, readers=9, budget=1_100)
    over = end_month()
    end_hold()

    [flag] = [one for one in looked_at(bob) if "brought" in one]

    assert (
        flag
        == f"{over // 100}-{over % 100:02d} brought 99.00, a usual month brings 18.00"
    )


# --- Circles


def test_a_ring_of_five_is_held_and_named(bob: User) -> None:
    """T16, by the true way: five who each give the next one all they give."""
    others = [person(name) for name in ("carol", "dora", "emil", "fay")]
    circle = [bob, *others]
    for n, giver in enumerate(circle):
        open_budget(giver, 1_000)
        taker = circle[(n + 1) % 5]
        click(giver, thing_of(taker, "song"))
    earn(bob, readers=2)

    told = "money goes round in a ring of bob, carol, dora, emil, fay"
    assert told in request_payout(bob).flags


def test_a_cluster_is_held(bob: User) -> None:
    """T16: everybody gives to everybody, a little each."""
    people = [bob, *(person(f"friend-{n}") for n in range(8))]
    things = {one: thing_of(one, "song") for one in people}
    for giver in people:
        open_budget(giver, 2_000)
        for taker in people:
            if taker != giver:
                click(giver, things[taker])
    end_month()
    add_destination(bob)
    end_hold()

    [flag] = [one for one in looked_at(bob) if "to whom they give" in one]

    assert flag.startswith("more than half of the income is from friend-0, friend-1")
    assert "and 2 more" in flag


def test_looking_costs_the_same_however_many_gave(bob: User) -> None:
    few = questions_about(bob, 10)
    carol = person("carol")

    assert questions_about(carol, 40) == few


def questions_about(creator: User, readers: int) -> int:
    flattr_by_readers(creator, readers=readers)
    end_month()
    add_destination(creator)
    end_hold()
    with Questions() as questions:
        assert looked_at(creator) == []
    return questions.count
