"""Months of a crowd, closed for all but a few, who are closed later."""

from __future__ import annotations

from accounts.models import User
from flattr.database import clock
from payouts.close import closing
from tests.world.crowd import World


def close(world: World, without: frozenset[int] = frozenset()) -> int:
    """End the running month and close it, for everybody but `without`."""
    User.objects.filter(pk__in=without).update(suspended_at=clock.now())
    month = world.month_passes()
    closing.close_month(month)
    world.books.closes(month, without)
    return month


def close_late(world: World, month: int, readers: frozenset[int]) -> None:
    User.objects.filter(pk__in=readers).update(suspended_at=None)
    for reader in readers:
        closing.close_reader(month, reader)
        world.books.closes_one(month, reader)
