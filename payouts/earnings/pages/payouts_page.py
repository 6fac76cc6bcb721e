"""What a creator's page about payouts shows and says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from flattr.database import clock
from flattr.templatetags.flattr import money
from payouts.earnings import destinations, requesting, revenue
from payouts.earnings.pages import hold_words
from payouts.earnings.revenue import Purse
from payouts.earnings.ways import Ways, ways_of
from payouts.models import Lot, Payout


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sum."""

    words: str
    amount: int


@dataclass(frozen=True)
class PayoutsPage:
    """`hindrance` says why nothing can be asked for now, `waits_until` when a new bank
    account can be used; both are empty otherwise."""

    purse: Purse
    ways: Ways
    lots: list[Lot]
    payouts: list[Payout]
    hindrance: str
    waits_until: datetime | None

    @property
    def about_asking(self) -> str:
        """Why nothing can be asked for now, or what is sent when it is."""
        if self.hindrance:
            return self.hindrance
        return _(
            "We pay all that is ready, %(amount)s, to your bank account %(account)s. From"
            " the tenth of each month on we do this without being asked. We review every"
            " payout before we send it."
        ) % {"amount": money(self.purse.payable), "account": self.ways.destination}

    @property
    def adding_up(self) -> list[Line]:
        """What makes up `yours`; what is not there is left out, but for what is ready
        and what is held."""
        lines = [
            Line(_("Ready"), self.purse.revenue),
            Line(_("Held"), self.purse.pending),
        ]
        if self.purse.transit:
            lines.append(Line(_("On its way to you"), self.purse.transit))
        if self.purse.owed:
            lines.append(Line(_("What you owe"), -self.purse.owed))
        return lines

    @property
    def yours(self) -> int:
        return sum(line.amount for line in self.adding_up)

    @property
    def about_held(self) -> str:
        if self.lots:
            return hold_words.in_full()
        return _(
            "Nothing is held. What your readers give this month is split when the month"
            " is over."
        )

    @property
    def no_history(self) -> str:
        """What is said instead of payouts."""
        return _("No payout yet. Payouts start at %(amount)s.") % {
            "amount": money(settings.SMALLEST_PAYOUT)
        }


def payouts_page(creator: User) -> PayoutsPage:
    now = clock.now()
    ways = ways_of(creator)
    return PayoutsPage(
        revenue.purse(creator),
        ways,
        list(Lot.objects.held(creator)),
        requesting.payouts_of(creator),
        requesting.hindrance(creator, now),
        destinations.waits_until(ways.destination, now) if ways.destination else None,
    )
