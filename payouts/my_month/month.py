"""A reader's running month: what is in it, and what each creator would get now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.conf import settings
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import budgets
from accounts.people.budgets import Standing
from buttons.catalogue import liked
from buttons.clicks import loaf
from buttons.models import Flattr, Thing
from buttons.models.programs import Subscription
from flattr import months
from flattr.database import clock
from flattr.split import fee, rotation
from flattr.templatetags.flattr import short_day
from payouts import chart
from payouts.close import sharing
from payouts.ledger import posting
from payouts.models import Gift
from payouts.my_month import behind
from payouts.my_month.behind import Behind
from payouts.payments import budgeting, noticing
from payouts.payments.words.notice_words import Notice


@dataclass(frozen=True, slots=True)
class Portion:
    """What one creator of the month gets if it ended now, in minor units."""

    creator: User
    things: list[Thing]
    share: int
    # One of the things is flattred each month without a click.
    monthly: bool = False

    @property
    def colour(self) -> str:
        return loaf.colour(self.creator.pk)

    @property
    def ring(self) -> str:
        """The classes of a face with the creator's colour around it."""
        return f"ring {self.colour}"


@dataclass(frozen=True, slots=True)
class Month:
    """All that *my month* shows. Amounts are minor units."""

    standing: Standing
    now: datetime
    balance: int
    free: int
    next_amount: int
    portions: list[Portion]
    promised: list[Thing]
    # A dispute or a payment that failed, if there is one.
    notice: Notice
    # How many things are flattred each month without a click.
    subscriptions: int
    behind: list[Behind]
    # What others flattr, for whoever flattred nothing yet in this month.
    liked: list[Thing]
    # What is given once in this month, or will be; it takes no share.
    gifts: list[Gift]

    @property
    def period(self) -> int:
        return self.standing.period

    @property
    def year(self) -> int:
        return self.period // 100

    @property
    def policy(self) -> str:
        policy: str = settings.POLICY
        return policy

    @property
    def next_period(self) -> int:
        return months.following(self.period)

    @property
    def amount(self) -> int:
        return self.standing.amount

    @property
    def fee(self) -> int:
        return fee(self.amount, settings.FEE_PERCENT)

    @property
    def units(self) -> int:
        """Among how many it is divided: creators, or things under the policy `thing`."""
        if self.policy == "thing":
            return self.clicks
        return len(self.portions)

    @property
    def clicks(self) -> int:
        return sum(len(portion.things) for portion in self.portions)

    @property
    def least(self) -> int:
        return (self.amount - self.fee) // self.units if self.units else 0

    @property
    def most(self) -> int:
        pot = self.amount - self.fee
        return -(-pot // self.units) if self.units else 0

    @property
    def odd(self) -> int:
        """How many of the units get a cent more than the others."""
        return (self.amount - self.fee) % self.units if self.units else 0

    @property
    def spends(self) -> int:
        """What the month spends if it ends now."""
        return min(self.amount, self.free) if self.portions else 0

    @property
    def with_one_more(self) -> int:
        """What everybody gets, some a cent more, once there is one more of them."""
        return (self.amount - self.fee) // (self.units + 1)

    @property
    def missing(self) -> int:
        """What has to arrive for the month to be covered."""
        return max(0, self.amount - self.free)

    @property
    def covers(self) -> int:
        """How many whole months what is in the account covers."""
        return self.free // self.amount if self.amount else 0

    @property
    def ends_at(self) -> datetime:
        return months.end(self.period)

    @property
    def last_day(self) -> str:
        """The day before the midnight at which the month ends: 30 November."""
        return short_day(self.ends_at - timedelta(days=1))

    @property
    def closes_in(self) -> str:
        """How long until the month ends, as the page says it: in whole days, on the
        last day in hours or minutes."""
        left = self.ends_at - self.now
        if left < timedelta(minutes=1):
            return _("less than a minute")
        if left.days:
            text = ngettext("%(number)d day", "%(number)d days", left.days)
            return text % {"number": left.days}
        return timeuntil(self.ends_at, self.now, depth=1)

    @property
    def slices(self) -> list[loaf.Slice]:
        return loaf.slices(portion.creator for portion in self.portions)


def month(reader: User) -> Month:
    """The running month of `reader`, in a number of queries that does not grow."""
    standing = budgets.standing(reader)
    period = standing.period
    balance = posting.balance(chart.means(reader))
    flattrs = list(
        Flattr.objects.filter(reader=reader, period=period)
        .select_related("creator", "thing")
        .order_by("creator_id", "thing_id")
    )
    monthly = set(
        Subscription.objects.filter(reader=reader, paused_at=None).values_list(
            "thing_id", flat=True
        )
    )
    return Month(
        standing=standing,
        now=clock.now(),
        balance=balance,
        free=budgeting.free_of(balance, reader, period),
        next_amount=budgets.amount_in(reader, months.following(period)),
        portions=_portions(standing, reader, flattrs, monthly),
        promised=list(
            Thing.objects.with_owner()
            .filter(promise__reader=reader)
            .distinct()
            .order_by("title")
        ),
        notice=noticing.notice(reader),
        subscriptions=len(monthly),
        behind=behind.months_behind(reader, period),
        liked=[] if flattrs else liked.this_month(reader, period),
        gifts=list(
            Gift.objects.of_month(reader, period)
            .select_related("creator", "thing")
            .order_by("-pk")
        ),
    )


def _portions(
    standing: Standing, reader: User, flattrs: list[Flattr], monthly: set[int]
) -> list[Portion]:
    pot = standing.amount - fee(standing.amount, settings.FEE_PERCENT)
    lines = sharing.lines(
        pot,
        settings.POLICY,
        [(flattr.creator_id, flattr.thing_id) for flattr in flattrs],
        partial(rotation, reader.pk, standing.period),
    )
    amounts = {line.thing_id: line.amount for line in lines}
    portions = []
    for _creator, given in groupby(flattrs, key=lambda flattr: flattr.creator_id):
        of_creator = list(given)
        portions.append(
            Portion(
                creator=of_creator[0].creator,
                things=[flattr.thing for flattr in of_creator],
                share=sum(amounts[flattr.thing_id] for flattr in of_creator),
                monthly=any(flattr.thing_id in monthly for flattr in of_creator),
            )
        )
    return portions
