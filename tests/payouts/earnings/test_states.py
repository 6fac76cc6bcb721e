"""The states of a payout: one table, in Python and in the database."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from flattr.database import clock, living
from payouts.models import Destination, Payout
from payouts.models.payout_states import MOVES, OPEN, State
from tests.world.earning import add_destination
from tests.world.people import person


def payout_in(state: State, creator: User, destination: Destination) -> Payout:
    return Payout.objects.create(
        creator=creator,
        destination=destination,
        amount=1_000,
        currency=settings.CURRENCY,
        state=state,
        requested_at=clock.now(),
    )


def does_go(payout: Payout, to: State) -> bool:
    """What the database says; what it allows is taken back."""
    tried = transaction.savepoint()
    try:
        with transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(state=to)
    except IntegrityError as refused:
        if f"does not go from {payout.state} to {to}." not in str(refused):
            raise
        return False
    transaction.savepoint_rollback(tried)
    return True


def test_the_database_lets_a_payout_go_as_the_table_says(own_database: str) -> None:
    """Every pair of states is tried (W2): the trigger and the table say the same."""
    bob = person("bob")
    destination = add_destination(bob)
    gone: dict[State, set[State]] = {}

    for state in State:
        with transaction.atomic():
            payout = payout_in(state, bob, destination)
            gone[state] = {to for to in State if does_go(payout, to)}
            transaction.set_rollback(True)

    assert gone == {state: {*MOVES[state], state} for state in State}


def test_who_is_erased_has_no_payout_that_is_open() -> None:
    text = living.text_of("payouts/leaving/sql/erasing.sql")

    lists = re.findall(r"FROM payout .*?state IN \(([^)]*)\)", text, re.DOTALL)

    assert lists == [", ".join(f"'{state}'" for state in OPEN)]
