"""What the page of a list says above its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.people.budgets import Standing
from buttons.anywhere import pasting
from buttons.anywhere.pasted_rows import Row, RowState
from buttons.clicks import question
from buttons.models import Pasted
from buttons.signals.listings import MOST_ENTRIES
from flattr.templatetags.flattr import day, month_name


# Its rows are counted once, and not once more for each row.
@dataclass(frozen=True)
class PastedWords:
    """A list, as its owner sees it. `begins` is what is given from the next month on by
    whoever begins with that, in minor units."""

    pasted: Pasted
    rows: list[Row]
    standing: Standing
    begins: int = 0

    def _number(self, state: RowState) -> int:
        return sum(row.state == state for row in self.rows)

    @cached_property
    def waits(self) -> int:
        return self._number(RowState.WAITING)

    @property
    def looked_at(self) -> int:
        return len(self.rows) - self.waits

    @property
    def progress(self) -> str:
        """How far we are; whole sentences."""
        number = len(self.rows)
        if not self.waits:
            return ngettext(
                "We have looked at it.",
                "We have looked at all %(number)d.",
                number,
            ) % {"number": number}
        if number == 1:
            return _("We are looking at it.")
        values = {"done": number - self.waits, "number": number}
        return _("%(done)d of %(number)d looked at.") % values

    @property
    def meanwhile(self) -> str:
        """What to do while it is looked at; empty once it is done."""
        if not self.waits:
            return ""
        if len(self.rows) == 1:
            return _("It takes a few seconds. This page shows it by itself.")
        return _(
            "You need not wait here: if it takes more than a minute, we write to you"
            " when it is done."
        )

    @property
    def summary(self) -> str:
        """How many people are behind the list, once it is looked at."""
        if self.waits or len(self.rows) < 2:
            return ""
        here = sum(row.owner is not None for row in self.rows)
        nobody = sum(bool(row.nobody) and row.owner is None for row in self.rows)
        said = []
        if here:
            said.append(
                ngettext(
                    "For %(number)d there is somebody here who gets it.",
                    "For %(number)d there is somebody here who gets it.",
                    here,
                )
                % {"number": here}
            )
        if nobody:
            said.append(
                ngettext(
                    "For %(number)d there is nobody yet.",
                    "For %(number)d there is nobody yet.",
                    nobody,
                )
                % {"number": nobody}
            )
        return " ".join(said)

    @property
    def left_out(self) -> str:
        """That there was more than we look at."""
        if not self.pasted.left_out:
            return ""
        values = {
            "number": self.pasted.left_out,
            "most": MOST_ENTRIES,
            "day": pasting.ADDRESSES_A_DAY,
        }
        return (
            ngettext(
                "%(number)d more address is left out: a list has at most %(most)d, and"
                " we look at %(day)d for you in a day.",
                "%(number)d more addresses are left out: a list has at most %(most)d,"
                " and we look at %(day)d for you in a day.",
                self.pasted.left_out,
            )
            % values
        )

    @property
    def promise(self) -> str:
        """What a flattr does where there is nobody yet; empty where there is somebody
        for all."""
        if not any(row.is_ready and not row.proved for row in self.rows):
            return ""
        return _(
            "Where nobody is here yet, your flattr waits as a promise: it costs nothing"
            " and takes no share of your month until the author comes forward."
        )

    @cached_property
    def chooses(self) -> bool:
        """Whether several can be chosen: once all is looked at."""
        ready = sum(row.is_ready or row.can_be_monthly for row in self.rows)
        return not self.waits and ready > 1 and self.standing.open

    @property
    def later(self) -> str:
        """Why several cannot be chosen yet; empty where they can, or there is one."""
        if not self.waits or len(self.rows) < 2 or not self.standing.open:
            return ""
        return _("You can flattr several at once when all are looked at.")

    @property
    def given(self) -> str:
        """What the reader has given from the list in this month; empty for nothing."""
        number = sum(row.since for row in self.rows)
        if not number:
            return ""
        values = {"number": number, "month": month_name(self.standing.period)}
        return (
            ngettext(
                "From this list you flattr %(number)d page in %(month)s.",
                "From this list you flattr %(number)d pages in %(month)s.",
                number,
            )
            % values
        )

    @property
    def take_back(self) -> str:
        number = sum(row.since for row in self.rows)
        return _("Take it back") if number == 1 else _("Take all back")

    @property
    def no_budget(self) -> str:
        """Why the reader cannot flattr now; empty if they can, or nothing is to be."""
        if self.standing.open or not any(row.is_ready for row in self.rows):
            return ""
        return question.no_budget(self.standing, self.begins)

    @property
    def kept(self) -> str:
        asked = {"day": day(self.pasted.asked_at)}
        return (
            _(
                "Pasted on %(day)s. We keep it for a week, and nobody else sees it. What"
                " you flattred stays."
            )
            % asked
        )
