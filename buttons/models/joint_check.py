"""What may be somebody's, checked all together when they ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from buttons.models.proof import Look
from buttons.models.thing import Thing

# A page that could not be looked at by then is told of as it is.
GIVES_UP = timedelta(hours=1)


class JointCheckQuerySet(models.QuerySet["JointCheck"]):
    def waiting(self, now: datetime) -> JointCheckQuerySet:
        """Those that were not looked at yet since they were asked for."""
        looked = Look.objects.filter(
            thing=models.OuterRef("thing"), looked_at__gte=models.OuterRef("asked_at")
        )
        return self.filter(
            ~models.Exists(looked),
            told_at=None,
            thing__proved_at=None,
            asked_at__gt=now - GIVES_UP,
        )


class JointCheck(models.Model):
    """A thing that may be a person's, among all that they had checked together.
    `told_at` is when they were told what became of all of it."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="joint_checks"
    )
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="joint_checks")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = JointCheckQuerySet.as_manager()

    class Meta:
        db_table = "joint_check"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "thing"], name="joint_check_once_a_person_and_thing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(told_at=None),
                name="joint_check_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} for {self.person_id}"
