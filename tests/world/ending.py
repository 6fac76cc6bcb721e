"""A town that ends: readers and creators of every kind that a winding-down meets."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from flattr.database import clock
from payouts import chart
from payouts.ledger import posting, sums
from payouts.moderation import suspending
from tests.world.card_money import (
    dispute_payment,
    fail_refund,
    pay_by_card,
    refund_fact,
)
from tests.world.earning import add_destination, end_month, flattr_by_readers
from tests.world.people import click, person, thing_of


@dataclass(frozen=True, slots=True)
class Town:
    """Bob has a bank account and Carol has none. Nina flattred nothing; Oskar is
    suspended; Paula's bank takes her payment back; Quinn's bank sent a refund back."""

    dora: User
    erik: User
    bob: User
    carol: User
    nina: User
    oskar: User
    paula: User
    quinn: User


def live() -> Town:
    """A month is closed, and another one runs in which people have flattred."""
    names = ["dora", "erik", "bob", "carol", "nina", "oskar", "paula", "quinn"]
    staff = {"dora", "erik"}
    town = Town(*(person(name, is_staff=name in staff) for name in names))
    for creator in (town.bob, town.carol):
        flattr_by_readers(creator, readers=2, budget=700)
    add_destination(town.bob)
    songs = [thing_of(town.bob, "hymn"), thing_of(town.carol, "psalm")]
    end_month()
    for number, reader in enumerate((town.nina, town.oskar, town.paula, town.quinn)):
        payment = pay_by_card(reader, 2_000 + number, budget=600)
        if reader != town.nina:
            for song in songs:
                click(reader, song)
        if reader == town.paula:
            pay_by_card(reader, 1_500)
            dispute_payment(payment)
        if reader == town.quinn:
            pay_by_card(reader, 300)
            fail_refund(payment, refund_fact(payment, 900))
    suspending.suspend_person(town.oskar, town.dora, "a stolen card")
    return town


def owed() -> int:
    """What the ledger owes to people."""
    kinds = sums.by_kind(settings.CURRENCY)
    return sum(kinds.get(kind, 0) for kind in chart.OWED)


def means(reader: User) -> int:
    return posting.balance(chart.means(reader))


def running() -> int:
    return clock.period()
