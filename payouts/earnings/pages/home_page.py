"""A creator's home: clicks so far, the next payout, twelve months, the newest things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.models import Flattr, Thing
from buttons.things.check_now import CheckNow
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import money, month_name, short_day
from flattr.web.visible import visible
from payouts.earnings import revenue
from payouts.earnings.creator_steps import CreatorSteps, creator_steps
from payouts.earnings.pages.month_bars import MONTHS, MonthBars, month_bars
from payouts.earnings.pages.next_payout import NextPayout, next_payout
from payouts.earnings.revenue import Clicks, Purse
from payouts.models import Lot

NEWEST = 3


@dataclass(frozen=True)
class HomePage:
    """`held` are the lots that have not matured, `newest` things have `clicks` of the
    month that runs."""

    creator: User
    running: int
    clicks: Clicks
    before: Clicks
    purse: Purse
    held: Sequence[Lot]
    next_payout: NextPayout
    bars: MonthBars
    newest: Sequence[Thing]
    steps: CreatorSteps

    @property
    def greeting(self) -> str:
        name = visible(self.creator.first_name) or self.creator.username
        return _("Hello, %(name)s") % {"name": name}

    @property
    def check_now(self) -> CheckNow:
        """“Check my page now”, begun with the newest page that is not proved."""
        unproved = [thing.url for thing in self.newest if not thing.proved_at]
        return CheckNow(unproved[0] if unproved else "", free=True)

    @property
    def years(self) -> list[int]:
        """For the tax office: those of the months shown in which something arrived."""
        return sorted({earned.period // 100 for earned in self.bars.earned})[::-1]

    @property
    def clicks_label(self) -> str:
        return _("Clicks this %(month)s") % {"month": month_name(self.running)}

    @property
    def about_clicks(self) -> str:
        """From how many, and how many there were in the month before."""
        facts = {
            "readers": intcomma(self.clicks.readers),
            "month": month_name(months.preceding(self.running)),
            "clicks": intcomma(self.before.clicks),
        }
        if not self.clicks.clicks and not self.before.clicks:
            return _("you see the first one here at once")
        if not self.clicks.clicks:
            return _("%(month)s had %(clicks)s") % facts
        if not self.before.clicks:
            return (
                ngettext(
                    "from %(readers)s reader",
                    "from %(readers)s readers",
                    self.clicks.readers,
                )
                % facts
            )
        return (
            ngettext(
                "from %(readers)s reader; %(month)s had %(clicks)s",
                "from %(readers)s readers; %(month)s had %(clicks)s",
                self.clicks.readers,
            )
            % facts
        )

    @property
    def about_ready(self) -> str:
        """What is held beside it."""
        if self.purse.owed:
            return _(
                "%(owed)s that a reader's bank took back is deducted. %(held)s more is"
                " held."
            ) % {"owed": money(self.purse.owed), "held": money(self.purse.pending)}
        if not self.held:
            return _("Nothing more is held.")
        until = max(lot.matures_at for lot in self.held)
        return _("%(held)s more is held, the last of it until %(day)s.") % {
            "held": money(self.purse.pending),
            "day": short_day(until),
        }

    @property
    def address(self) -> str:
        """Of the page that others see."""
        return reverse("buttons:person", args=[self.creator.username])


def home_page(creator: User) -> HomePage:
    now, running = clock.now(), clock.period()
    last = months.preceding(running)
    purse = revenue.purse(creator)
    held = list(Lot.objects.held(creator))
    clicks = revenue.clicks_of(creator, running, last)
    return HomePage(
        creator,
        running,
        clicks[running],
        clicks[last],
        purse,
        held,
        next_payout(creator, purse, held, now),
        month_bars(
            creator, running, clicks, purse, months.shifted(running, 1 - MONTHS)
        ),
        newest_of(creator, running),
        creator_steps(creator),
    )


def newest_of(creator: User, period: int) -> list[Thing]:
    """The things that were added last, each with `clicks` in a month."""
    received = (
        Flattr.objects.filter(thing=OuterRef("pk"), period=period, creator=creator)
        .order_by()
        .values("thing")
        .annotate(clicks=Count("*"))
        .values("clicks")
    )
    clicks = Coalesce(Subquery(received, output_field=IntegerField()), 0)
    things = Thing.objects.filter(owner=creator).annotate(clicks=clicks)
    return list(things.order_by("-pk")[:NEWEST])
