"""What invoices and credit notes come to, by month and VAT: for the VAT return."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr import months, vat
from flattr.staff.cells import Cell, Table, euros
from payouts.models import Invoice, Treatment


@dataclass(frozen=True, slots=True)
class MonthSum:
    """The papers that were written in one month, with one treatment and rate of VAT."""

    period: int
    treatment: str
    rate: int
    invoices: int
    credits: int
    gross: int
    vat: int

    @property
    def net(self) -> int:
        return self.gross - self.vat

    @property
    def in_words(self) -> str:
        if self.treatment == Treatment.CHARGED:
            return gettext("VAT %(rate)s %%") % {"rate": vat.percent(self.rate)}
        return str(Treatment(self.treatment).label)


def month_sums(most: int) -> list[MonthSum]:
    """The newest months first, by the day on which the papers were written."""
    rows = (
        Invoice.objects.annotate(
            month=F("issued_at__year") * 100 + F("issued_at__month")
        )
        .values("month", "treatment", "rate")
        .annotate(
            invoices=Count("id", filter=Q(gross__gt=0)),
            credits=Count("id", filter=Q(gross__lt=0)),
            total=Sum("gross"),
            of_it=Sum("vat"),
        )
        .order_by("-month", "treatment", "-rate")
    )
    return [
        MonthSum(
            row["month"],
            row["treatment"],
            row["rate"],
            row["invoices"],
            row["credits"],
            row["total"],
            row["of_it"],
        )
        for row in rows[:most]
    ]


def sums_table(shown: list[MonthSum]) -> Table:
    return Table(
        _("Sums by month"),
        [
            _("Written in"),
            _("VAT"),
            _("Invoices"),
            _("Credit notes"),
            _("Without VAT"),
            _("VAT in it"),
            _("Together"),
        ],
        [
            [
                months.show(one.period),
                one.in_words,
                Cell(str(one.invoices), number=True),
                Cell(str(one.credits), number=True),
                euros(one.net),
                euros(one.vat),
                euros(one.gross),
            ]
            for one in shown
        ],
        note=_(
            "Credit notes are deducted. The fees that a month's close took are invoiced in"
            " the month after it."
        ),
    )
