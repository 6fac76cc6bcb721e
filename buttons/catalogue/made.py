"""What somebody made, counted: for their profile and their badge."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DateTimeField, Exists, Func, Q, Sum

from accounts.models import User
from buttons.models import (
    OWN_PROFILE,
    CreatorTrend,
    Thing,
    ThingQuerySet,
    TrendHour,
)
from buttons.things.languages import LANGUAGES
from buttons.things.submitting import DEFAULT_LANGUAGE

# Works that stand below another one.
MORE = 3


@dataclass(frozen=True, slots=True)
class Made:
    """Of the proved things of one person that are listed: how many works, how often
    these and the person were flattred, and the ids of their languages."""

    things: int
    flattrs: int
    languages: tuple[str, ...]

    @property
    def writes_in(self) -> list[str]:
        """The names of the languages, in their order. Things that say none are kept as
        English ones, so English alone says nothing."""
        if set(self.languages) <= {DEFAULT_LANGUAGE}:
            return []
        return [str(name) for known, name in LANGUAGES if known in self.languages]


RUNNING = Func(Func(function="flattr_clock"), function="flattr_period")
MONTH_BEGAN = Func(RUNNING, function="flattr_month_start", output_field=DateTimeField())

NOTHING = Made(0, 0, ())


def things_of(creator: User) -> ThingQuerySet:
    """Their works; without the person, who is a thing as well once flattred."""
    return Thing.objects.made_by(creator).works()


def by(creator: User) -> Made:
    """One query, whatever the number of things."""
    works = ~Q(proof=OWN_PROFILE)
    counted = Thing.objects.made_by(creator).aggregate(
        things=Count("pk", filter=works),
        flattrs=Sum("flattrs", default=0),
        languages=ArrayAgg("language", distinct=True, default=[]),
    )
    return Made(counted["things"], int(counted["flattrs"]), tuple(counted["languages"]))


def readers_of(creator: User) -> int | None:
    """How many people flattr them in the month that runs, as it was counted for all
    within the hour; None below five, and while nothing of this month is counted."""
    counted = TrendHour.objects.filter(made_at__gte=MONTH_BEGAN)
    trend = CreatorTrend.objects.filter(Exists(counted), creator=creator)
    return trend.values_list("readers", flat=True).first()


def more_by(creator: User, thing: Thing) -> list[Thing]:
    """Three other works of theirs, the most flattred first."""
    others = things_of(creator).exclude(pk=thing.pk).with_owner()
    return list(others.order_by("-flattrs", "-pk")[:MORE])
