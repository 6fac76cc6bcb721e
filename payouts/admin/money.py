"""Money on its way in, lots on hold, and the breaker."""

from __future__ import annotations

from django.contrib import admin

from flattr import months
from flattr.admin import ReadOnly, YesNo, euros
from payouts.models import Breaker, Lot, Payment


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = [
        "key",
        "reader",
        "amount_",
        "provider",
        "started_at",
        "paid_at",
        "failed_at",
    ]
    list_filter = [("paid_at", YesNo)]
    list_select_related = ["reader"]
    search_fields = ["=key", "=reader__username"]
    search_help_text = "The provider's id, or the reader's name"
    ordering = ["-id"]
    fields = [
        "key",
        "reader",
        "amount_",
        "provider",
        "started_at",
        "paid_at",
        "failed_at",
    ]
    readonly_fields = ["amount_"]

    @admin.display(description="amount")
    def amount_(self, payment: Payment) -> str:
        return euros(payment.amount).text


@admin.register(Lot)
class LotAdmin(ReadOnly):
    list_display = [
        "month",
        "creator",
        "trusted",
        "amount_",
        "taken_",
        "matures_at",
        "matured_at",
    ]
    list_filter = ["trusted", ("matured_at", YesNo)]
    list_select_related = ["creator"]
    search_fields = ["=creator__username"]
    search_help_text = "The creator's name"
    ordering = ["-id"]
    fields = [
        "month",
        "creator",
        "trusted",
        "amount_",
        "taken_",
        "counted_from",
        "matures_at",
        "matured_at",
    ]
    readonly_fields = ["month", "amount_", "taken_"]

    @admin.display(description="month")
    def month(self, lot: Lot) -> str:
        return months.show(lot.period)

    @admin.display(description="amount")
    def amount_(self, lot: Lot) -> str:
        return euros(lot.amount).text

    @admin.display(description="taken back")
    def taken_(self, lot: Lot) -> str:
        return euros(lot.taken or None).text


@admin.register(Breaker)
class BreakerAdmin(ReadOnly):
    """Set when the ledger does not add up. A check that finds all in order resets it."""

    list_display = ["__str__", "tripped_at"]
    fields = ["tripped_at", "reason"]
