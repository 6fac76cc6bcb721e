"""Gifts: what a reader gives one creator once, beside the monthly budget."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr.templatetags.flattr import day
from payouts.models.payments import Payment

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

USER = settings.AUTH_USER_MODEL
# Minor units. The largest gift is also the most that a reader gives in a month.
SMALLEST_GIFT = 100
LARGEST_GIFT = 10_000


class GiftState(models.TextChoices):
    """As staff read them; `Gift.in_words` says them to the reader."""

    # For the payment that it is paid by.
    WAITING = "waiting", _("waiting for its payment")
    # The money is in the reader's `transit`; for an hour the reader can take it back.
    RESERVED = "reserved", _("reserved")
    GIVEN = "given", _("given")
    VOID = "void", _("undone")
    LAPSED = "lapsed", _("lapsed")


# The database keeps the same table (`gift_keep_order` in `gifts.sql`); a test tries
# every pair.
MOVES: dict[GiftState, frozenset[GiftState]] = {
    GiftState.WAITING: frozenset(
        {GiftState.RESERVED, GiftState.VOID, GiftState.LAPSED}
    ),
    GiftState.RESERVED: frozenset({GiftState.GIVEN, GiftState.VOID}),
    GiftState.GIVEN: frozenset(),
    GiftState.VOID: frozenset(),
    GiftState.LAPSED: frozenset(),
}

# It can still become given, and counts to what the reader gives in the running month.
OPEN_GIFT = (GiftState.WAITING, GiftState.RESERVED)


class Ending(models.TextChoices):
    """Why a gift came to nothing."""

    TAKEN_BACK = "taken_back", _("the reader took it back")
    READER_SUSPENDED = "reader_suspended", _("the reader is suspended")
    CREATOR_SUSPENDED = "creator_suspended", _("the creator is suspended")
    THING_SUSPENDED = "thing_suspended", _("the thing is suspended")
    READER_LEFT = "reader_left", _("the reader left")
    CREATOR_LEFT = "creator_left", _("the creator left")
    PAID_BACK = "paid_back", _("a payment of the reader goes back")
    PLATFORM_ENDS = "platform_ends", _("the platform winds down")
    UNPAID = "unpaid", _("its payment did not arrive")


class GiftQuerySet(models.QuerySet["Gift"]):
    def open(self) -> GiftQuerySet:
        """Those that can still become given."""
        return self.filter(state__in=OPEN_GIFT)

    def given(self) -> GiftQuerySet:
        """Those that are the creators'; their month says in which they are counted."""
        return self.filter(state=GiftState.GIVEN)

    def of_month(self, reader: User, period: int) -> GiftQuerySet:
        """What counts to a reader's running month: what was given in it, and what is
        still open."""
        return self.filter(
            Q(state__in=OPEN_GIFT) | Q(state=GiftState.GIVEN, period=period),
            reader=reader,
        )


