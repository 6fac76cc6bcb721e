"""Creators with money, by the true way: readers flattr, the month ends, it matures."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing, maturing
from payouts.earnings import destinations, onboarding
from payouts.ledger.models import Transaction
from payouts.ledger.posting import post
from payouts.models import Destination
from tests.world.people import click, open_budget, person, thing_of, travel
from tests.world.stripes import Simulator

IBAN = "DE89370400440532013000"
OTHER_IBAN = "NL91ABNA0417164300"


def flattr_by_readers(
    creator: User, *, readers: int = 6, budget: int = 1_000, days_here: int = 90
) -> list[User]:
    """Some readers, here for a while, give their whole month's budget to `creator`."""
    joined = clock.now() - timedelta(days=days_here)
    thing = thing_of(creator, f"song-{creator.things.count()}")
    known = User.objects.count()
    found = [
        person(f"{creator}-reader-{known + n}", date_joined=joined)
        for n in range(readers)
    ]
    for reader in found:
        open_budget(reader, budget)
        click(reader, thing)
    return found


def end_month() -> int:
    """Go three hours into the next month and close the one that is over."""
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    close_everything()
    return over


def close_everything() -> None:
    while (period := closing.due()) is not None:
        closing.close_month(period)


def end_hold() -> None:
    """Thirty days later everything that was closed has matured."""
    travel(clock.now() + timedelta(days=30, minutes=1))
    maturing.mature()


def iban_of(creator: User) -> str:
    """An IBAN that nobody else here has."""
    account = f"37040044{creator.pk:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def add_destination(creator: User, iban: str = "") -> Destination:
    """A bank account that is older than a week."""
    destination = destinations.change(
        None, creator, f"{creator} Ltd", iban or iban_of(creator)
    )
    travel(clock.now() + timedelta(days=7, minutes=1))
    return destination


def onboard(stripe: Simulator, creator: User, iban: str = "") -> Destination:
    """Told Stripe everything more than a week ago; payouts go through it."""
    account = onboarding.begin(None, creator, "DE")
    stripe.onboard(account.stripe_id, iban or iban_of(creator), f"{creator} Maker")
    onboarding.refresh(account.stripe_id)
    travel(clock.now() + timedelta(days=7, minutes=1))
    destination = destinations.current(creator)
    assert destination is not None
    return destination


def give_revenue(creator: User, amount: int) -> str:
    """Matured revenue out of the operator's pocket, for when only its sum matters;
    the reference."""
    reference = f"topup:gift-{Transaction.objects.count()}"
    post(reference, {chart.OPERATOR: -amount, chart.revenue(creator): amount})
    return reference


def earn(creator: User, *, readers: int = 6, budget: int = 1_000) -> int:
    """`readers` times `budget` of matured revenue, and a bank account; the amount."""
    flattr_by_readers(creator, readers=readers, budget=budget)
    end_month()
    add_destination(creator)
    end_hold()
    return readers * budget
