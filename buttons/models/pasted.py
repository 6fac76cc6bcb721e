"""What readers paste to see whom it would give to: lists of addresses, and what was
read at each."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef


class Seen(StrEnum):
    """What stood at an address, or why nothing could be read, as a word that pages
    never show."""

    PAGE = "page"
    FEED = "feed"
    REPOSITORY = "repository"
    LIST = "list"
    REFUSED = "refused"
    GONE = "gone"
    LOGIN = "login"
    NO_PAGE = "no_page"
    UNREACHED = "unreached"
    TOO_SLOW = "too_slow"


# What may be better in a moment.
PASSING = {Seen.UNREACHED, Seen.TOO_SLOW}


class ReadingQuerySet(models.QuerySet["Reading"]):
    def wanted(self) -> ReadingQuerySet:
        """Those of addresses that stand in somebody's list."""
        lists = PastedAddress.objects.filter(reading=OuterRef("pk"))
        return self.filter(Exists(lists))


class Reading(models.Model):
    """What was read at one address, whoever asked: shared by all who paste it.

    `found` is a `buttons.anywhere.found_there.Found` as JSON: what would be flattred,
    and what creators have published there. `person` is whom the proofs' own check saw
    there: who would get a flattr. `tries` counts the workers that began.
    """

    id = models.BigAutoField(primary_key=True)
    url = models.CharField(max_length=2000, unique=True)
    host = models.CharField(max_length=255)
    # When a worker may claim it; nothing once it is read.
    due_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    found = models.JSONField(default=dict)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = ReadingQuerySet.as_manager()

    class Meta:
        db_table = "reading"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=False, read_at=None)
                | models.Q(due_at=None, read_at__isnull=False, outcome__gt=""),
                name="reading_is_due_or_read",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="reading_due",
            ),
            models.Index(fields=["host", "due_at"], name="reading_of_host"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class PastedQuerySet(models.QuerySet["Pasted"]):
    def untold(self) -> PastedQuerySet:
        """Lists that are read to the end, and whose owners were not told yet."""
        waiting = PastedAddress.objects.filter(
            pasted=OuterRef("pk"), reading__due_at__isnull=False
        )
        return self.filter(~Exists(waiting), told_at=None)


class Pasted(models.Model):
    """A list of addresses that somebody pasted, for them alone.

    `left_out` counts what was more than a list may hold; `told_at` is when all of it
    was read for the first time.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pasted"
    )
    title = models.CharField(max_length=100)
    left_out = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = PastedQuerySet.as_manager()

    class Meta:
        db_table = "pasted"
        indexes = [
            models.Index(
                fields=["told_at"],
                condition=models.Q(told_at=None),
                name="pasted_untold",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PastedAddress(models.Model):
    """One address of a list, in its `place`. `title` is what the list calls it. Those
    `inside` came from a list that stood at an address: they are no lists again."""

    id = models.BigAutoField(primary_key=True)
    pasted = models.ForeignKey(Pasted, models.CASCADE, related_name="addresses")
    reading = models.ForeignKey(Reading, models.PROTECT, related_name="addresses")
    place = models.PositiveIntegerField()
    title = models.CharField(max_length=100, blank=True)
    inside = models.BooleanField(default=False)

    class Meta:
        db_table = "pasted_address"
        constraints = [
            models.UniqueConstraint(
                fields=["pasted", "reading"], name="pasted_address_once_a_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pasted_id}: {self.reading_id}"
