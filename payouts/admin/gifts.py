"""Gifts, as staff see them: from whom, to whom, what became of them. Nothing is done to
one here: suspending either side undoes what is not given yet."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from flattr import months
from flattr.staff.cells import euros
from flattr.staff.tables import ReadOnly
from payouts.models import Gift


@admin.register(Gift)
class GiftAdmin(ReadOnly):
    whose = "reader_id"
    list_display = ["id", "reader", "creator", "amount_", "state", "made_at", "month"]
    list_filter = ["state", "ending"]
    list_select_related = ["reader", "creator"]
    search_fields = ["=reader__username", "=creator__username"]
    search_help_text = _("The name of the reader or of the creator")
    ordering = ["-id"]
    fields = [
        *("reader", "creator", "thing", "amount_", "fee_", "state", "payment"),
        *("made_at", "reserved_at", "due_at", "given_at", "month", "ended_at"),
        "ending",
    ]
    readonly_fields = ["amount_", "fee_", "month"]

    @admin.display(description=_("amount"))
    def amount_(self, gift: Gift) -> str:
        return euros(gift.amount).text

    @admin.display(description=_("our fee"))
    def fee_(self, gift: Gift) -> str:
        return euros(gift.fee or None).text

    @admin.display(description=_("month"))
    def month(self, gift: Gift) -> str:
        return months.show(gift.period) if gift.period else ""
