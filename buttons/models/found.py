"""What people look for: the words that creators and things are found by, and how many
readers they have."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from buttons.models.thing import Thing

# Fewer readers are never counted out loud.
FEWEST_READERS = 5

PERSON = settings.AUTH_USER_MODEL


def near(name: str) -> GinIndex:
    """For how near words are to `folded`."""
    return GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name=name)


def owned_by(to: Any, related_name: str) -> Any:
    """The database deletes the row with what it is about."""
    return models.OneToOneField(
        to,
        models.DO_NOTHING,
        primary_key=True,
        related_name=related_name,
        db_constraint=False,
    )


class FoundThing(models.Model):
    """What a thing is found by. The database keeps it as the thing is, beside it, since
    each click changes the thing and would write to every index on it.

    `words` are those of its title, description, tags and host, without accents;
    `folded` is title and tags for words that are nearly right.
    """

    thing = owned_by(Thing, "found")
    category = models.CharField(max_length=10)
    language = models.CharField(max_length=5)
    folded = models.TextField()
    words = SearchVectorField()

    class Meta:
        db_table = "found_thing"
        indexes = [
            near("found_thing_near"),
            GinIndex(fields=["words"], name="found_thing_words"),
            models.Index(fields=["category", "thing"], name="found_thing_category"),
            models.Index(fields=["language", "thing"], name="found_thing_language"),
        ]

    def __str__(self) -> str:
        return self.folded


class FoundPerson(models.Model):
    """What a creator is found by, kept by the database, and gone when they are erased.

    `name` is username and names without accents, `words` are those and what they say
    about themselves, `folded` is both for words that are nearly right.
    """

    person = owned_by(PERSON, "found")
    name = models.TextField()
    folded = models.TextField()
    words = SearchVectorField()

    class Meta:
        db_table = "found_person"
        indexes = [
            near("found_person_near"),
            GinIndex(fields=["words"], name="found_person_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Trend(models.Model):
    """How many people flattred it in the month that runs, of an hour ago at most; there
    is none of fewer than five.

    `rise` is by how much they are more than in as many days of the month before, in
    thousandths of those (fewer than five count as five); 0 where they are not more.
    """

    readers = models.IntegerField()
    rise = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.readers} readers of {self.pk}"


class ThingTrend(Trend):
    thing = owned_by(Thing, "trend")

    class Meta:
        db_table = "thing_trend"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readers__gte=FEWEST_READERS),
                name="thing_trend_is_of_five_readers_or_more",
            )
        ]
        indexes = [models.Index(fields=["-rise", "-thing"], name="thing_trend_rise")]


class CreatorTrend(Trend):
    creator = owned_by(PERSON, "trend")

    class Meta:
        db_table = "creator_trend"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readers__gte=FEWEST_READERS),
                name="creator_trend_is_of_five_readers_or_more",
            )
        ]
        indexes = [
            models.Index(fields=["-rise", "-creator"], name="creator_trend_rise")
        ]


class TrendHour(models.Model):
    """When the trends were counted last, by the platform's clock: one row."""

    one = models.BooleanField(primary_key=True, default=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "trend_hour"
        constraints = [
            models.CheckConstraint(condition=models.Q(one=True), name="trend_hour_one")
        ]

    def __str__(self) -> str:
        return f"{self.made_at}"
