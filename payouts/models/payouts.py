"""What creators are paid, and what we have at Stripe to pay it from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payouts.models.payees import Destination
from payouts.models.payout_states import OPEN, UNDONE, State

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

USER = settings.AUTH_USER_MODEL


class StripeBalance(models.Model):
    """One row: our money at Stripe as it was last read, before payouts are sent."""

    one = models.BooleanField(primary_key=True, default=True)
    # Minor units that can be transferred, less what was transferred since.
    available = models.BigIntegerField()
    read_at = models.DateTimeField()
    # The day on which staff were last written to that it is too little.
    told_on = models.DateField(null=True)

    class Meta:
        db_table = "stripe_balance"

    def __str__(self) -> str:
        return str(self.available)


class PayoutQuerySet(models.QuerySet["Payout"]):
    def by_stripe(self) -> PayoutQuerySet:
        return self.exclude(destination__stripe_id="")

    def with_approvals(self) -> PayoutQuerySet:
        """Each with `approved`: by how many people."""
        said_yes = (
            Approval.objects.filter(payout=models.OuterRef("pk"))
            .order_by()
            .values("payout")
            .annotate(many=models.Count("*"))
            .values("many")
        )
        return self.annotate(
            approved=Coalesce(models.Subquery(said_yes), models.Value(0))
        )


class Payout(models.Model):
    """Our decision to pay a creator, which staff review.

    The money is in the creator's `transit` from the request on: sent settles it,
    rejected or failed gives it back to `revenue`. Handed to Stripe it is `unknown`
    until Stripe's answer is there, however long that takes (W2).
    """

    id = models.BigAutoField(_("number"), primary_key=True)
    creator = models.ForeignKey(
        USER, models.PROTECT, related_name="payouts", verbose_name=_("creator")
    )
    destination = models.ForeignKey(Destination, models.PROTECT)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.REQUESTED
    )
    # The month of the monthly run that made it; none when the creator asked.
    run_period = models.IntegerField(_("monthly run"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    # What looks wrong, in words; if anything does, two people must approve.
    flags = models.JSONField(default=list, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(_("reason"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Real time: when it was handed to Stripe, and when Stripe is asked again.
    asked_at = models.DateTimeField(_("sent to Stripe"), null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Real time: until then a worker is at it (payouts.gateway.claims).
    claimed_until = models.DateTimeField(null=True, blank=True)
    # How often Stripe refused: it repeats a refusal under a key, so the next has another.
    refusals = models.PositiveSmallIntegerField(default=0)
    # What came back of it after it was sent.
    returned = models.BigIntegerField(default=0)
    # The bank's reference (by hand) or Stripe's id of the transfer.
    transfer_id = models.CharField(_("reference"), max_length=140, blank=True)
    sent_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        db_table = "payout"
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.CheckConstraint(
                # From 10.00, but for a platform that ends: `winding.sql`.
                condition=models.Q(amount__gte=1),
                name="payout_is_something",
            ),
            models.UniqueConstraint(
                fields=["creator", "run_period"], name="payout_once_a_run"
            ),
            models.UniqueConstraint(
                fields=["creator"],
                condition=models.Q(state__in=OPEN),
                name="payout_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="payout_by_state"),
            # The sums of a few months, for staff's first page.
            models.Index(
                fields=["sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="payout_sent",
            ),
        ]

    IN_WORDS: ClassVar[dict[str, StrPromise]] = {
        State.REQUESTED: _("requested, we review it"),
        State.APPROVED: _("approved, to be sent"),
        State.HELD: _("under closer review"),
        State.UNKNOWN: _("on its way, waiting for the bank's answer"),
        State.REJECTED: _("not paid, the money is yours again"),
        State.SENT: _("paid"),
        State.FAILED: _("came back, the money is yours again"),
    }

    def __str__(self) -> str:
        return gettext("payout %(number)s") % {"number": self.pk}

    @property
    def in_words(self) -> str:
        """The state as the creator's page says it."""
        return str(self.IN_WORDS[self.state])

    @property
    def by_stripe(self) -> bool:
        return self.destination.by_stripe

    @property
    def reference(self) -> str:
        """How it begins in the ledger, and what Stripe's transfer is about."""
        return f"payout:{self.pk}"

    @property
    def key(self) -> str:
        """Stripe's idempotency key: asking twice under it sends once."""
        return self.reference + (f":{self.refusals}" if self.refusals else "")

    @property
    def group(self) -> str:
        """The name under which Stripe lists its transfers, whatever key they had."""
        return f"payout_{self.pk}"

    @classmethod
    def of_group(cls, group: str) -> Payout | None:
        """The payout whose transfers are listed so; None for what is not ours."""
        kind, _, number = group.partition("_")
        if kind != "payout" or not number.isdecimal():
            return None
        return cls.objects.filter(pk=int(number)).first()

    @property
    def told_reason(self) -> str:
        """The reason, where the creator reads it."""
        return self.reason if self.state in UNDONE else ""


class Approval(models.Model):
    """One staff member's approval of one payout: never the payee's, never twice."""

    id = models.BigAutoField(primary_key=True)
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="approvals")
    staff = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "approval"
        constraints = [
            models.UniqueConstraint(
                fields=["payout", "staff"], name="approval_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} approved {self.payout_id}"
