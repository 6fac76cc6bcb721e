"""Closes, what they wrote, and what creators are paid.

Rows of a close are written by the functions in `payouts/sql/` alone; the
application reads them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from accounts.models import User
from flattr import months
from payouts.ledger.models import Account, Entry

USER = settings.AUTH_USER_MODEL


class CloseQuerySet(models.QuerySet["Close"]):
    def with_set_aside(self) -> CloseQuerySet:
        """Each with `set_aside`: how many readers were and are not closed yet."""
        problems = (
            CloseProblem.objects.filter(
                period=models.OuterRef("period"), closed_at=None
            )
            .order_by()
            .values("period")
            .annotate(many=models.Count("*"))
            .values("many")
        )
        return self.annotate(
            set_aside=Coalesce(models.Subquery(problems), models.Value(0))
        )


class Close(models.Model):
    """The settlement of one month: begun (closing), then closed for good."""

    period = models.IntegerField(primary_key=True)
    state = models.TextField(choices=[("closing", "closing"), ("closed", "closed")])
    policy = models.TextField()
    fee_percent = models.IntegerField()
    currency = models.TextField()
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    readers = models.BigIntegerField(default=0)
    creators = models.BigIntegerField(default=0)
    flattrs = models.BigIntegerField(default=0)
    shares = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    digest = models.TextField(default="")

    objects = CloseQuerySet.as_manager()

    class Meta:
        db_table = "close"
        managed = False

    def __str__(self) -> str:
        return f"close of {months.show(self.period)}"


class ReaderMonth(models.Model):
    """A reader's month as frozen when its close began: what the split is made from."""

    pk = models.CompositePrimaryKey("period", "reader")
    period = models.IntegerField()
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="months")
    account = models.ForeignKey("ledger.Account", models.DO_NOTHING)
    budget = models.BigIntegerField()
    means = models.BigIntegerField()
    spent = models.BigIntegerField()
    fee = models.BigIntegerField()
    creators = models.IntegerField()
    units = models.IntegerField()
    offset = models.IntegerField(db_column="rotation")
    trusted = models.BooleanField()

    class Meta:
        db_table = "reader_month"
        managed = False

    def __str__(self) -> str:
        return f"{self.reader_id} in {self.period}"


class CloseProblem(models.Model):
    """A reader set aside at a close, until staff decide."""

    pk = models.CompositePrimaryKey("period", "reader")
    period = models.IntegerField()
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="problems")
    reason = models.TextField()
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "close_problem"
        managed = False

    def __str__(self) -> str:
        return self.reason


class Split(models.Model):
    """One reader's month, split: at most one, ever."""

    pk = models.CompositePrimaryKey("reader", "period", "currency")
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="splits")
    period = models.IntegerField()
    currency = models.TextField()
    policy = models.TextField()
    spent = models.BigIntegerField()
    fee = models.BigIntegerField()
    creators = models.IntegerField()
    units = models.IntegerField()
    offset = models.IntegerField(db_column="rotation")
    without = models.IntegerField()
    trusted = models.BooleanField()
    reference = models.TextField()

    class Meta:
        db_table = "split"
        managed = False

    def __str__(self) -> str:
        return self.reference


class RevenueLine(models.Model):
    """What one reader's month gave one thing: a line of the reader's statement and,
    unnamed, of the creator's revenue. `rank` is the creator's among the reader's
    creators (policy `creator`) or the thing's among the things (policy `thing`)."""

    pk = models.CompositePrimaryKey("period", "reader", "thing")
    period = models.IntegerField()
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="statement_lines")
    creator = models.ForeignKey(USER, models.DO_NOTHING, related_name="revenue_lines")
    thing = models.ForeignKey(
        "buttons.Thing", models.DO_NOTHING, related_name="revenue_lines"
    )
    rank = models.IntegerField()
    share = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "revenue_line"
        managed = False

    def __str__(self) -> str:
        return f"{self.amount} for {self.thing_id}"


class LotQuerySet(models.QuerySet["Lot"]):
    def held(self, creator: User) -> LotQuerySet:
        """What of the creator's is still to mature, the next first."""
        return self.filter(
            creator=creator, matured_at=None, taken__lt=models.F("amount")
        ).order_by("matures_at", "id")


