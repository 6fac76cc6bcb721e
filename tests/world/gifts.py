"""Gifts that are given: the hour passes, and the creator has them."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from payouts.gifts import handing_over, offering
from payouts.models import Gift
from tests.world.people import travel


def give(
    reader: User, creator: User, amount: int = 500, thing: Thing | None = None
) -> Gift:
    """`reader` gives `creator` something once from the account, and an hour later it is
    theirs."""
    gift = offering.give(reader, creator, amount, thing=thing)
    travel(clock.now() + timedelta(hours=1, minutes=1))
    handing_over.hand_over_one(gift.pk)
    gift.refresh_from_db()
    assert gift.given_at is not None, gift.state
    return gift
