"""Closes and what they wrote.

Rows of a close are written by the functions in `payouts/close/sql/` alone; the
application reads them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr import months
from flattr.templatetags.flattr import day
from payouts.models.figures import FEWEST_PEOPLE

USER = settings.AUTH_USER_MODEL


class Hold(models.TextChoices):
    """How long what a reader gave is held, as `reader_hold` in `holds.sql` says."""

    TRUSTED = "trusted", _("trusted")
    NEW = "new", _("new")
    # Paid by a debit lately, which the bank takes back for eight weeks.
    DEBIT = "debit", _("paid by debit")


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
    state = models.TextField(
        _("state"), choices=[("closing", _("closing")), ("closed", _("closed"))]
    )
    policy = models.TextField(_("policy"))
    # By which rule odd cents are given out, as in `Split`.
    formula = models.TextField(_("formula"), default="golden")
    fee_percent = models.IntegerField(_("fee in percent"))
    currency = models.TextField(_("currency"))
    begun_at = models.DateTimeField(_("begun"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    readers = models.BigIntegerField(_("readers"), default=0)
    creators = models.BigIntegerField(_("creators"), default=0)
    flattrs = models.BigIntegerField(_("flattrs"), default=0)
    shares = models.BigIntegerField(_("shares"), default=0)
    spent = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    digest = models.TextField(_("digest"), default="")
    # Up to which transaction of book 0 its invoices say what happened, and when they were
    # written; none before that.
    invoiced_through = models.BigIntegerField(null=True)
    invoiced_at = models.DateTimeField(_("invoices written"), null=True)

    objects = CloseQuerySet.as_manager()

    class Meta:
        db_table = "close"
        verbose_name = _("close")
        verbose_name_plural = _("closes")
        managed = False

    def __str__(self) -> str:
        return gettext("close of %(month)s") % {"month": months.show(self.period)}

    @property
    def is_shown(self) -> bool:
        """Whether everybody may see its totals: five readers and five creators or more
        stand behind them."""
        return min(self.readers, self.creators) >= FEWEST_PEOPLE


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
    hold = models.TextField(choices=Hold.choices)

    class Meta:
        db_table = "reader_month"
        managed = False

    def __str__(self) -> str:
        return f"{self.reader_id} in {self.period}"


class CloseProblemQuerySet(models.QuerySet["CloseProblem"]):
    def aside(self, reader: models.Model) -> CloseProblemQuerySet:
        """The months for which a reader was set aside and is so still."""
        return self.filter(reader=reader.pk, closed_at=None)


class CloseProblem(models.Model):
    """A reader set aside at a close, until staff decide."""

    pk = models.CompositePrimaryKey("period", "reader")
    period = models.IntegerField()
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="problems")
    reason = models.TextField()
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = CloseProblemQuerySet.as_manager()

    class Meta:
        db_table = "close_problem"
        managed = False

    def __str__(self) -> str:
        return self.reason


class Split(models.Model):
    """One reader's month, split: at most one, ever. `formula` says by which rule its odd
    cents were given out: `golden`, that of `flattr.split`, or `first`, the one before."""

    pk = models.CompositePrimaryKey("reader", "period", "currency")
    reader = models.ForeignKey(USER, models.DO_NOTHING, related_name="splits")
    period = models.IntegerField()
    currency = models.TextField()
    policy = models.TextField()
    formula = models.TextField(default="golden")
    spent = models.BigIntegerField()
    fee = models.BigIntegerField()
    creators = models.IntegerField()
    units = models.IntegerField()
    offset = models.IntegerField(db_column="rotation")
    without = models.IntegerField()
    hold = models.TextField(choices=Hold.choices)
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
        """What the creator has that has not matured yet, the next first."""
        return self.filter(
            creator=creator, matured_at=None, taken__lt=models.F("amount")
        ).order_by("matures_at", "id")


class Lot(models.Model):
    """Part of a creator's revenue from one close, or one gift, that matures at one time."""

    id = models.BigAutoField(primary_key=True)
    period = models.IntegerField()
    creator = models.ForeignKey(
        USER, models.DO_NOTHING, related_name="lots", verbose_name=_("creator")
    )
    hold = models.TextField(_("readers are"), choices=Hold.choices)
    # Set for the lot of a reader who had been set aside; else none.
    reader = models.ForeignKey(USER, models.DO_NOTHING, null=True, related_name="+")
    # Set for the lot of one gift, of which `period` is the month; else none.
    gift = models.OneToOneField(
        "payouts.Gift", models.DO_NOTHING, null=True, related_name="lot"
    )
    currency = models.TextField()
    amount = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    counted_from = models.DateTimeField(_("counted from"))
    matures_at = models.DateTimeField(_("ready on"))
    matured_at = models.DateTimeField(_("ready since"), null=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        db_table = "lot"
        verbose_name = _("amount on hold")
        verbose_name_plural = _("amounts on hold")
        managed = False

    def __str__(self) -> str:
        return f"{self.amount} of {self.period}"

    @property
    def left(self) -> int:
        """What matures: without what a dispute deducted from the lot."""
        return self.amount - self.taken

    @property
    def from_whom(self) -> str:
        """Whose money it is, as pages say it."""
        whom = {
            Hold.TRUSTED: gettext("trusted readers"),
            Hold.NEW: gettext("new readers"),
            Hold.DEBIT: gettext("readers who pay by debit"),
        }[Hold(self.hold)]
        return gettext("a gift") if self.gift_id else whom

    @property
    def in_words(self) -> str:
        """Its state, as pages say it."""
        if self.matured_at is not None:
            return gettext("ready since %(day)s") % {"day": day(self.matured_at)}
        return gettext("held until %(day)s") % {"day": day(self.matures_at)}


class Breaker(models.Model):
    """One row: set when the ledger does not add up; stops payouts and closes (O3)."""

    one = models.BooleanField(primary_key=True, default=True)
    tripped_at = models.DateTimeField(_("stopped since"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        db_table = "breaker"
        verbose_name = _("safety stop")
        verbose_name_plural = _("safety stop")

    def __str__(self) -> str:
        return self.reason or gettext("nothing is stopped")