class Lot(models.Model):
    """Part of a creator's revenue from one close that matures at one time."""

    id = models.BigAutoField(primary_key=True)
    period = models.IntegerField()
    creator = models.ForeignKey(USER, models.DO_NOTHING, related_name="lots")
    trusted = models.BooleanField()
    # Set for the lot of a reader who had been set aside; else none.
    reader = models.ForeignKey(USER, models.DO_NOTHING, null=True, related_name="+")
    currency = models.TextField()
    amount = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    counted_from = models.DateTimeField()
    matures_at = models.DateTimeField()
    matured_at = models.DateTimeField(null=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        db_table = "lot"
        managed = False

    def __str__(self) -> str:
        return f"{self.amount} of {self.period}"

    @property
    def left(self) -> int:
        """What matures: what a dispute took from the lot does not."""
        return self.amount - self.taken


class Payment(models.Model):
    """Money that a reader pays in through a provider. The page that starts it makes
    the row; the provider's word, never the return address, credits it."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(USER, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=30)
    # The provider's own id for it: part of the ledger's reference.
    provider_id = models.CharField(max_length=100, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The budget that begins to count when this payment arrives, for a raise.
    raises_to = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payment"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=200), name="payment_is_2_or_more"
            )
        ]
        indexes = [
            models.Index(fields=["reader", "-started_at"], name="payment_of_reader")
        ]

    def __str__(self) -> str:
        return self.provider_id


class Destination(models.Model):
    """Where a creator's payouts go. A new row is a change; the latest counts.

    The IBAN is stored encrypted; `last4` is what staff and pages see. A change waits
    seven days (A5) and can be cancelled from the mail that announces it.
    """

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey(USER, models.PROTECT, related_name="destinations")
    holder = models.CharField(max_length=140)
    iban = models.BinaryField()
    country = models.CharField(max_length=2)
    last4 = models.CharField(max_length=4)
    # Keyed hash of the IBAN: finds accounts that share one, without reading it (T17).
    fingerprint = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField()
    usable_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "destination"
        indexes = [
            models.Index(fields=["creator", "-id"], name="destination_of_creator")
        ]

    def __str__(self) -> str:
        return f"{self.country}…{self.last4}"


class PayoutQuerySet(models.QuerySet["Payout"]):
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
    rejected or failed gives it back to `revenue`.
    """

    STATES = [
        (state, state)
        for state in ("requested", "approved", "held", "rejected", "sent", "failed")
    ]

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey(USER, models.PROTECT, related_name="payouts")
    destination = models.ForeignKey(Destination, models.PROTECT)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=STATES, default="requested")
    # The month of the monthly run that made it; none when the creator asked.
    run_period = models.IntegerField(null=True, blank=True)
    requested_at = models.DateTimeField()
    # What looks wrong, in words; not empty means that two people must approve.
    flags = models.JSONField(default=list, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # The bank's reference (by hand) or the provider's id of the transfer.
    transfer_id = models.CharField(max_length=140, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        db_table = "payout"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=1_000), name="payout_is_10_or_more"
            ),
            models.UniqueConstraint(
                fields=["creator", "run_period"], name="payout_once_a_run"
            ),
            models.UniqueConstraint(
                fields=["creator"],
                condition=models.Q(state__in=["requested", "approved", "held"]),
                name="payout_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="payout_by_state")]

    IN_WORDS = {
        "requested": "asked for, to be looked at",
        "approved": "approved, to be sent",
        "held": "being looked at more closely",
        "rejected": "not made, the money is yours again",
        "sent": "sent",
        "failed": "came back, the money is yours again",
    }

    def __str__(self) -> str:
        return f"payout {self.pk}"

    @property
    def in_words(self) -> str:
        """The state as the creator's page says it."""
        return self.IN_WORDS[self.state]

    @property
    def told_reason(self) -> str:
        """The reason, where it is the creator's to know."""
        return self.reason if self.state in {"rejected", "failed"} else ""


class Approval(models.Model):
    """One staff member's yes to one payout. Never the payee's own, never twice."""

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


class CreatorQuerySet(models.QuerySet["Creator"]):
    def with_money(self, currency: str) -> CreatorQuerySet:
        """Whoever ever earned something, each with `pending`, `matured`, `reserved`,
        `paid` and `debt` in minor units, none where there was nothing."""
        of_creator = Account.objects.filter(
            owner_id=models.OuterRef("pk"), currency=currency
        )

        def kept(kind: str) -> models.Subquery:
            account = of_creator.filter(kind=kind)
            return models.Subquery(account.values("balance__amount")[:1])

        debt = (
            Entry.objects.filter(
                account__owner_id=models.OuterRef("pk"),
                account__kind="debt",
                account__currency=currency,
            )
            .order_by()
            .values("account")
            .annotate(total=models.Sum("amount"))
        )
        paid = (
            Payout.objects.filter(creator=models.OuterRef("pk"), state="sent")
            .order_by()
            .values("creator")
            .annotate(total=models.Sum("amount"))
        )
        return self.filter(
            models.Exists(of_creator.filter(kind__in=["pending", "revenue"]))
        ).annotate(
            pending=kept("pending"),
            matured=kept("revenue"),
            reserved=kept("transit"),
            paid=models.Subquery(paid.values("total")),
            debt=models.Subquery(debt.values("total")),
        )


class Creator(User):
    """A person as receiver, for the list of what is owed to whom."""

    objects: ClassVar[Any] = CreatorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class Breaker(models.Model):
    """One row: set when the ledger does not add up; stops payouts and closes (O3)."""

    one = models.BooleanField(primary_key=True, default=True)
    tripped_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "breaker"
        verbose_name_plural = "breaker"

    def __str__(self) -> str:
        return self.reason or "closed"
