"""Searches for creators and things: who and what has the words, then what nearly has."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchVector
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from accounts.models import User
from buttons.finding.asked import Asked
from buttons.models import FoundThing, Thing, ThingQuerySet, query_of

# How many nearly have the words, at most; more are looked at, since some are not listed.
NEAR_LENGTH = 12
LOOKED_AT = 60
# From so many things on a search finds many.
MANY = 2_000
# A name that has the words comes before what somebody says about themselves.
NAMED = 1_000_000_000

EXACT = re.compile(r'"|(?:^|\s)-\w')


def listed_things(asked: Asked) -> ThingQuerySet:
    """What may be shown of things, in the category and language asked for."""
    return _narrowed(Thing.objects.listed().works().with_owner(), asked)


def works_of_each() -> ThingQuerySet:
    """Of each person of an outer query what is listed and proved to be theirs."""
    return Thing.objects.works().filter(
        owner=OuterRef("pk"), hidden=False, suspended_at=None, proved_at__isnull=False
    )


def creators(asked: Asked) -> QuerySet[User]:
    """Who may be shown as a creator: people who are here and have something listed that
    is proved to be theirs, in the category and language asked for."""
    here = User.objects.present().filter(is_creator=True, suspended_at=None)
    return here.filter(Exists(_narrowed(works_of_each(), asked)))


def _narrowed(things: ThingQuerySet, asked: Asked) -> ThingQuerySet:
    if asked.category:
        things = things.filter(found__category=asked.category)
    if asked.language:
        things = things.filter(found__language=asked.language)
    return things


def things_with(asked: Asked) -> ThingQuerySet:
    """Things that have the words of the search; all of them where there is none."""
    things = listed_things(asked)
    return things.named(asked.text) if asked.text else things


def things_weighed(asked: Asked) -> QuerySet[Thing]:
    """As `things_with`, with how often each was flattred as `weight`: two queries.

    Of many the database goes through the most flattred until it has enough, by an index
    on the number; of few it looks for the words first, so the index is kept from it.
    """
    having = FoundThing.objects.filter(words=query_of(asked.text))
    many = having[:MANY].count() == MANY
    weight = F("flattrs") if many else F("flattrs") + 0
    return things_with(asked).annotate(weight=weight)


def creators_with(asked: Asked) -> QuerySet[User]:
    """Creators whose names or words about themselves have those of the search, with
    their `weight` in the list."""
    query = query_of(asked.text)
    named = SearchVector("found__name", config="simple")
    return (
        creators(asked)
        .filter(found__words=query)
        .alias(named=named)
        .annotate(
            weight=Case(When(named=query, then=Value(NAMED)), default=Value(0))
            + Coalesce(F("trend__readers"), 0, output_field=BigIntegerField())
        )
    )


def things_near(asked: Asked) -> list[Thing]:
    """Things that have nearly the words and not all, the nearest first: one query."""
    if is_exact(asked.text):
        return []
    found = (
        listed_things(asked)
        .filter(pk__in=_near("found_things_near", asked.text))
        .exclude(found__words=query_of(asked.text))
        .annotate(nearness=_nearness(asked.text, "found__folded"))
    )
    return list(found.order_by("-nearness", "-pk")[:NEAR_LENGTH])


def creators_near(asked: Asked) -> list[User]:
    """Creators who have nearly the words, the nearest first: one query."""
    if is_exact(asked.text):
        return []
    found = (
        creators(asked)
        .filter(pk__in=_near("found_people_near", asked.text))
        .exclude(found__words=query_of(asked.text))
        .annotate(
            of_name=_nearness(asked.text, "found__name"),
            of_all=_nearness(asked.text, "found__folded"),
        )
    )
    return list(found.order_by("-of_name", "-of_all", "-pk")[:NEAR_LENGTH])


def is_exact(text: str) -> bool:
    """Whether somebody asks for "these words" or -not for others, and for nothing near.

    >>> is_exact('"old mill"'), is_exact("mill -old"), is_exact("well-known")
    (True, True, False)
    """
    return EXACT.search(text) is not None


def _near(function: str, text: str) -> RawSQL:
    return RawSQL(f"SELECT {function}(%s, %s)", [text, LOOKED_AT])  # noqa: S611


def _nearness(text: str, field: str) -> Func:
    folded = Func(Value(text), function="flattr_folded")
    function = "word_similarity"
    return Func(folded, F(field), function=function, output_field=FloatField())
