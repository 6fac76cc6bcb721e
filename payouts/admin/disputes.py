"""What went back to readers: refunds and disputes, and from whom it was taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.admin import audit_table
from flattr import months
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.filters import YesNo, one_of
from flattr.staff.tables import ReadOnly
from flattr.web.refusals import Refusal
from payouts.admin.closes import person_cell
from payouts.ledger.admin import entries_table
from payouts.ledger.models import Transaction
from payouts.models import Dispute, Payment, Refund, Traced
from payouts.payments.forms import AmountField
from payouts.returns import refunding

MOST_LINES = 500
REASONS = ["left", "staff", "stripe"]
STATUSES = [
    *("needs_response", "under_review", "won", "lost", "prevented"),
    *("appeal_needs_response", "appeal_under_review"),
    *("warning_needs_response", "warning_under_review", "warning_closed"),
]


class RefundForm(forms.Form):
    """How much of a payment goes back, at most what is left of it, and why."""

    reason = forms.CharField(
        label="Why",
        max_length=2_000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        error_messages={"required": "Please give a reason; it is kept."},
    )

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(
            least=1,
            most=most,
            label="How much",
            initial=most,
            widget=AdminTextInputWidget(attrs={"inputmode": "decimal"}),
        )
        self.order_fields(["amount", "reason"])


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    list_display = ["id", "reader", "amount_", "reason", "state", "made_at", "done_at"]
    list_filter = [
        one_of("reason", REASONS),
        ("done_at", YesNo),
        ("failed_at", YesNo),
    ]
    list_select_related = ["reader"]
    search_fields = ["=stripe_id", "=payment__stripe_id", "=reader__username"]
    search_help_text = "Stripe's id (re_… or pi_…), or the reader's name"
    ordering = ["-id"]
    fields = [
        "payment",
        "reader",
        "amount_",
        "reason",
        "asked_by",
        "state",
        "stripe_id",
        "made_at",
        "asked_at",
        "done_at",
        "failed_at",
        "failure",
    ]
    readonly_fields = ["amount_", "state"]

    @admin.display(description="amount")
    def amount_(self, refund: Refund) -> str:
        return euros(refund.amount).text

    @admin.display(description="state")
    def state(self, refund: Refund) -> str:
        return refund_state(refund)

    def tables(self, obj: Refund) -> list[Table]:
        made = f"refund:{obj.stripe_id}"
        references = [f"{obj.key}:reserve", f"{obj.key}:void", made, f"{made}:failed"]
        return from_whom(references)

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "of/<int:payment>/",
            self.admin_site.admin_view(self.refund),
            name="payouts_refund_of",
        )
        return [page, *super().get_urls()]

    def refund(self, request: HttpRequest, payment: int) -> HttpResponse:
        """Give one payment back, in part or whole, with a reason (T9)."""
        found = get_object_or_404(Payment.objects.select_related("reader"), pk=payment)
        back = reverse("admin:payouts_payment_change", args=[payment])
        most = refunding.refundable(found)
        form = RefundForm(request.POST or None, most=most)
        if request.method == "POST" and most and form.is_valid():
            try:
                refunding.refund_by_staff(
                    found,
                    form.cleaned_data["amount"],
                    request,
                    form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, "It is sent to Stripe within a minute.")
            return redirect(back)
        return TemplateResponse(
            request,
            "admin/refund.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Refund a payment",
                "payment": found,
                "most": most,
                "form": form,
                "back": back,
            },
        )


@admin.register(Dispute)
class DisputeAdmin(ReadOnly):
    """What is answered to a bank is answered at Stripe; here is what became of it."""

    list_display = [
        "stripe_id",
        "reader",
        "amount_",
        "reason",
        "status",
        "opened_at",
        "due_at",
        "closed_at",
    ]
    list_filter = [one_of("status", STATUSES), ("closed_at", YesNo)]
    list_select_related = ["reader"]
    search_fields = ["=stripe_id", "=payment__stripe_id", "=reader__username"]
    search_help_text = "Stripe's id (dp_… or pi_…), or the reader's name"
    ordering = ["-opened_at"]
    fields = [
        "stripe_id",
        "payment",
        "reader",
        "amount_",
        "reason",
        "status",
        "opened_at",
        "due_at",
        "withdrawn_at",
        "closed_at",
        "suspended_at",
    ]
    readonly_fields = ["amount_"]

    @admin.display(description="amount")
    def amount_(self, dispute: Dispute) -> str:
        return euros(dispute.amount).text

    def tables(self, obj: Dispute) -> list[Table]:
        name = f"dispute:{obj.stripe_id}:"
        posted = Transaction.objects.filter(book=0, reference__startswith=name)
        return from_whom(list(posted.values_list("reference", flat=True)[:MOST_LINES]))


def refund_state(refund: Refund) -> str:
    if refund.failed_at:
        return f"failed: {refund.failure}" if refund.failure else "failed"
    if refund.done_at:
        return "done"
    return "asked, the answer is awaited" if refund.asked_at else "waits to be sent"


def from_whom(references: list[str]) -> list[Table]:
    """The trace of some postings, and their entries."""
    lines = (
        Traced.objects.filter(reference__in=references)
        .select_related("creator", "reader")
        .order_by("pk")[:MOST_LINES]
    )
    transactions = Transaction.objects.filter(book=0, reference__in=references)
    return [
        Table(
            "From whom it was taken, and to whom it was given back",
            ["Posting", "What", "Whose", "Month", "Amount", "Held", "Matured", "Owed"],
            [_traced(line) for line in lines],
            note="A creator's part comes from the lot while it is held, then from"
            " what has matured; what was not there any more is owed.",
        ),
        entries_table(transactions, "Entries"),
    ]


def _traced(line: Traced) -> list[Cell | str]:
    whose = line.creator or (line.reader if line.kind == "means" else None)
    return [
        line.reference,
        {"means": "not spent", "fee": "our fee"}.get(line.kind, line.kind),
        person_cell(whose) if whose else "",
        months.show(line.period) if line.period else "",
        euros(line.amount),
        euros(line.from_pending or None),
        euros(line.from_revenue or None),
        euros(line.from_debt or None),
    ]


def of_payment(payment: Payment) -> list[Table]:
    """What went back of one payment, and what was done about it."""
    refunds = payment.refunds.order_by("pk")
    disputes = payment.disputes.order_by("opened_at")
    return [
        Table(
            "Refunds",
            ["Refund", "Amount", "Why", "State", "Since"],
            [
                [
                    Cell(
                        str(refund),
                        reverse("admin:payouts_refund_change", args=[refund.pk]),
                    ),
                    euros(refund.amount),
                    refund.reason,
                    refund_state(refund),
                    f"{refund.made_at:%Y-%m-%d}",
                ]
                for refund in refunds
            ],
        ),
        Table(
            "Disputes",
            ["Dispute", "Amount", "Why", "State", "Opened", "Closed"],
            [
                [
                    Cell(
                        dispute.stripe_id,
                        reverse("admin:payouts_dispute_change", args=[dispute.pk]),
                    ),
                    euros(dispute.amount),
                    dispute.reason,
                    dispute.status,
                    f"{dispute.opened_at:%Y-%m-%d}",
                    f"{dispute.closed_at:%Y-%m-%d}" if dispute.closed_at else "",
                ]
                for dispute in disputes
            ],
        ),
        audit_table(f"payment:{payment.pk}"),
    ]
