"""Where a creator's programs are told what happens, and what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _


class Happening(models.TextChoices):
    """What a creator may be told of: the `type` of an event."""

    MONTH_REVENUE = "month.revenue", _("A month is closed and brought me something")
    PAYOUT_SENT = "payout.sent", _("A payout of mine was sent")
    PROMISE_WAITING = (
        "promise.waiting",
        _("Flattrs wait until I prove a page that names me"),
    )
    PROOF_LOST = "proof.lost", _("It is no longer seen that a page is mine")


# Sent when the creator asks for it.
TEST = "webhook.test"


class WhyOff(models.TextChoices):
    """Why nothing is sent any more."""

    CREATOR = "creator"
    SILENT = "silent"  # for a week nothing was accepted
    GONE = "gone"  # the address answered 410


class Hook(models.Model):
    """An address of a creator's that events are posted to, one for each creator.

    `secret` is encrypted. While `rests_until` is ahead nothing is posted there, so that
    an address that does not answer holds up nobody else. `failing_since` is the first
    failure after which nothing was accepted. These times are the machine's.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="hook"
    )
    url = models.CharField(max_length=2000)
    secret = models.TextField()
    types = ArrayField(models.CharField(max_length=40), default=list)
    made_at = models.DateTimeField()
    rests_until = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)
    why_off = models.CharField(max_length=10, blank=True, choices=WhyOff.choices)

    class Meta:
        db_table = "hook"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(off_at=None, why_off="")
                | models.Q(off_at__isnull=False, why_off__in=WhyOff.values),
                name="hook_is_off_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is told at {self.url}"

    @property
    def is_on(self) -> bool:
        return self.off_at is None


def new_uid() -> str:
    return f"evt_{get_random_string(24)}"


class HookEventQuerySet(models.QuerySet["HookEvent"]):
    def due(self, now: datetime) -> HookEventQuerySet:
        return self.filter(
            due_at__lte=now, hook__off_at=None, hook__rests_until__lte=now
        )


class HookEvent(models.Model):
    """What a hook is told, written in the transaction of what it is about, once for
    each `key`.

    `due_at` is when it is posted next: none once it was accepted (`delivered_at`), or
    given up. `uid` is the same in every try, so that whoever receives it twice can
    tell. `data` names nobody but the creator.
    """

    id = models.BigAutoField(primary_key=True)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="events")
    key = models.CharField(max_length=200)
    uid = models.CharField(max_length=40, unique=True, default=new_uid)
    type = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    # What the address answered, or why it did not.
    answer = models.CharField(max_length=300, blank=True)

    objects = HookEventQuerySet.as_manager()

    class Meta:
        db_table = "hook_event"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["hook", "key"], name="hook_event_once_for_a_key"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(due_at__isnull=False),
                name="hook_event_due",
            ),
            models.Index(fields=["happened_at"], name="hook_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"
