"""A payout crashed at every point of it is reserved, sent and taken back once (W1, W2);
so is a change of where it goes (A5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Audit, Outbox, User
from payouts import chart
from payouts.earnings import (
    destinations,
    onboarding,
    requesting,
    reviewing,
    transferring,
)
from payouts.earnings.requesting import NoPayout
from payouts.gateway import asking, transfers
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import Destination, Payout
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.earning import OTHER_IBAN, give_revenue, onboard
from tests.world.people import person
from tests.world.stripes import Simulator

Play = Callable[[Callable[[], Any]], Any]

WHY = "looked at the blog"


@pytest.fixture
def bob(own_database: str, stripe: Simulator) -> User:
    """With an account at Stripe and 50.00 that matured."""
    bob = person("bob")
    onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.top_up(8_000)
    return bob


@pytest.fixture
def play(bob: User, stripe: Simulator, crash_everywhere: CrashEverywhere) -> Play:
    """Crash an act of Bob's or of staff's everywhere."""
    return lambda act: crash_everywhere(
        act,
        restore=as_it_is(stripe),
        # A number that a crash has used up is not given again.
        seen=lambda: {**seen(stripe, bob), "digest": digest(bob)},
    )


def seen(stripe: Simulator, bob: User) -> dict[str, Any]:
    return {
        "in order": not any(checks.check().values()),
        "revenue": balance(chart.revenue(bob)),
        "transit": balance(chart.transit(bob)),
        "payouts": list(Payout.objects.values_list("state", "amount", "returned")),
        "transfers": [one["amount"] for one in stripe.all("transfer")],
        "destinations": list(
            Destination.objects.order_by("pk").values_list("last4", "stripe_id")
        ),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "acts": sorted(Audit.objects.values_list("action", flat=True)),
    }


def digest(bob: User) -> str:
    """Of the ledger, where the payout is numbered by what came before it."""
    if Payout.objects.filter(creator=bob, asked_at=None).exists():
        return ""
    return checks.digest()


def approved(bob: User) -> Payout:
    payout = requesting.request_payout(bob)
    for name in ("dora", "erik"):
        staff = person(name, is_staff=True)
        if payout.state == "held":
            payout = reviewing.release(payout, staff, WHY)
        payout = reviewing.approve(payout, staff, WHY)
    return payout


def minute() -> None:
    """One in which everything is due that waits for another try, and whoever crashed
    is overtaken."""
    Payout.objects.filter(state="unknown").update(due_at=timezone.now())
    Payout.objects.update(claimed_until=None)
    transferring.look_up_unknown()
    transferring.send_approved()


def test_a_request_crashed_anywhere_is_one_payout(bob: User, play: Play) -> None:
    def ask() -> None:
        try:
            requesting.request_payout(User.objects.get(pk=bob.pk), None)
        except NoPayout:
            assert Payout.objects.exists()

    calm = play(ask)

    assert (calm["revenue"], calm["transit"]) == (0, 5_000)
    assert len(calm["payouts"]) == 1


def test_a_payout_crashed_anywhere_is_one_transfer(bob: User, play: Play) -> None:
    approved(bob)

    calm = play(minute)

    assert calm["payouts"] == [("sent", 5_000, 0)]
    assert calm["transfers"] == [5_000]
    assert calm["transit"] == 0
    assert calm["in order"]


def test_a_refused_payout_crashed_anywhere_keeps_the_money(
    bob: User, stripe: Simulator, play: Play
) -> None:
    """What Stripe refused is held once, and nothing left."""
    payout = transferring._hand_over(approved(bob))
    stripe.restrict(payout.destination.stripe_id)

    calm = play(minute)

    assert calm["payouts"] == [("held", 5_000, 0)]
    assert calm["transfers"] == []
    assert calm["transit"] == 5_000


def test_a_reversal_crashed_anywhere_is_booked_once(
    bob: User, stripe: Simulator, play: Play
) -> None:
    payout = transferring.send(approved(bob))
    reversals = asking.client().v1.transfers.reversals
    reversals.create(payout.transfer_id, {"amount": 2_000})
    reversals.create(payout.transfer_id, {"amount": 3_000})

    def converge() -> None:
        Payout.objects.update(claimed_until=None)
        found = Payout.objects.select_related("creator", "destination").get()
        transferring.reversed_(found, transfers.transfer_now(found.transfer_id))

    calm = play(converge)

    assert calm["payouts"] == [("failed", 5_000, 5_000)]
    assert calm["revenue"] == 5_000


def test_another_bank_account_crashed_anywhere_is_one_change(
    bob: User, stripe: Simulator, play: Play
) -> None:
    """A5: told once, waiting once."""
    account = bob.stripe_account.stripe_id
    stripe.change_bank(account, OTHER_IBAN)

    calm = play(lambda: onboarding.refresh(account))

    assert [last4 for last4, _ in calm["destinations"]][1:] == ["4300"]
    assert calm["mails"].count("destination") == 2


def test_a_change_by_hand_crashed_anywhere_is_one_change(bob: User, play: Play) -> None:
    calm = play(lambda: destinations.change(None, bob, "Bob", OTHER_IBAN))

    assert len(calm["destinations"]) == 2
    assert calm["mails"].count("destination") == 2
    assert calm["acts"].count("destination_changed") == 2
