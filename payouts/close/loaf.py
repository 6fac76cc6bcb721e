"""The loaf: a month's budget as one strip, cut into equal slices, one a creator."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User

COLOURS = 7


def colour(creator_id: int) -> str:
    """The class of a creator's slice: the same everywhere."""
    return f"s{1 + creator_id % COLOURS}"


def slices(creators: Iterable[User]) -> list[tuple[str, str]]:
    """Class and label of each slice, as `_loaf.html` takes them."""
    return [(colour(creator.pk), creator.name_and_username) for creator in creators]
