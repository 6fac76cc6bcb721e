"""What the page after a click says, case by case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.people.budgets import Standing
from buttons.clicks import ring
from buttons.clicks.loaf import Slice
from buttons.clicks.worth import Worth, back_to, bdi, named, not_paid_yet, share
from buttons.models import Thing
from flattr import months
from flattr.templatetags.flattr import money, month_name, short_day


@dataclass(frozen=True, slots=True)
class Done:
    """Everything that the page after a click says. `slices` are the reader's month by
    the ids of its units, `unit` the one that was clicked."""

    thing: Thing
    given: bool
    standing: Standing
    worth: Worth | None
    slices: dict[int, Slice]
    unit: int | None
    subscribed: bool = False

    @property
    def counts(self) -> bool:
        """It takes a share of the month: its slice is shown."""
        return self.given and self.thing.proved and self.thing.owner is not None

    @property
    def arcs(self) -> list[ring.Arc]:
        fresh = None if self.unit is None else self.slices.get(self.unit)
        return ring.arcs(self.slices.values(), fresh)

    @property
    def subscribable(self) -> bool:
        return self.given and not self.subscribed

    @property
    def title(self) -> str:
        if not self.given:
            return _("Not flattred")
        return _("Flattred") if self.thing.proved else _("Promised")

    @property
    def heading(self) -> str:
        if self.counts:
            assert self.thing.owner is not None
            return format_html(
                _("{name} is in your {month}"),
                name=named(self.thing.owner),
                month=month_name(self.standing.period),
            )
        said = _("Promised: “{title}”") if self.given else _("Not flattred: “{title}”")
        return format_html(said, title=bdi(self.thing.title))

    @property
    def sentence(self) -> str:
        month = month_name(self.standing.period)
        if not self.given:
            return _("You have not flattred this in %(month)s.") % {"month": month}
        if not self.thing.proved:
            return _(
                "Your flattr waits until somebody proves that this page is theirs. We"
                " write to you then, and you can still undo it."
            )
        return self._worth_sentence()

    def _worth_sentence(self) -> str:
        worth = self.worth
        if worth is None:
            return _("Thank you.")
        if worth.units == 1:
            said = _("The first in your month: {share} as it stands.")
        elif settings.POLICY == "thing":
            said = ngettext(
                "{number} thing now, {share} each of your {budget}.",
                "{number} things now, {share} each of your {budget}.",
                worth.units,
            )
        else:
            said = ngettext(
                "{number} creator now, {share} each of your {budget}.",
                "{number} creators now, {share} each of your {budget}.",
                worth.units,
            )
        said = format_html(
            said,
            number=worth.units,
            share=share(worth),
            budget=money(self.standing.amount),
        )
        return said if self.standing.covered else said + " " + not_paid_yet()

    @property
    def back(self) -> str:
        return back_to(self.thing.title)

    @property
    def fine(self) -> str:
        """How many gave, and until when the reader may change their mind."""
        people = ngettext(
            "It has %(number)s flattr in all.",
            "It has %(number)s flattrs in all.",
            self.thing.flattrs,
        ) % {"number": self.thing.flattrs}
        if not self.given:
            return people
        last = short_day(months.end(self.standing.period) - timedelta(days=1))
        return f"{people} {_('You can undo yours until %(day)s.') % {'day': last}}"
