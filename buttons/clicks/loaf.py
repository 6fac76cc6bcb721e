"""The loaf: a month's budget as one strip, cut into equal slices, one a creator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User

COLOURS = 12


@dataclass(frozen=True, slots=True)
class Slice:
    """One unit of a reader's month, in the colour that it has everywhere. `username`
    and `picture` are whose face it shows: the creator's, or the owner's of a thing."""

    colour: str
    name: str
    username: str
    picture: str = ""


def colour(unit: int) -> str:
    """The class of the slice of a creator, or of a thing where the month is shared by
    things: the same on every page and in mails."""
    return f"s{1 + unit % COLOURS}"


def slices(creators: Iterable[User]) -> list[Slice]:
    """The slices of these creators, as `_loaf.html` shows them."""
    return [
        Slice(
            colour(creator.pk),
            creator.name_and_username,
            creator.username,
            creator.picture,
        )
        for creator in creators
    ]
