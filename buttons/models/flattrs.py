"""What readers give to things: flattrs, promises to people not here yet, and the
confirm forms that were used."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import User
from buttons.models.thing import Thing


class FlattrQuerySet(models.QuerySet["Flattr"]):
    def of_month(self, reader: User, period: int) -> FlattrQuerySet:
        """What a reader flattred in a month, in the order of the clicks, each with
        its thing and its creator: one query."""
        return (
            self.filter(reader=reader, period=period)
            .select_related("thing", "creator")
            .order_by("received_at", "thing_id")
        )

    def shown_by(self, reader: User) -> FlattrQuerySet:
        """What others may see of what a reader flattred, newest first, each with its
        thing and owner: nothing until the reader wants it so."""
        if not reader.shows_flattrs or reader.suspended_at is not None:
            return self.none()
        return (
            self.filter(reader=reader, thing__in=Thing.objects.listed())
            .select_related("thing__owner")
            .order_by("-period", "-received_at", "thing_id")
        )

    def units(self, reader: User, period: int, policy: str) -> list[int]:
        """The ids that a reader's month is divided by: distinct creators, or things
        under the policy `thing`; ascending."""
        unit = "creator_id" if policy == "creator" else "thing_id"
        found = self.filter(reader=reader, period=period).order_by(unit)
        return list(found.values_list(unit, flat=True).distinct())


class Flattr(models.Model):
    """One click: a reader, a thing, a month. The creator is the owner at the click.

    The table is partitioned by month; rows are inserted and, while the month runs,
    deleted (undo), never changed. `buttons.clicks.flattring` is the only door.
    """

    pk = models.CompositePrimaryKey("period", "reader", "thing")
    period = models.IntegerField()
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="flattrs_given"
    )
    thing = models.ForeignKey(Thing, models.DO_NOTHING, related_name="received")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="flattrs_received"
    )
    received_at = models.DateTimeField()

    objects = FlattrQuerySet.as_manager()

    class Meta:
        db_table = "flattr"
        managed = False

    def __str__(self) -> str:
        return f"{self.reader_id} flattred {self.thing_id} in {self.period}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    def made(self, reader: User) -> PromiseQuerySet:
        """A reader's promises of all months that still wait, newest first, each with
        its thing and who was named for it: one query."""
        return (
            self.filter(reader=reader)
            .select_related("thing__owner")
            .order_by("-promised_at", "-id")
        )


class Promise(models.Model):
    """A flattr to a thing without a proved owner: it counts, takes no share and
    moves no money. Once a month for a reader and a thing, like a flattr."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    thing = models.ForeignKey(Thing, models.PROTECT)
    period = models.IntegerField()
    promised_at = models.DateTimeField()

    objects = PromiseQuerySet.as_manager()

    class Meta:
        db_table = "promise"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "reader", "thing"], name="promise_once_a_month"
            )
        ]
        indexes = [models.Index(fields=["thing"], name="promise_thing")]

    def __str__(self) -> str:
        return f"{self.reader_id} promised {self.thing_id}"


class UsedIntent(models.Model):
    """The nonce of a confirm form that was sent: it works once."""

    nonce = models.CharField(max_length=32, primary_key=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "used_intent"
        indexes = [models.Index(fields=["used_at"], name="used_intent_at")]

    def __str__(self) -> str:
        return self.nonce
