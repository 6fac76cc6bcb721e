"""A reader's way to the first flattr, shown on *my month* until it is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.models import Flattr
from flattr import months
from flattr.templatetags.flattr import money, month_name
from flattr.web.steps import Step, in_order
from flattr.web.visible import visible
from payouts.my_month.month import Month


@dataclass(frozen=True, slots=True)
class ReaderSteps:
    """How far somebody is who has flattred nothing yet. `amount` is what they give a
    month, in minor units, from `since` on; `missing` is what has to be paid in, `coming`
    what is on its way."""

    name: str
    running: int
    amount: int = 0
    since: int = 0
    missing: int = 0
    credited: bool = False
    coming: int = 0

    @property
    def heading(self) -> str:
        left = sum(step.state != "done" for step in self.steps)
        text = ngettext(
            "Hello %(name)s, %(number)s more step",
            "Hello %(name)s, %(number)s more steps",
            left,
        )
        return text % {"name": self.name, "number": apnumber(left)}

    @property
    def says(self) -> str:
        if self.amount and self.credited:
            return _("Your money is here. Whatever you flattr first gets all of it.")
        return _("Then your first loaf is yours to cut.")

    @property
    def steps(self) -> Sequence[Step]:
        # Nobody is signed in whose address is not confirmed.
        confirmed = Step(_("Your e-mail address is confirmed"))
        return in_order(
            [
                (True, confirmed),
                (self.amount > 0, self._budget),
                (self.credited, self._payment),
                (False, self._flattr),
            ]
        )

    @property
    def _budget(self) -> Step:
        if not self.amount:
            return Step(
                _("Choose what you give a month"),
                _("From two euros on. You can change it at any time."),
                url=reverse("payouts:budget"),
                label=_("Choose a budget"),
            )
        facts = {"amount": money(self.amount), "month": month_name(self.since)}
        if self.since > self.running:
            return Step(_("You give %(amount)s a month, from %(month)s on") % facts)
        return Step(_("You give %(amount)s a month") % facts)

    @property
    def _payment(self) -> Step:
        if self.credited:
            return Step(_("You have paid in"))
        if self.coming:
            return Step(
                _("%(amount)s is on its way") % {"amount": money(self.coming)},
                _("Your bank works on it, for about a week, two at most."),
                url=reverse("payouts:pay"),
                label=_("How it stands"),
            )
        amount = {"amount": money(self.missing)}
        if not self.missing:
            return Step(_("Pay in"))
        return Step(
            _("Pay in %(amount)s") % amount,
            _("It takes a minute. What you do not spend stays yours."),
            url=reverse("payouts:pay"),
            label=_("Pay %(amount)s") % amount,
        )

    @property
    def _flattr(self) -> Step:
        return Step(
            _("Flattr something"),
            _("On any page with the button, or one of those below."),
            url=reverse("buttons:catalogue"),
            label=_("Find something"),
        )


def reader_steps(reader: User, month: Month) -> ReaderSteps | None:
    """The steps that are left to a reader; None once they have paid and flattred, and
    while something stands in their way. One query where the month is empty, else none.
    """
    standing = month.standing
    if standing.suspended or reader.suspended_at or _has_flattred(reader, month):
        return None
    begins_later = not month.amount and month.next_amount > 0
    since = months.following(month.period) if begins_later else month.period
    return ReaderSteps(
        name=visible(reader.first_name) or reader.username,
        running=month.period,
        amount=month.next_amount if begins_later else month.amount,
        since=since,
        missing=max(0, month.next_amount - month.free)
        if begins_later
        else month.missing,
        credited=standing.credited,
        coming=month.notice.coming,
    )


def _has_flattred(reader: User, month: Month) -> bool:
    """Ever, a promise too."""
    if month.portions or month.promised or any(past.spent for past in month.behind):
        return True
    return Flattr.objects.filter(reader=reader).exists()
