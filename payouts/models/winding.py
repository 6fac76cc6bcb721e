"""The platform winds down: nothing new, and everybody is paid back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RunningMonth(models.TextChoices):
    """What becomes of the month in which it began; the operator's choice."""

    CLOSE = "close", _("is closed as every month, and the rest is given back")
    GIVE_BACK = "give_back", _("pays nothing, and all of it is given back")


class WindingDownQuerySet(models.QuerySet["WindingDown"]):
    def running(self) -> WindingDown | None:
        """The one that was begun and not stopped; one query."""
        return self.filter(stopped_at=None).first()

    def giving_back(self) -> WindingDownQuerySet:
        """The one by which money goes back."""
        return self.filter(gives_back_since__isnull=False)


class WindingDown(models.Model):
    """Since when, by whose word and how the platform winds down. While one is not
    stopped the database takes no flattr, promise, subscription, payment or higher budget
    (`winding.sql`); it can be stopped until money goes back."""

    id = models.BigAutoField(primary_key=True)
    began_at = models.DateTimeField(_("began"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("begun by"),
    )
    # The month that ran when it began, and what becomes of it.
    period = models.IntegerField(_("month"))
    running_month = models.CharField(
        _("the running month"), max_length=9, choices=RunningMonth.choices
    )
    # From here on unspent means go back, and it cannot be stopped any more.
    gives_back_since = models.DateTimeField(_("gives back since"), null=True)
    # Everybody up to this id was written to: upwards when it began, and downwards after
    # it was stopped.
    told_through = models.BigIntegerField(default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True)

    objects = WindingDownQuerySet.as_manager()

    class Meta:
        db_table = "winding_down"
        verbose_name = _("winding down")
        verbose_name_plural = _("windings down")
        constraints = [
            models.CheckConstraint(
                condition=Q(gives_back_since=None) | Q(stopped_at=None),
                name="winding_down_stops_before_it_gives_back",
            ),
            models.UniqueConstraint(
                # Of those that are not stopped there is one.
                models.Value(1),
                condition=Q(stopped_at=None),
                name="winding_down_runs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"winding down since {self.began_at:%Y-%m-%d}"

    @property
    def closes(self) -> bool:
        """Whether the month in which it began is closed as every month."""
        return self.running_month == RunningMonth.CLOSE
