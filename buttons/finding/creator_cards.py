"""Creators as lists show them: a face, a line about them, three works, two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from accounts.models import User
from buttons.clicks import loaf
from buttons.finding.searching import works_of_each
from buttons.models import Thing

WORKS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A creator, their newest proved things, how many there are, and how many people
    flattr them this month: None for fewer than five."""

    person: User
    works: list[Thing]
    things: int
    readers: int | None

    @property
    def classes(self) -> str:
        """Of the face: the ring has the creator's colour of the loaf."""
        return f"large ring {loaf.colour(self.person.pk)}"

    @property
    def facts(self) -> list[str]:
        """The numbers, as sentences."""
        told = []
        if self.readers is not None:
            told.append(
                ngettext(
                    "%(number)d reader this month",
                    "%(number)d readers this month",
                    self.readers,
                )
                % {"number": self.readers}
            )
        if self.things:
            told.append(
                ngettext("%(number)d thing", "%(number)d things", self.things)
                % {"number": self.things}
            )
        return told


def cards(people: Sequence[User]) -> list[Card]:
    """Two queries for all of them, none for nobody."""
    if not people:
        return []
    theirs = works_of_each()
    number = theirs.order_by().values("owner").annotate(number=Count("*"))
    rows = (
        User.objects.filter(pk__in=[person.pk for person in people])
        .annotate(
            works=ArraySubquery(theirs.order_by("-pk").values("pk")[:WORKS]),
            things_made=Coalesce(Subquery(number.values("number")), 0),
            readers=F("trend__readers"),
        )
        .values_list("pk", "works", "things_made", "readers")
    )
    facts = {pk: (works, made, readers) for pk, works, made, readers in rows}
    works = Thing.objects.in_bulk(
        [pk for found, _, _ in facts.values() for pk in found]
    )
    return [
        Card(
            person,
            [works[pk] for pk in facts[person.pk][0] if pk in works],
            *facts[person.pk][1:],
        )
        for person in people
        if person.pk in facts
    ]
