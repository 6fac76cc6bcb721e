"""Money that readers pay in: how they pay, each payment, and what renews a budget."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL
INTERVALS = (1, 3, 12)


class Method(models.TextChoices):
    """By what readers pay, under Stripe's names."""

    CARD = "card", _("card")
    SEPA_DEBIT = "sepa_debit", _("SEPA debit")
    IDEAL = "ideal", _("iDEAL | Wero")
    BANCONTACT = "bancontact", _("Bancontact")
    TWINT = "twint", _("TWINT")
    SWISH = "swish", _("Swish")


# What Stripe can charge again while the reader is away. Bancontact and iDEAL leave a SEPA
# debit behind.
KEPT_KINDS = (Method.CARD, Method.SEPA_DEBIT, Method.TWINT)


class Payer(models.Model):
    """How a reader pays: their customer at Stripe, the method kept there for renewals,
    and for how many months at once. No number of a card or an account is ever here."""

    reader = models.OneToOneField(
        USER,
        models.PROTECT,
        primary_key=True,
        related_name="payer",
        verbose_name=_("reader"),
    )
    # Stripe's customer; none before the first payment is begun.
    stripe_id = models.CharField(
        _("Stripe's customer"), max_length=100, unique=True, null=True, blank=True
    )
    months = models.PositiveSmallIntegerField(_("months at once"), default=1)
    # The method kept for renewals: Stripe's id of it. Empty without one, and so are the
    # others.
    kept_id = models.CharField(max_length=100, blank=True)
    kind = models.CharField(
        _("what is kept"), max_length=20, choices=Method.choices, blank=True
    )
    # What pages say before its last digits: `Visa`, `SEPA debit DE`.
    kept_as = models.CharField(max_length=30, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    # Of a card alone: it works through the end of this month, YYYYMM.
    expires = models.IntegerField(_("expires"), null=True)
    # Stripe's for the number of the card or account: the same for all who use it (T15).
    fingerprint = models.CharField(
        _("fingerprint"), max_length=40, blank=True, db_index=True
    )
    # Of a debit: Stripe's id of what allows us to make it.
    mandate_id = models.CharField(_("mandate"), max_length=100, blank=True)
    # When it was saved, or the last one was removed.
    kept_at = models.DateTimeField(_("saved"), null=True)

    class Meta:
        db_table = "payer"
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        constraints = [
            models.CheckConstraint(
                condition=Q(months__in=INTERVALS),
                name="payer_pays_a_month_a_quarter_or_a_year",
            ),
            models.CheckConstraint(
                condition=Q(kept_id="", kind="")
                | ~Q(kept_id="") & Q(kind__in=KEPT_KINDS),
                name="payer_keeps_a_method_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=Method.CARD, expires__isnull=False)
                | ~Q(kind=Method.CARD) & Q(expires=None),
                name="payer_knows_when_a_card_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"payer {self.reader_id}"

    @property
    def kept(self) -> str:
        """The kept method as pages name it: `Visa …4242`, `SEPA debit DE …3000`, `TWINT`;
        empty without one."""
        if not self.kept_id:
            return ""
        return f"{self.kept_as} …{self.last4}" if self.last4 else self.kept_as

    @property
    def keeps_debit(self) -> bool:
        """What is kept is announced before it is charged, and credited days later."""
        return self.kind == Method.SEPA_DEBIT


class Renewal(models.Model):
    """A reader's budget is to be paid for again in one month: at most one renewal a
    month, with up to three tries. `due_at` is the next try; none when it is done."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(
        USER, models.PROTECT, related_name="renewals", verbose_name=_("reader")
    )
    period = models.IntegerField()
    made_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("next try"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # Of a debit: when the reader was told of the next one, its amount, and the kept method
    # that is to be charged.
    announced_at = models.DateTimeField(_("announced"), null=True)
    announced_amount = models.BigIntegerField(null=True)
    announced_id = models.CharField(max_length=100, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)
    outcome = models.CharField(_("outcome"), max_length=30, blank=True)

    class Meta:
        db_table = "renewal"
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "period"], name="renewal_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(due_at=None),
                name="renewal_that_is_done_is_not_due",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None, announced_amount=None, announced_id="")
                | Q(announced_at__isnull=False, announced_amount__isnull=False)
                & ~Q(announced_id=""),
                name="renewal_announces_a_debit_whole",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(announced_at=None),
                name="renewal_that_is_done_announces_nothing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="renewal_due",
            )
        ]

    def __str__(self) -> str:
        return f"renewal {self.reader_id} {self.period}"


class Payment(models.Model):
    """One payment of a reader's, begun by them or by a renewal.

    What Stripe says of its payment intent, never the return address, credits it
    (P1). Begun and neither paid nor failed, it is on its way or was given up.
    """

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(
        USER, models.PROTECT, related_name="payments", verbose_name=_("reader")
    )
    # Who moves the money: `stripe`, or `demo` for what a demonstration pretends.
    provider = models.CharField(_("provider"), max_length=30)
    # Ours, made of facts: Stripe's idempotency key, and how a lost answer is found.
    # `renewal:READER:YYYY-MM:TRY`, or `checkout:` and something random.
    key = models.CharField(_("key"), max_length=100, unique=True)
    # The payment intent, as soon as it is known: part of the ledger's reference.
    stripe_id = models.CharField(
        _("Stripe's id"), max_length=100, unique=True, null=True, blank=True
    )
    # Of Checkout, where the reader pays on Stripe's page.
    session_id = models.CharField(
        _("Checkout session"), max_length=100, unique=True, null=True, blank=True
    )
    renewal = models.ForeignKey(
        Renewal,
        models.PROTECT,
        null=True,
        related_name="payments",
        verbose_name=_("renewal"),
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The budget that begins to count when this payment arrives, for a raise.
    raises_to = models.BigIntegerField(null=True)
    # For how many months at once, where the reader chose so with this payment.
    months = models.PositiveSmallIntegerField(_("months at once"), null=True)
    started_at = models.DateTimeField(_("started"))
    # Real time: when Stripe was first asked. Its keys are forgotten after a day (W2).
    asked_at = models.DateTimeField(_("sent to Stripe"), null=True)
    # By the platform's clock: when Stripe first said that the bank works on it. A debit
    # then takes up to 14 days, and is neither paid nor failed meanwhile.
    processing_at = models.DateTimeField(_("the bank works on it"), null=True)
    # When staff were told that it takes longer than that.
    late_at = models.DateTimeField(_("staff were told that it is late"), null=True)
    # Stripe's moment: of a debit, when its money came.
    paid_at = models.DateTimeField(_("paid"), null=True)
    failed_at = models.DateTimeField(_("failed"), null=True)
    # Stripe's code for why not, such as `insufficient_funds`.
    failure = models.CharField(_("why it failed"), max_length=60, blank=True)
    # The reader's bank asks them to confirm, on its page.
    needs_confirmation = models.BooleanField(
        _("the bank asks the reader to confirm"), default=False
    )
    # By the platform's clock: when it was credited. `paid_at` is Stripe's moment.
    credited_at = models.DateTimeField(_("credited"), null=True)
    # By what it was paid, or is being paid. A debit that another method's mandate
    # allows is a SEPA debit.
    method = models.CharField(
        _("paid by"), max_length=20, choices=Method.choices, default=Method.CARD
    )
    # What Stripe kept of it; the operator's cost, not the reader's.
    cost = models.BigIntegerField(null=True)
    # Of a renewal: the kept method that is charged. It stays what Stripe was first asked.
    kept_id = models.CharField(max_length=100, blank=True)
    # What paid, as pages name it, and Stripe's fingerprint of its number.
    paid_with = models.CharField(_("paid with"), max_length=40, blank=True)
    fingerprint = models.CharField(
        _("fingerprint"), max_length=40, blank=True, db_index=True
    )
    # What went back of it by refunds and by disputes that stand.
    returned = models.BigIntegerField(default=0)
    # When what is stored was asked of Stripe, by the database's clock. What was asked
    # earlier and arrives later is ignored.
    fetched_at = models.DateTimeField(null=True)
    # Real time: until then a worker is giving it up (payouts.gateway.claims).
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "payment"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=200), name="payment_is_2_or_more"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("amount")),
                name="payment_is_not_returned_twice",
            ),
            models.CheckConstraint(
                condition=Q(paid_at=None, credited_at=None)
                | Q(paid_at__isnull=False, credited_at__isnull=False),
                name="payment_is_credited_when_it_is_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["reader", "-started_at"], name="payment_of_reader"),
            # The sums of a few months, for staff's first page.
            models.Index(
                fields=["paid_at"],
                include=["amount"],
                condition=Q(paid_at__isnull=False),
                name="payment_paid",
            ),
            models.Index(
                fields=["renewal"],
                condition=Q(paid_at=None, failed_at=None),
                name="payment_open_try",
            ),
            # What banks work on.
            models.Index(
                fields=["processing_at"],
                condition=Q(processing_at__isnull=False, paid_at=None, failed_at=None),
                name="payment_processing",
            ),
            # Whose money can be taken back for long, asked for each reader of a close.
            models.Index(
                fields=["reader", "credited_at"],
                condition=Q(method="sepa_debit", credited_at__isnull=False),
                name="payment_by_debit",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_processing(self) -> bool:
        """The bank works on it: it may still be paid or fail, and cannot be stopped."""
        begun = self.processing_at is not None
        return begun and self.paid_at is None and self.failed_at is None

    @property
    def reference(self) -> str:
        """The ledger's: `charge:pi_…`."""
        return f"charge:{self.stripe_id or self.key}"
