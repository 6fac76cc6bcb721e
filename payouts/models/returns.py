"""When money goes back: refunds, disputes, and from whom it was taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payouts.models.gifts import Gift
from payouts.models.payments import Payment

USER = settings.AUTH_USER_MODEL


class Refund(models.Model):
    """Part or all of a payment, given back to the card it came from.

    Ours are reserved in the reader's `transit` (`refund:ID:reserve`) before Stripe is
    asked, and settled (`refund:RE`) or voided (`refund:ID:void`) by its answer. One
    that was made at Stripe itself has no reserve; the row appears when we hear of it.
    """

    id = models.BigAutoField(_("number"), primary_key=True)
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    reader = models.ForeignKey(
        USER, models.PROTECT, related_name="refunds", verbose_name=_("reader")
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    stripe_id = models.CharField(
        _("Stripe's id"), max_length=100, unique=True, null=True, blank=True
    )
    # Why: `left` (it was not spent when its reader left, or the platform ended), `staff`,
    # or `stripe` (made at Stripe).
    reason = models.CharField(_("reason"), max_length=10)
    asked_by = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    made_at = models.DateTimeField(_("requested"))
    # Real time: when Stripe was first asked.
    asked_at = models.DateTimeField(_("sent to Stripe"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    failed_at = models.DateTimeField(_("failed"), null=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        db_table = "refund"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="refund_is_something"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(done_at=None, failed_at=None),
                name="refund_open",
            )
        ]

    def __str__(self) -> str:
        return gettext("refund %(number)s") % {"number": self.pk}

    @property
    def key(self) -> str:
        """Stripe's idempotency key, and how a lost answer is found."""
        return f"refund:{self.pk}"


ASKED = "warning_"
DROPPED = ["warning_closed", "prevented"]
NEEDS_ANSWER = "needs_response"
# Why a bank could not make a debit: `dispute_is_the_banks` in SQL says the same.
BANKS_REASONS = [
    "insufficient_funds",
    "incorrect_account_details",
    "bank_cannot_process",
]


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def undecided(self) -> DisputeQuerySet:
        """Disputes and inquiries that are not decided yet."""
        return self.filter(closed_at=None)

    def open(self) -> DisputeQuerySet:
        """The bank takes the money, and that is not decided yet: `dispute_is_open`."""
        return (
            self.undecided()
            .exclude(status__startswith=ASKED)
            .exclude(reason__in=BANKS_REASONS)
        )

    def failed(self) -> DisputeQuerySet:
        """Debits that banks could not make, and did not pay later."""
        return self.standing().filter(reason__in=BANKS_REASONS)

    def waiting_for_us(self) -> DisputeQuerySet:
        """Stripe waits for our answer to the bank, until `due_at`."""
        return self.filter(status__endswith=NEEDS_ANSWER)

    def standing(self) -> DisputeQuerySet:
        """Open or lost: what is disputed is not ours to give back."""
        return (
            self.exclude(status="won")
            .exclude(status__in=DROPPED)
            .exclude(status__startswith=ASKED)
        )


class Dispute(models.Model):
    """A reader's bank takes a payment back; open until it is won or lost, and again by
    an appeal. While it is open the reader is set aside at the close. An inquiry, by
    which the bank only asks, is one too: it moves no money and sets nobody aside. So is
    a debit that the bank could not make, of which we hear after it was credited: it
    moves money, and is followed as a renewal that failed."""

    stripe_id = models.CharField(_("Stripe's id"), max_length=100, primary_key=True)
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment")
    )
    reader = models.ForeignKey(
        USER, models.PROTECT, related_name="disputes", verbose_name=_("reader")
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Stripe's words: `fraudulent`, …; `needs_response`, `won`, `lost`, …
    reason = models.CharField(_("reason"), max_length=60)
    status = models.CharField(_("status"), max_length=40)
    opened_at = models.DateTimeField(_("opened"))
    # Until when Stripe accepts an answer; real time.
    due_at = models.DateTimeField(_("answer due"), null=True)
    # When staff were reminded that this is soon.
    reminded_at = models.DateTimeField(null=True)
    # When it first took money; none for an inquiry.
    withdrawn_at = models.DateTimeField(_("money taken"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    # Since when the reader's budget is suspended for disputes, this one among them;
    # none where it was suspended for something else, or there was none.
    suspended_at = models.DateTimeField(_("budget suspended"), null=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        db_table = "dispute"
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        indexes = [
            models.Index(fields=["reader"], name="dispute_of_reader"),
            models.Index(
                fields=["due_at"],
                condition=Q(closed_at=None),
                name="dispute_undecided",
            ),
        ]

    def __str__(self) -> str:
        return gettext("dispute %(number)s") % {"number": self.stripe_id}

    @property
    def state(self) -> str:
        """`asked` (an inquiry), `open`, `won` for us, `lost`, `dropped` without a
        decision, or `failed`: a debit that the bank could not make. A status of Stripe's
        that we do not know is open."""
        if self.status in DROPPED:
            return "dropped"
        if self.status.startswith(ASKED):
            return "asked"
        if self.status == "won":
            return "won"
        if self.is_banks:
            return "failed"
        return "lost" if self.status == "lost" else "open"

    @property
    def is_banks(self) -> bool:
        """The bank could not make a debit; nobody asked it to take anything back."""
        return self.reason in BANKS_REASONS

    @property
    def is_undecided(self) -> bool:
        return self.state in {"asked", "open"}

    @property
    def needs_answer(self) -> bool:
        return self.is_undecided and self.status.endswith(NEEDS_ANSWER)


class Traced(models.Model):
    """A line of what a refund or dispute took, and from whom; negative where a won
    dispute gave it back. Only ever added; the lines of a reference sum up to what
    went back."""

    id = models.BigAutoField(primary_key=True)
    # The ledger's reference: `refund:RE`, `refund:ID:reserve`, `dispute:DP:withdrawn` …
    reference = models.CharField(max_length=120, db_index=True)
    reader = models.ForeignKey(USER, models.PROTECT, related_name="+")
    # `means` of the reader, a creator's `share` or our `fee` in the close of
    # `period` or in a `gift`, or `loss` for what could be placed nowhere.
    kind = models.CharField(
        max_length=5, choices=[(k, k) for k in ("means", "share", "fee", "loss")]
    )
    period = models.IntegerField(null=True)
    gift = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="traced")
    creator = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    # Of a share: from the lot while it was held, from what had matured, as a debt.
    lot = models.ForeignKey("payouts.Lot", models.PROTECT, null=True, related_name="+")
    from_pending = models.BigIntegerField(default=0)
    from_revenue = models.BigIntegerField(default=0)
    from_debt = models.BigIntegerField(default=0)

    class Meta:
        db_table = "traced"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="traced_is_something"),
            models.CheckConstraint(
                condition=~Q(kind="share")
                | Q(
                    amount=models.F("from_pending")
                    + models.F("from_revenue")
                    + models.F("from_debt")
                ),
                name="traced_share_adds_up",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["share", "fee"]) & (Q(period=None) ^ Q(gift=None))
                )
                | (~Q(kind__in=["share", "fee"]) & Q(period=None, gift=None)),
                name="traced_share_is_of_a_close_or_a_gift",
            ),
            models.CheckConstraint(
                condition=Q(kind="share") ^ Q(creator=None),
                name="traced_share_is_a_creators",
            ),
        ]
        indexes = [models.Index(fields=["reader", "period"], name="traced_of_close")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.reference}"
