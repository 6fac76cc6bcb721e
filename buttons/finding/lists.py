"""The two lists of Discover: creators and things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db.models import Model
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people.finding import person_named
from buttons.finding import neighbours, searching, trends
from buttons.finding.asked import ORDERS, Asked
from buttons.finding.creator_cards import Card, cards
from buttons.models import Thing
from buttons.things.listing import part_of

# So many rise at least, or Discover begins with another list.
ENOUGH = 6
# How many of the other kind a search shows.
OTHERS = 3

# What an order means, where its name alone does not say it.
MEANINGS: dict[str, str | LazyText] = {
    "trend": gettext_lazy(
        "More readers so far this month than in as many days of last month, the"
        " steepest first. People are counted, once an hour, from five on."
    ),
    "near": gettext_lazy(
        "What creators whom you flattr show that they flattr, and you have not yet."
    ),
}

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of Discover: what was asked for, and behind what the next part begins.

    `near` has nearly the words of a search, where all that has them was shown. `others`
    are the best of the other kind, so that nobody looks for a person among things in
    vain.
    """

    asked: Asked
    order: str
    after: str
    things: list[Thing]
    people: list[Card]
    near_things: list[Thing] = field(default_factory=list)
    near_people: list[Card] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        """What the order means; empty for a search, and where nothing is shown."""
        if self.asked.text or not (self.things or self.people):
            return ""
        return str(MEANINGS.get(self.order, ""))

    @property
    def near_title(self) -> str:
        """Above what has nearly the words: whether anything has them all."""
        if (self.things and self.near_things) or (self.people and self.near_people):
            return _("Nearly those words")
        return _("Nothing has exactly those words, and this comes near")

    @property
    def first_address(self) -> str:
        return self.asked.but()

    @property
    def more(self) -> str:
        """The address of the next part, or empty."""
        order = self.order if self.order in ORDERS else ""
        return self.asked.but(after=self.after, sort=order) if self.after else ""


def things(asked: Asked) -> Found:
    """Things, and the best of the creators that a search finds."""
    if not asked.text:
        order, rows, after = _ordered(asked, _things_by, "flattrs")
        return Found(asked, order, after, rows, [])
    order = asked.sort if asked.sort == "new" else "flattrs"
    rows, after = _things_by(order, asked)
    near = [] if after else searching.things_near(asked)
    return Found(asked, order, after, rows, cards(_best_people(asked)), near)


def creators(asked: Asked) -> Found:
    """Creators, and the best of the things that a search finds."""
    if not asked.text:
        order, rows, after = _ordered(asked, _creators_by, "new")
        return Found(asked, order, after, [], cards(rows))
    found = searching.creators_with(asked)
    exact = person_named(asked.text)
    if exact is not None:
        found = found.exclude(pk=exact.pk)
    rows, after = part_of(found, "weight", asked.after)
    if exact is not None and asked.first:
        rows = [exact, *rows]
    near = [] if after else searching.creators_near(asked)
    shown = {card.person.pk: card for card in cards([*rows, *near])}
    return Found(
        asked,
        "",
        after,
        _best_things(asked),
        [shown[one.pk] for one in rows],
        near_people=[shown[one.pk] for one in near if one != exact],
    )


def _ordered(
    asked: Asked, by: Callable[[str, Asked], tuple[list[Row], str]], otherwise: str
) -> tuple[str, list[Row], str]:
    """In the order asked for; else what rises, if enough does to look at."""
    if asked.sort:
        return asked.sort, *by(asked.sort, asked)
    if asked.first and not asked.narrowed:
        rows, after = by("trend", asked)
        if len(rows) >= ENOUGH:
            return "trend", rows, after
    return otherwise, *by(otherwise, asked)


def _things_by(order: str, asked: Asked) -> tuple[list[Thing], str]:
    if order == "trend":
        return part_of(trends.rising_things(asked), "rise", asked.after)
    if order == "near" and asked.reader is not None:
        around = neighbours.things_of_neighbours(asked, asked.reader)
        return part_of(around, "by", asked.after)
    if order == "new" or not asked.text:
        weight = "" if order == "new" else "flattrs"
        return part_of(searching.things_with(asked), weight, asked.after)
    return part_of(searching.things_weighed(asked), "weight", asked.after)


def _creators_by(order: str, asked: Asked) -> tuple[list[User], str]:
    if order == "trend":
        return part_of(trends.rising_creators(asked), "rise", asked.after)
    if order == "near" and asked.reader is not None:
        around = neighbours.neighbours(asked, asked.reader)
        return part_of(around, "by", asked.after)
    return part_of(searching.creators(asked), "", asked.after)


def _best_people(asked: Asked) -> list[User]:
    """Whoever has exactly that username, then who has the words, else nearly has them;
    in whatever category."""
    if not asked.first:
        return []
    anywhere = replace(asked, category="", language="")
    exact = person_named(asked.text)
    found, _behind = part_of(searching.creators_with(anywhere), "weight", "", OTHERS)
    best = [one for one in found if one != exact]
    best = [exact, *best] if exact is not None else best
    return (best or searching.creators_near(anywhere))[:OTHERS]


def _best_things(asked: Asked) -> list[Thing]:
    if not asked.first:
        return []
    anywhere = replace(asked, category="", language="")
    found, _behind = part_of(searching.things_weighed(anywhere), "weight", "", OTHERS)
    return found or searching.things_near(anywhere)[:OTHERS]
