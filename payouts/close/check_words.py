"""What the page *Check it yourself* says of a statement that was computed again."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from payouts.close.checking import Check


@dataclass(frozen=True, slots=True)
class CheckWords:
    check: Check

    @property
    def verdict(self) -> str:
        if self.check.agrees:
            return _(
                "Computed again just now from what was written down when the month closed:"
                " every number agrees with the ledger."
            )
        text = _(
            "Computed again just now, not every number agrees with the ledger; the lines that"
            ' differ are marked. Please <a href="mailto:{address}">tell us</a>.'
        )
        return format_html(text, address=settings.OPERATOR_EMAIL)

    @property
    def counting(self) -> str:
        """What counts once."""
        if self.check.statement.by_thing:
            return _("Every thing you flattred counts once.")
        return _(
            "Every creator counts once, however many of their things you flattred."
        )

    @property
    def ranking(self) -> str:
        """Who gets the odd cents."""
        if self.check.statement.by_thing:
            text = _(
                "Things stand in the order of their numbers and are ranked from 0. Whoever's"
                " place, (rank + offset) mod n, is below %(odd)d gets a cent more."
            )
        else:
            text = _(
                "Creators stand in the order of their numbers and are ranked from 0."
                " Whoever's place, (rank + offset) mod n, is below %(odd)d gets a cent more."
            )
        return text % {"odd": self.check.division.odd}

    @property
    def stands(self) -> str:
        """Where the shares are written down with which they are compared."""
        return (
            _("In the statement")
            if self.check.statement.by_thing
            else _("In the ledger")
        )
