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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr.staff.cells import Table, euros
from flattr.staff.filters import YesNo, one_of
from flattr.staff.tables import ReadOnly
from flattr.web.amounts import AmountField
from flattr.web.refusals import Refusal
from payouts.admin.traces import MOST_LINES, from_whom, refund_state, what_it_is
from payouts.ledger.models import Transaction
from payouts.models import Dispute, Payment, Refund
from payouts.returns import refunding

REASONS = ["left", "staff", "stripe"]
STATUSES = [
    *("needs_response", "under_review", "won", "lost", "prevented"),
    *("appeal_needs_response", "appeal_under_review"),
    *("warning_needs_response", "warning_under_review", "warning_closed"),
]


class RefundForm(forms.Form):
    """How much of a payment goes back, at most what is left of it, and why."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2_000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        error_messages={
            "required": _("Please give a reason. It goes into the audit log.")
        },
    )

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(
            least=1,
            most=most,
            label=_("How much"),
            initial=most,
            widget=AdminTextInputWidget(attrs={"inputmode": "decimal"}),
        )
        self.order_fields(["amount", "reason"])


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    whose = "reader_id"
    list_display = ["id", "reader", "amount_", "reason", "state", "made_at", "done_at"]
    list_filter = [
        one_of("reason", REASONS),
        ("done_at", YesNo),
        ("failed_at", YesNo),
    ]
    list_select_related = ["reader"]
    search_fields = ["=stripe_id", "=payment__stripe_id", "=reader__username"]
    search_help_text = _("Stripe's id (re_… or pi_…), or the reader's name")
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

    @admin.display(description=_("amount"))
    def amount_(self, refund: Refund) -> str:
        return euros(refund.amount).text

    @admin.display(description=_("state"))
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
                self.message_user(
                    request, _("The refund is sent to Stripe within a minute.")
                )
            return redirect(back)
        return TemplateResponse(
            request,
            "admin/refund.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Refund a payment"),
                "payment": found,
                "explain": explanation(found, most),
                "form": form if most else None,
                "back": back,
            },
        )


@admin.register(Dispute)
class DisputeAdmin(ReadOnly):
    """Disputes are answered at Stripe; here staff read how they stand. With them are
    inquiries, and debits that banks could not make."""

    whose = "reader_id"
    list_display = [
        "stripe_id",
        "what",
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
    search_help_text = _("Stripe's id (dp_… or pi_…), or the reader's name")
    ordering = ["-opened_at"]
    fields = [
        "stripe_id",
        "what",
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
    readonly_fields = ["amount_", "what"]

    @admin.display(description=_("what"))
    def what(self, dispute: Dispute) -> str:
        return what_it_is(dispute)

    @admin.display(description=_("amount"))
    def amount_(self, dispute: Dispute) -> str:
        return euros(dispute.amount).text

    def tables(self, obj: Dispute) -> list[Table]:
        name = f"dispute:{obj.stripe_id}:"
        posted = Transaction.objects.filter(book=0, reference__startswith=name)
        return from_whom(list(posted.values_list("reference", flat=True)[:MOST_LINES]))


def explanation(payment: Payment, most: int) -> str:
    """What a refund does, where so much may be refunded; else why nothing may be."""
    if not most:
        return gettext(
            "Nothing of it can be refunded: it was not paid by card, went back already,"
            " or is disputed."
        )
    return gettext(
        "What %(reader)s has not spent goes back first. The rest is taken back from those"
        " who were given it, the latest months first; what they have been paid already,"
        " they owe."
    ) % {"reader": payment.reader}
