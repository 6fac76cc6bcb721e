"""What the page of a reader's year says."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, month, month_name, short_month
from payouts.years.loaves import Month
from payouts.years.reader_year import ReaderYear


@dataclass(frozen=True, slots=True)
class MonthWords:
    """One loaf and what is said of it."""

    month: Month

    @property
    def name(self) -> str:
        return month_name(self.month.period)

    @property
    def short_name(self) -> str:
        return short_month(self.month.period)

    @property
    def picture(self) -> str:
        """What the picture shows, for who hears it, and why there is none."""
        one = self.month
        if one.slices:
            return ngettext(
                "%(month)s: %(amount)s to %(number)s creator",
                "%(month)s: %(amount)s to %(number)s creators",
                one.creators,
            ) % {
                "month": self.name,
                "amount": money(one.given),
                "number": one.creators,
            }
        return f"{self.name}: {self.why}"

    @property
    def why(self) -> str:
        """Instead of a loaf."""
        if self.month.state == "running":
            return _("still running")
        if self.month.state == "closing":
            return _("not shared yet")
        if self.month.state == "aside":
            return _("set aside for our staff")
        return _("nothing spent")


@dataclass(frozen=True, slots=True)
class ReaderWords:
    year: ReaderYear

    @property
    def months(self) -> list[MonthWords]:
        return [MonthWords(month) for month in self.year.months]

    @property
    def heading(self) -> str:
        year, many = self.year, len(self.year.rows)
        if not many:
            return _("%(year)s: nothing given") % {"year": year.year}
        return ngettext(
            "%(year)s: %(amount)s to %(number)s creator",
            "%(year)s: %(amount)s to %(number)s creators",
            many,
        ) % {
            "year": year.year,
            "amount": money(year.given + year.once),
            "number": many,
        }

    @property
    def is_over(self) -> bool:
        return self.year.running // 100 > self.year.year

    @property
    def end(self) -> str:
        if self.is_over:
            return _("In your account when December was shared")
        return _("In your account now")

    @property
    def paid_in(self) -> str:
        payments = self.year.payments
        if not payments:
            return _("Paid in")
        return ngettext(
            "Paid in, %(number)s payment", "Paid in, %(number)s payments", payments
        ) % {"number": payments}

    @property
    def waits(self) -> str:
        """What the year still waits for, in a sentence; empty when all is shared."""
        waiting = [
            one.period
            for one in self.year.months
            if one.state in ("running", "closing", "aside")
        ]
        if waiting == [self.year.running]:
            return _(
                "%(month)s is still running. What you give in it is added when it is over."
            ) % {"month": month(self.year.running)}
        if not waiting:
            return ""
        return ngettext(
            "%(number)s month is not shared yet. Its sums are added when it is.",
            "%(number)s months are not shared yet. Their sums are added when they are.",
            len(waiting),
        ) % {"number": len(waiting)}
