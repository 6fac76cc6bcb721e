"""What creators do in the town to be paid."""

from __future__ import annotations

from contextlib import suppress

from accounts.models import User
from local.stripe.wire.errors import Refused
from payouts.earnings import destinations, onboarding, requesting
from payouts.models import StripeAccount
from tests.hostile.simulation.town import Town
from tests.world.earning import iban_of


def onboard(town: Town, creator: User | None = None) -> None:
    """Tells Stripe everything, the same bank account as a friend's now and then."""
    creator = creator or town.one_of(town.creators)
    assert creator is not None
    shares = town.chance(0.15)
    iban = iban_of(town.creators[0] if shares else creator)
    town.says(f"{creator} goes to Stripe")
    with suppress(*town.away, Refused):
        account = onboarding.begin(None, creator, "DE")
        town.stripe.onboard(account.stripe_id, iban, f"{creator} Maker")
        if town.chance(0.7):
            onboarding.refresh(account.stripe_id)


def names_iban(town: Town) -> None:
    """Wants to be paid by hand."""
    creator = town.one_of(town.creators)
    assert creator is not None
    town.says(f"{creator} names an IBAN")
    destinations.change(None, creator, f"{creator} Ltd", iban_of(creator))


def takes_change_back(town: Town) -> None:
    creator = town.one_of(town.creators)
    assert creator is not None
    current = destinations.current(creator)
    if current is not None:
        with suppress(destinations.NotCancelled):
            destinations.cancel(None, current)
            town.says(f"{creator} takes the change of bank account back")


def changes_bank(town: Town) -> None:
    """Gives Stripe another bank account."""
    account = town.one_of(list(StripeAccount.objects.order_by("pk")))
    if account is not None:
        town.says(f"{account.creator} changes the bank at Stripe")
        number = f"37040044{town.dice.randrange(10**9):010d}"
        iban = f"DE{98 - int(number + '131400') % 97:02d}{number}"
        with suppress(Refused):
            town.stripe.change_bank(account.stripe_id, iban)


def chooses_stripe(town: Town) -> None:
    account = town.one_of(list(StripeAccount.objects.order_by("pk")))
    if account is not None:
        town.says(f"{account.creator} chooses Stripe")
        with suppress(*town.away):
            onboarding.choose(None, account)


def ask_for_payout(town: Town) -> None:
    creator = town.one_of(town.creators)
    assert creator is not None
    try:
        payout = requesting.request_payout(creator, creator)
    except town.away as refusal:
        town.says(f"{creator} asks for a payout: {refusal!r}")
    else:
        town.says(f"{creator} asks for a payout, which is {payout}")
