"""What the page after a click says, case by case."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.people.budgets import Standing
from buttons.clicks.worth import Worth, bdi, named, not_paid_yet, share
from buttons.models import Thing
from flattr.templatetags.flattr import month_name


@dataclass(frozen=True, slots=True)
class Done:
    """Everything that the page after a click says."""

    thing: Thing
    given: bool
    standing: Standing
    worth: Worth | None

    @property
    def title(self) -> str:
        if not self.given:
            return _("Not flattred")
        return _("Flattred") if self.thing.proved else _("Promised")

    @property
    def heading(self) -> str:
        if not self.given:
            said = _("Not flattred: “{title}”")
        elif self.thing.proved:
            said = _("Flattred: “{title}”")
        else:
            said = _("Promised: “{title}”")
        return format_html(said, title=bdi(self.thing.title))

    @property
    def sentence(self) -> str:
        month = month_name(self.standing.period)
        if not self.given:
            return _("You have not flattred this in %(month)s.") % {"month": month}
        if not self.thing.proved:
            return _(
                "Your flattr waits until somebody proves that this page is theirs. We"
                " write to you then, and you can still take it back."
            )
        return self._worth_sentence(month)

    def _worth_sentence(self, month: str) -> str:
        assert self.thing.owner is not None
        name, worth = named(self.thing.owner), self.worth
        if worth is None:
            return format_html(_("{name} has your flattr."), name=name)
        if worth.units == 1:
            said = _(
                "{name} has your flattr. As your {month} stands, all {share} go to"
                " {name}."
            )
        elif settings.POLICY == "thing":
            said = _(
                "{name} has your flattr. As your {month} stands, each of {number} things"
                " gets {share}."
            )
        else:
            said = _(
                "{name} has your flattr. As your {month} stands, each of {number}"
                " creators gets {share}."
            )
        said = format_html(
            said, name=name, month=month, number=worth.units, share=share(worth)
        )
        return said if self.standing.covered else said + " " + not_paid_yet()
