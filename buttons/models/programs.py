"""Subscriptions of readers, and the answers that programs got."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from accounts.models import Budget
from flattr.templatetags.flattr import day


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def due(self, period: int) -> SubscriptionQuerySet:
        """Those that have not fired in `period` and can: the reader's budget is open,
        and the thing can be flattred and is not the reader's own."""
        open_budgets = Budget.objects.open(period).values("reader")
        return (
            self.filter(
                paused_at=None,
                fired_period__lt=period,
                reader__in=open_budgets,
                reader__is_active=True,
                reader__suspended_at=None,
                reader__closing_at=None,
                thing__suspended_at=None,
                thing__owner__suspended_at=None,
                thing__owner__closing_at=None,
            )
            .exclude(thing__owner__is_active=False)
            .exclude(thing__owner=models.F("reader"))
        )


class Subscription(models.Model):
    """A reader flattrs a thing every month, until that is paused or ended."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions"
    )
    thing = models.ForeignKey(
        "buttons.Thing", models.CASCADE, related_name="subscriptions"
    )
    created_at = models.DateTimeField()
    # When it was last begun or resumed.
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    # The latest month in which it did its work; 0 for none yet.
    fired_period = models.IntegerField(default=0)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        db_table = "subscription"
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "thing"], name="subscription_once_for_a_thing"
            )
        ]
        indexes = [
            models.Index(
                fields=["fired_period", "id"],
                condition=models.Q(paused_at=None),
                name="subscription_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} subscribes to {self.thing_id}"

    @property
    def active(self) -> bool:
        return self.paused_at is None

    @property
    def state(self) -> str:
        """Since when it runs, or when it was paused."""
        if self.paused_at is None:
            return gettext("Since %(day)s") % {"day": day(self.started_at)}
        return gettext("Paused on %(day)s") % {"day": day(self.paused_at)}

    @property
    def next_step(self) -> str:
        """What its button does."""
        return gettext("Pause") if self.active else gettext("Resume")


class KeptAnswer(models.Model):
    """What a call with an `Idempotency-Key` was answered, for a day: the same call
    again gets the same answer and does nothing.

    `caller` is the bucket of the token; `asked` a digest of the call.
    """

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "kept_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "key"], name="kept_answer_once_for_a_key"
            )
        ]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return self.key