class Gift(models.Model):
    """Given by a reader to a creator, for a thing of theirs or for nothing in particular.

    Its money is in the reader's `transit` (`gift:ID:reserve`) until an hour is over. Then
    it is the creator's (`gift:ID`), held like a share of a close in a lot of its own, or
    the reader's again (`gift:ID:void`). A gift that has to be paid first waits for its
    payment and has nothing in the ledger until that is credited.
    """

    id = models.BigAutoField(_("number"), primary_key=True)
    # Of the form that gave it, so that one that is sent twice gives once.
    key = models.CharField(max_length=100, unique=True)
    reader = models.ForeignKey(
        USER, models.PROTECT, related_name="gifts", verbose_name=_("reader")
    )
    creator = models.ForeignKey(
        USER, models.PROTECT, related_name="gifts_received", verbose_name=_("creator")
    )
    thing = models.ForeignKey(
        "buttons.Thing",
        models.PROTECT,
        null=True,
        related_name="gifts",
        verbose_name=_("thing"),
    )
    # Minor units; our fee is a part of the amount, as it was when the reader gave.
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=GiftState.choices)
    payment = models.OneToOneField(
        Payment,
        models.PROTECT,
        null=True,
        related_name="gift",
        verbose_name=_("payment"),
    )
    made_at = models.DateTimeField(_("made"))
    reserved_at = models.DateTimeField(_("reserved"), null=True)
    # When it becomes the creator's: an hour after it was reserved, or at once if it
    # waited for its payment.
    due_at = models.DateTimeField(_("due"), null=True)
    given_at = models.DateTimeField(_("given"), null=True)
    # The month of `gift:ID`, YYYYMM.
    period = models.IntegerField(_("month"), null=True)
    # When it came to nothing, and why.
    ended_at = models.DateTimeField(_("ended"), null=True)
    ending = models.CharField(
        _("why"), max_length=20, choices=Ending.choices, blank=True
    )

    objects = GiftQuerySet.as_manager()

    class Meta:
        db_table = "gift"
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=SMALLEST_GIFT, amount__lte=LARGEST_GIFT),
                name="gift_is_1_to_100",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0) & Q(fee__lt=F("amount")),
                name="gift_fee_is_a_part",
            ),
            models.CheckConstraint(
                condition=~Q(reader=F("creator")), name="gift_is_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(state=GiftState.WAITING)
                | Q(payment__isnull=False, reserved_at=None),
                name="gift_waits_for_a_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[GiftState.RESERVED, GiftState.GIVEN])
                | Q(reserved_at__isnull=False, due_at__isnull=False),
                name="gift_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=GiftState.GIVEN, given_at__isnull=False, period__isnull=False
                )
                | (~Q(state=GiftState.GIVEN) & Q(given_at=None, period=None)),
                name="gift_has_a_month_when_it_is_given",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        state__in=[GiftState.VOID, GiftState.LAPSED],
                        ended_at__isnull=False,
                    )
                    & ~Q(ending="")
                )
                | (
                    ~Q(state__in=[GiftState.VOID, GiftState.LAPSED])
                    & Q(ended_at=None, ending="")
                ),
                name="gift_says_why_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["reader", "period"], name="gift_of_reader"),
            models.Index(fields=["creator", "period"], name="gift_of_creator"),
            models.Index(fields=["thing", "period"], name="gift_of_thing"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=OPEN_GIFT),
                name="gift_open",
            ),
        ]

    IN_WORDS: ClassVar[dict[str, StrPromise]] = {
        GiftState.WAITING: _("waiting for your payment"),
        GiftState.RESERVED: _("on its way"),
        Ending.TAKEN_BACK: _("you took it back"),
        Ending.READER_SUSPENDED: _("undone, since your account is suspended"),
        Ending.CREATOR_SUSPENDED: _("undone, since whom you gave it to is suspended"),
        Ending.THING_SUSPENDED: _("undone, since what you gave it for is suspended"),
        Ending.READER_LEFT: _("undone, since you closed your account"),
        Ending.CREATOR_LEFT: _("undone, since whom you gave it to has left"),
        Ending.PAID_BACK: _("undone, since a payment of yours goes back"),
        Ending.PLATFORM_ENDS: _("undone, since this site is winding down"),
        Ending.UNPAID: _("not given, since its payment did not arrive"),
    }

    def __str__(self) -> str:
        return gettext("gift %(number)s") % {"number": self.pk}

    @property
    def in_words(self) -> str:
        """The state as the reader's pages say it."""
        if self.given_at is not None:
            return gettext("given on %(day)s") % {"day": day(self.given_at)}
        return str(self.IN_WORDS[self.ending or self.state])

    @property
    def reference(self) -> str:
        """How it begins in the ledger."""
        return f"gift:{self.pk}"

    @property
    def for_creator(self) -> int:
        """What the creator gets of it, in minor units."""
        return self.amount - self.fee

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_GIFT

    @property
    def undoable_until(self) -> datetime | None:
        """Until when the reader can take back what is reserved; none for any other. A gift
        that waits for its payment can be taken back as long as it waits."""
        return self.due_at if self.state == GiftState.RESERVED else None
