"""Our balance at Stripe as Stripe reports it, line by line, and each comparison of it
with the ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Movement(models.Model):
    """A balance transaction of Stripe's, stored once seen. Only ever added (L11).

    `net` = `amount` - `fee`, minor units, positive when it came in. `reference` is
    that of the one ledger transaction which books it.
    """

    stripe_id = models.CharField(_("Stripe's id"), max_length=100, primary_key=True)
    kind = models.CharField(_("kind"), max_length=60)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    net = models.BigIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    # Of what: a charge, a refund, a dispute, a transfer …
    source = models.CharField(_("about"), max_length=100, blank=True)
    # The payment intent of that, the group or the transfer: see `facts.Movement`.
    belongs_to = models.CharField(_("belongs to"), max_length=140, blank=True)
    reference = models.CharField(_("reference"), max_length=140, db_index=True)
    happened_at = models.DateTimeField(_("happened"), db_index=True)
    seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        db_table = "movement"
        verbose_name = _("line of Stripe's balance")
        verbose_name_plural = _("lines of Stripe's balance")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(net=models.F("amount") - models.F("fee")),
                name="movement_net_is_amount_less_fee",
            )
        ]
        indexes = [
            models.Index(fields=["source"], name="movement_of_source"),
            models.Index(fields=["belongs_to"], name="movement_of_payment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stripe_id}"


class Reconciliation(models.Model):
    """A comparison with what Stripe says, in real time: `hourly` for events that never reached
    us (H5), `nightly` for all, to the cent (L11)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(
        _("kind"),
        max_length=7,
        choices=[("hourly", _("hourly")), ("nightly", _("nightly"))],
    )
    started_at = models.DateTimeField(_("started"))
    # None while it runs, and for good where it broke off.
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Events that had not reached us.
    found = models.IntegerField(default=0)
    # How many lines nothing explains; none where that was not asked.
    unexplained = models.IntegerField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        db_table = "reconciliation"
        verbose_name = _("comparison with Stripe")
        verbose_name_plural = _("comparisons with Stripe")
        indexes = [
            models.Index(fields=["kind", "-started_at"], name="reconciliation_last")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"
