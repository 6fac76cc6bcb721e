"""Money on its way in, and lots on hold."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from flattr import months
from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.filters import YesNo
from flattr.staff.tables import ReadOnly
from payouts.admin.traces import of_payment
from payouts.gateway import costs
from payouts.gateway.costs import MonthsCost
from payouts.models import (
    Lot,
    Payer,
    Payment,
    Renewal,
)
from payouts.payments import pay_costs
from payouts.returns import refunding

MONTHS_SHOWN = 36


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    whose = "reader_id"
    change_list_template = "admin/payments.html"
    list_display = [
        "key",
        "reader",
        "amount_",
        "returned_",
        "provider",
        "started_at",
        "paid_at",
        "failed_at",
        "failure",
    ]
    list_filter = [("paid_at", YesNo), ("failed_at", YesNo)]
    list_select_related = ["reader"]
    search_fields = ["=key", "=stripe_id", "=reader__username"]
    search_help_text = _("Our key, Stripe's id (pi_…), or the reader's name")
    ordering = ["-id"]
    fields = [
        "key",
        "stripe_id",
        "session_id",
        "reader",
        "renewal",
        "amount_",
        "cost_",
        "returned_",
        "months",
        "method",
        "paid_with",
        "fingerprint",
        "provider",
        "started_at",
        "asked_at",
        "processing_at",
        "late_at",
        "paid_at",
        "credited_at",
        "failed_at",
        "failure",
        "needs_confirmation",
    ]
    readonly_fields = ["amount_", "cost_", "returned_"]

    @admin.display(description=_("amount"))
    def amount_(self, payment: Payment) -> str:
        return euros(payment.amount).text

    @admin.display(description=_("went back"))
    def returned_(self, payment: Payment) -> str:
        return euros(payment.returned or None).text

    @admin.display(description=_("what Stripe kept"))
    def cost_(self, payment: Payment) -> str:
        return euros(payment.cost).text

    def tables(self, obj: Payment) -> list[Table]:
        return of_payment(obj)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With a way to refund it, while something can be."""
        payment = self.get_object(request, object_id)
        shown = dict(extra_context or {})
        if payment and refunding.refundable(payment):
            url = reverse("admin:payouts_refund_of", args=[payment.pk])
            shown["acts"] = [(_("Refund"), url)]
        return super().change_view(request, object_id, form_url, shown)

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "costs/",
            self.admin_site.admin_view(self.costs),
            name="payouts_payment_costs",
        )
        return [page, *super().get_urls()]

    def costs(self, request: HttpRequest) -> HttpResponse:
        """What payments cost, month by month."""
        behind = months.shifted(clock.period(), -MONTHS_SHOWN)
        shown = costs.months_costs(settings.CURRENCY, behind)
        return TemplateResponse(
            request,
            "admin/rows.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("What payments cost"),
                "table": costs_table(shown),
                "back": reverse("admin:payouts_payment_changelist"),
                "back_name": _("Payments"),
            },
        )


def costs_table(shown: list[MonthsCost]) -> Table:
    return Table(
        _("What payments cost"),
        [
            _("Month"),
            _("Paid in by Stripe"),
            _("Stripe kept"),
            _("In percent"),
            _("For disputes"),
            _("Other"),
            _("Our fee"),
            _("Fee set"),
            _("Left"),
        ],
        [costs_row(month) for month in shown],
        note=(
            _(
                "The fee is now set to %(percent)s %% of what is given; each month shows"
                " what its close took. What Stripe keeps of payments is our cost: readers"
                " are credited in full."
            )
            % {"percent": settings.FEE_PERCENT}
        ),
    )


def costs_row(month: MonthsCost) -> list[Cell | str]:
    share = (
        pay_costs.percent(pay_costs.tenths_of_percent(month.charges, month.paid_in))
        if month.paid_in
        else ""
    )
    return [
        months.show(month.period),
        euros(month.paid_in),
        euros(month.charges),
        Cell(share, number=True),
        euros(month.disputes),
        euros(month.other),
        euros(month.fee),
        Cell(
            "" if month.fee_percent is None else f"{month.fee_percent} %", number=True
        ),
        euros(month.left),
    ]


@admin.register(Payer)
class PayerAdmin(ReadOnly):
    whose = "reader_id"
    list_display = ["reader", "months", "kept", "expires", "kept_at"]
    list_select_related = ["reader"]
    search_fields = ["=reader__username", "=stripe_id", "=fingerprint"]
    search_help_text = _(
        "The reader's name, Stripe's customer, or the fingerprint of a card or account"
    )
    ordering = ["-reader_id"]
    fields = [
        *("reader", "stripe_id", "months", "kept", "expires", "fingerprint"),
        *("mandate_id", "kept_at"),
    ]
    readonly_fields = ["kept"]

    @admin.display(description=_("saved"))
    def kept(self, payer: Payer) -> str:
        return payer.kept


@admin.register(Renewal)
class RenewalAdmin(ReadOnly):
    whose = "reader_id"
    list_display = ["month", "reader", "tries", "made_at", "due_at", "outcome"]
    list_filter = [("done_at", YesNo)]
    list_select_related = ["reader"]
    search_fields = ["=reader__username"]
    search_help_text = _("The reader's name")
    ordering = ["-id"]
    fields = ["month", "reader", "tries", "made_at", "due_at", "done_at", "outcome"]
    readonly_fields = ["month"]

    @admin.display(description=_("month"))
    def month(self, renewal: Renewal) -> str:
        return months.show(renewal.period)


@admin.register(Lot)
class LotAdmin(ReadOnly):
    whose = "creator_id"
    list_display = [
        "month",
        "creator",
        "hold",
        "amount_",
        "taken_",
        "matures_at",
        "matured_at",
    ]
    list_filter = ["hold", ("matured_at", YesNo)]
    list_select_related = ["creator"]
    search_fields = ["=creator__username"]
    search_help_text = _("The creator's name")
    ordering = ["-id"]
    fields = [
        "month",
        "creator",
        "hold",
        "amount_",
        "taken_",
        "counted_from",
        "matures_at",
        "matured_at",
    ]
    readonly_fields = ["month", "amount_", "taken_"]

    @admin.display(description=_("month"))
    def month(self, lot: Lot) -> str:
        return months.show(lot.period)

    @admin.display(description=_("amount"))
    def amount_(self, lot: Lot) -> str:
        return euros(lot.amount).text

    @admin.display(description=_("taken back"))
    def taken_(self, lot: Lot) -> str:
        return euros(lot.taken or None).text
