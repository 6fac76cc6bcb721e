"""The chart of accounts: which places for money there are, and whose."""

from __future__ import annotations

from accounts.models import User
from payouts.ledger.posting import Place


def means(reader: User) -> Place:
    """What a reader paid in and did not spend yet."""
    return Place("means", reader.pk)


def pending(creator: User) -> Place:
    """What a creator earned and is held."""
    return Place("pending", creator.pk)


def revenue(creator: User) -> Place:
    """What a creator earned and may be paid."""
    return Place("revenue", creator.pk)


def transit(creator: User) -> Place:
    """What is reserved for a payout that is on its way."""
    return Place("transit", creator.pk)


def debt(creator: User) -> Place:
    """What a creator owes after a dispute: negative, or nothing."""
    return Place("debt", creator.pk)


SIMULATED = Place("simulated")
STRIPE_CLEARING = Place("stripe_clearing")
STRIPE_COST = Place("stripe_cost")
BANK = Place("bank")
FEES = Place("fees")
LOSS = Place("loss")
SUSPENSE = Place("suspense")
OPERATOR = Place("operator")

# What belongs to people.
OWED = ("means", "pending", "revenue", "transit")
