"""A creator's next payout: when, how much and where to, or what hinders it; of what is
known today. What months bring that are not closed comes on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from flattr import months
from flattr.templatetags.flattr import money, short_day
from payouts.earnings import destinations, requesting
from payouts.earnings.monthly import RUN_DAY
from payouts.earnings.revenue import Purse
from payouts.models import Lot, Payout
from payouts.models.payout_states import OPEN


@dataclass(frozen=True, slots=True)
class NextPayout:
    """`state` is that of a payout that is on its way already; else `on` is the day of
    the monthly run, and `obstacle` says what would keep it from paying."""

    amount: int
    account: str
    state: str = ""
    on: datetime | None = None
    obstacle: str = ""

    @property
    def about(self) -> str:
        if self.state:
            return _("to %(account)s: %(state)s") % {
                "account": self.account,
                "state": self.state,
            }
        if self.obstacle:
            return self.obstacle
        assert self.on is not None
        facts = {
            "day": short_day(self.on),
            "account": self.account,
            "smallest": money(settings.SMALLEST_PAYOUT),
        }
        if self.amount < settings.SMALLEST_PAYOUT:
            return _("will be ready on %(day)s; payouts start at %(smallest)s") % facts
        return _("on %(day)s, to %(account)s") % facts


def next_payout(
    creator: User, purse: Purse, held: Sequence[Lot], now: datetime
) -> NextPayout:
    period = months.period_of(now)
    of_now = Payout.objects.filter(
        Q(state__in=OPEN) | Q(run_period=period), creator=creator
    ).select_related("destination")
    for payout in of_now:
        if payout.state in OPEN:
            return NextPayout(
                payout.amount, str(payout.destination), state=payout.in_words
            )
    is_over = bool(of_now) or purse.payable < settings.SMALLEST_PAYOUT
    on = run_day(now, is_over=is_over)
    matured = sum(lot.left for lot in held if lot.matures_at <= on)
    destination = destinations.current(creator)
    return NextPayout(
        max(0, purse.revenue + matured - purse.owed),
        str(destination or ""),
        on=on,
        obstacle=requesting.obstacle(creator, destination, on),
    )


def run_day(now: datetime, *, is_over: bool) -> datetime:
    """When the monthly run asks next: from the tenth on it goes on asking for whoever
    it has not asked for, unless its month `is_over` for them."""
    day = months.start(months.period_of(now)).replace(day=RUN_DAY)
    if now < day:
        return day
    if is_over:
        return months.end(months.period_of(now)).replace(day=RUN_DAY)
    return now
