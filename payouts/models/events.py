"""What Stripe told us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StripeEvent(models.Model):
    """A signed message from Stripe that something changed. Only ever added (L3).

    What it says about people is not stored: whoever applies it fetches the object anew,
    so its id is enough.
    """

    # Stripe's; when it is sent again, it is the same row.
    id = models.CharField(_("Stripe's id"), max_length=100, primary_key=True)
    kind = models.CharField(_("kind"), max_length=100)
    # The connected account it is about; empty for our own.
    account = models.CharField(_("connected account"), max_length=100, blank=True)
    # What changed: Stripe's word for it, such as `charge`, and its id.
    object_kind = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=100, blank=True)
    # The payment intent it belongs to, where Stripe says so.
    payment_id = models.CharField(_("payment"), max_length=100, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        db_table = "stripe_event"
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class EventWork(models.Model):
    """An event that is to be applied; tried again later when it fails, without holding
    up others (H4)."""

    event = models.OneToOneField(
        StripeEvent, models.PROTECT, primary_key=True, related_name="work"
    )
    # Real time.
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        db_table = "event_work"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(done_at=None), name="event_work_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)
