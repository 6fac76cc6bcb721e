"""Payouts while three of ten questions to Stripe go wrong, each in its own way."""

from __future__ import annotations

import hashlib
import random
from collections import Counter

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from payouts.earnings import onboarding, requesting, reviewing, topping_up, transferring
from payouts.gateway import asking
from payouts.ledger import checks
from payouts.ledger.models import Balance
from payouts.models import Payout
from tests.hostility import Budget
from tests.world.earning import give_revenue, onboard
from tests.world.people import person
from tests.world.stripes import Simulator

CREATORS = 15
A_DAY = 24 * 3_600 + 60
WHY = "looked at the blog"


def ask_for_payout(creator: User, staff: list[User]) -> Payout:
    """A payout that everybody said yes to."""
    payout = requesting.request_payout(creator)
    if payout.state == "held":
        payout = reviewing.release(payout, staff[0], WHY)
    for one in staff[: payout.approvals_needed]:
        payout = reviewing.approve(payout, one, WHY)
    return payout


def a_minute_passes() -> None:
    """One in which everything is due that waits for another try."""
    Payout.objects.filter(state="unknown").update(due_at=timezone.now())
    transferring.look_up_unknown()
    transferring.send_approved()


def all_are_sent(stripe: Simulator, dice: random.Random) -> int:
    """Let minutes pass, and days when nothing moves; how many it took."""
    minutes = 0
    while Payout.objects.filter(state__in=["approved", "unknown"]).exists():
        minutes += 1
        assert minutes < 200, list(Payout.objects.values_list("state", "refusals"))
        before = Payout.objects.filter(state="sent").count()
        a_minute_passes()
        if missing := topping_up.shortage():
            stripe.top_up(dice.choice([missing.oldest or missing.all, missing.all]))
        elif Payout.objects.filter(state="sent").count() == before:
            stripe.advance(A_DAY)
    return minutes


def digest_of(gifts: dict[str, tuple[int, int]], payouts: list[Payout]) -> str:
    """What the ledger must be, told from who was given what and paid what."""
    lines = []
    for reference, (creator, amount) in gifts.items():
        lines.append(f"{reference}|operator||EUR|{-amount}")
        lines.append(f"{reference}|revenue|{creator}|EUR|{amount}")
    for one in payouts:
        reserve, settle = f"payout:{one.pk}:reserve", f"payout:{one.pk}:settle"
        lines.append(f"{reserve}|revenue|{one.creator_id}|EUR|{-one.amount}")
        lines.append(f"{reserve}|transit|{one.creator_id}|EUR|{one.amount}")
        lines.append(f"{settle}|transit|{one.creator_id}|EUR|{-one.amount}")
        lines.append(f"{settle}|stripe_clearing||EUR|{one.amount}")
    told = "".join(f"{line}\n" for line in sorted(lines, key=str.encode))
    return hashlib.sha256(told.encode()).hexdigest()


def test_whatever_stripe_does_every_payout_is_one_transfer(
    own_database: str,
    stripe: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    budget: Budget,
) -> None:
    """W2, T6: 500 before and after, kept and not, lost, late, 429, 409, keys gone."""
    monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.25)
    asking.client.cache_clear()
    dice = random.Random(6)
    staff = [person("dora", is_staff=True), person("erik", is_staff=True)]
    creators = [person(f"creator-{n}") for n in range(CREATORS)]
    for creator in creators:
        onboard(stripe, creator)
    gifts: dict[str, tuple[int, int]] = {}
    wanted = budget(30, 300, 60)
    stripe.chaos(probability=0.3, method="*", seconds=0.4, seed=6)

    for _ in range(wanted // CREATORS):
        stripe.calm()
        for creator in creators:
            amount = dice.randrange(1_000, 60_000)
            gifts[give_revenue(creator, amount)] = (creator.pk, amount)
            ask_for_payout(creator, staff)
        stripe.chaos(probability=0.3, method="*", seconds=0.4, seed=dice.random())
        all_are_sent(stripe, dice)

    stripe.calm()
    payouts = list(Payout.objects.order_by("pk"))
    transfers = stripe.all("transfer")
    assert len(payouts) == len(transfers) == wanted
    assert {one.state for one in payouts} == {"sent"}
    assert Counter(one["transfer_group"] for one in transfers) == Counter(
        one.group for one in payouts
    )
    assert {one["id"]: one["amount"] for one in transfers} == {
        one.transfer_id: one.amount for one in payouts
    }
    transit = Balance.objects.filter(account__kind="transit")
    assert transit.aggregate(total=Sum("amount"))["total"] == 0
    assert checks.digest() == digest_of(gifts, payouts)
    assert not any(checks.check().values())
    for creator in creators:
        assert onboarding.refresh(creator.stripe_account.stripe_id) is not None
