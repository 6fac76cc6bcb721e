"""The loaf: a month's budget as one strip, cut into equal slices, one a creator."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User

COLOURS = 7


def colour(unit: int) -> str:
    """The class of the slice of a creator, or of a thing where the month is shared by
    things: the same on every page and in mails."""
    return f"s{1 + unit % COLOURS}"


def slices(creators: Iterable[User]) -> list[tuple[str, str]]:
    """Class and label of each slice, as `_loaf.html` takes them."""
    return [(colour(creator.pk), creator.name_and_username) for creator in creators]
