"""What the page of a creator's year says, and its chart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from flattr.templatetags.flattr import money, month, short_month, signed_money
from flattr.web.charts import Bar, Chart, Part
from payouts.years.creator_year import CreatorYear


@dataclass(frozen=True, slots=True)
class CreatorWords:
    year: CreatorYear

    @property
    def heading(self) -> str:
        arrived = self.year.earned + self.year.once
        facts = {"year": self.year.year, "amount": money(arrived)}
        if not arrived:
            return _("%(year)s: no revenue") % facts
        return _("%(year)s: %(amount)s from your readers") % facts

    @property
    def is_over(self) -> bool:
        return self.year.running // 100 > self.year.year

    @property
    def end(self) -> str:
        if self.is_over:
            return _("31 December")
        return _("Now")

    @property
    def about_end(self) -> str:
        """What belongs to the end of the year; empty while it runs."""
        if self.is_over:
            return _("December's revenue counts here, though it arrived on 1 January.")
        return ""

    @property
    def sum(self) -> str:
        """How one balance becomes the other, as a sum."""
        year = self.year
        moved = [year.earned, year.once, -year.taken_back, -year.paid_out, year.other]
        signed = [signed_money(one) for one in moved if one]
        terms = [f"{one[0]} {one[1:]}" for one in signed]
        return " ".join(
            [money(year.before.total), *terms, "=", money(year.after.total)]
        )

    @property
    def fees(self) -> str:
        """What the site kept of what readers gave, before anything arrived here."""
        fees = self.year.fees
        if not fees or fees == [0]:
            return _(
                "This site keeps nothing of what readers give: all of it was divided"
                " among creators."
            )
        if len(fees) == 1:
            return _(
                "This site kept %(percent)s %% of what readers gave, before the rest was"
                " divided among creators. Your revenue is what arrived after that."
            ) % {"percent": fees[0]}
        return _(
            "This site kept between %(least)s %% and %(most)s %% of what readers gave,"
            " before the rest was divided among creators. Your revenue is what arrived"
            " after that."
        ) % {"least": fees[0], "most": fees[-1]}

    @property
    def about_fee(self) -> str:
        """What readers gave, what we kept of it and what arrived, as a sum; empty where
        no invoice says anything."""
        year = self.year
        if not (year.fee or year.fee_returned):
            return ""
        facts = {
            "given": money(year.earned + year.once + year.fee),
            "fee": money(year.fee),
            "earned": money(year.earned + year.once),
            "back": money(abs(year.fee_returned)),
        }
        said = _(
            "Readers gave you %(given)s. Our fee was %(fee)s of it, and %(earned)s arrived"
            " as revenue."
        )
        if year.fee_returned > 0:
            said = _(
                "Readers gave you %(given)s. Our fee was %(fee)s of it, and %(earned)s"
                " arrived as revenue. Credit notes of this year give back %(back)s of fees,"
                " for payments that were taken back."
            )
        elif year.fee_returned < 0:
            said = _(
                "Readers gave you %(given)s. Our fee was %(fee)s of it, and %(earned)s"
                " arrived as revenue. Invoices of this year charge %(back)s of fees again,"
                " for payments that came again."
            )
        return said % facts

    @property
    def waits(self) -> str:
        """What the year still waits for, in a sentence; empty when it is complete."""
        waiting = [
            one for one in self.year.months if one.period not in self.year.closed
        ]
        if not waiting:
            return ""
        return _("%(month)s is not closed yet. What it brings is added then.") % {
            "month": month(waiting[-1].period)
        }

    @property
    def chart(self) -> Chart:
        year = self.year
        months = [
            one
            for one in year.months
            if one.earned or one.once or one.period in year.closed
        ]
        return Chart(
            "year",
            _("Your revenue by month"),
            _("%(amount)s in %(year)s, the sums by month are in the table.")
            % {"amount": money(year.earned + year.once), "year": year.year},
            [
                Bar(
                    short_month(one.period),
                    _("%(month)s: %(amount)s")
                    % {
                        "month": month(one.period),
                        "amount": money(one.earned + one.once),
                    },
                    [Part("ready", one.earned + one.once)],
                    money(one.earned + one.once),
                )
                for one in months
            ],
            nothing=_("No month of this year has brought anything yet."),
        )
