"""Invoices and credit notes: a list to read, sums by month and VAT, and a year as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from flattr import months, vat
from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.filters import one_of
from flattr.staff.tables import ReadOnly
from payouts.admin.invoices import invoice_sums
from payouts.close import spreadsheets
from payouts.invoices import papers
from payouts.invoices.invoice_words import InvoiceWords
from payouts.models import Invoice, Treatment

# Three treatments at most in each of three years' months.
SUMS_SHOWN = 108
AT_ONCE = 2_000


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly):
    whose = "creator_id"
    change_list_template = "admin/invoices.html"
    list_display = [
        "number_",
        "month",
        "creator",
        "issued_at",
        "corrected",
        "treatment",
        "net_",
        "vat_",
        "gross_",
    ]
    list_filter = [one_of("treatment", Treatment.values)]
    list_select_related = ["creator", "corrects"]
    search_fields = ["=creator__username", "=number", "=customer_vat_id"]
    search_help_text = _("The creator's name or VAT id, or a number without its year")
    ordering = ["-id"]
    fields = [
        *("number_", "month", "creator", "issued_at", "corrected"),
        *("treatment", "rate_", "net_", "vat_", "gross_", "currency", "note"),
        *("seller", "seller_address", "seller_vat_id"),
        *("customer", "customer_address", "customer_vat_id"),
    ]
    readonly_fields = [
        "number_",
        "month",
        "corrected",
        "rate_",
        "net_",
        "vat_",
        "gross_",
    ]

    @admin.display(description=_("number"), ordering="id")
    def number_(self, invoice: Invoice) -> str:
        return invoice.name

    @admin.display(description=_("month"))
    def month(self, invoice: Invoice) -> str:
        return months.show(invoice.period)

    @admin.display(description=_("corrects"))
    def corrected(self, invoice: Invoice) -> str:
        return invoice.corrects.name if invoice.corrects else ""

    @admin.display(description=_("rate of VAT"))
    def rate_(self, invoice: Invoice) -> str:
        return gettext("%(rate)s %%") % {"rate": vat.percent(invoice.rate)}

    @admin.display(description=_("without VAT"))
    def net_(self, invoice: Invoice) -> str:
        return euros(invoice.net).text

    @admin.display(description=_("VAT in it"))
    def vat_(self, invoice: Invoice) -> str:
        return euros(invoice.vat).text

    @admin.display(description=_("amount"))
    def gross_(self, invoice: Invoice) -> str:
        return euros(invoice.gross).text

    def tables(self, obj: Invoice) -> list[Table]:
        lines = list(obj.lines.order_by("period", "kind"))
        rows = InvoiceWords(obj, lines).rows
        return [
            Table(
                _("Lines"),
                [_("What"), _("Amount")],
                [[text, Cell(amount, number=True)] for text, amount in rows],
            ),
            Table(
                _("Corrected by"),
                [_("Number"), _("Amount")],
                [
                    [
                        Cell(
                            one.name,
                            reverse("admin:payouts_invoice_change", args=[one.pk]),
                        ),
                        euros(one.gross),
                    ]
                    for one in obj.corrections.order_by("id")
                ],
            ),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        year = clock.period() // 100
        shown = {"years": [year, year - 1], **(extra_context or {})}
        return super().changelist_view(request, shown)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "sums/",
                self.admin_site.admin_view(self.sums),
                name="payouts_invoice_sums",
            ),
            path(
                "flattr-invoices-<int:year>.csv",
                self.admin_site.admin_view(self.table),
                name="payouts_invoice_csv",
            ),
            *super().get_urls(),
        ]

    def sums(self, request: HttpRequest) -> HttpResponse:
        shown = invoice_sums.month_sums(SUMS_SHOWN)
        return TemplateResponse(
            request,
            "admin/rows.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Invoices by month and VAT"),
                "table": invoice_sums.sums_table(shown),
                "back": reverse("admin:payouts_invoice_changelist"),
                "back_name": _("Invoices"),
            },
        )

    def table(self, request: HttpRequest, year: int) -> HttpResponse:
        """All papers that bear a number of the year, for the operator's books; that
        somebody took them is written down."""
        audit.note(request, "invoices_exported", f"invoices:{year}")
        rows = papers.rows(_of_year(year))
        return spreadsheets.answer(f"flattr-invoices-{year}.csv", papers.HEADER, rows)


def _of_year(year: int) -> Iterator[Invoice]:
    """In order, so many at once: numbers have no gaps, and nothing is kept open between
    two questions."""
    every = Invoice.objects.filter(year=year).select_related("corrects", "creator")
    first = 1
    while found := list(
        every.filter(number__gte=first, number__lt=first + AT_ONCE).order_by("number")
    ):
        yield from found
        first += AT_ONCE
