"""Things: looked at, and suspended with a reason."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import audit_table
from buttons.models import Thing
from flattr.admin import Act, ReadOnly, Table, YesNo
from payouts import suspending


@admin.register(Thing)
class ThingAdmin(ReadOnly):
    list_display = ["title", "owner", "host", "proof", "flattrs", "suspended_at"]
    list_filter = [
        ("suspended_at", YesNo),
        ("proved_at", YesNo),
        "category",
    ]
    list_select_related = ["owner"]
    search_fields = ["=url", "=host", "=owner__username"]
    search_help_text = "A whole address, a host, or the owner's name"
    ordering = ["-id"]
    fields = [
        "title",
        "url",
        "host",
        "owner",
        "proved_at",
        "proof",
        "category",
        "language",
        "hidden",
        "created_at",
        "flattrs",
        "flattrs_before",
        "sample",
        "suspended_at",
        "suspension_reason",
    ]
    acts = {
        "suspend": Act(
            "Suspend",
            "The reason",
            suspending.suspend_thing,
            "No new flattrs. Those of the running month are taken back and the"
            " readers told; older ones are split.",
        ),
        "unsuspend": Act(
            "Lift the suspension", "The reason", suspending.unsuspend_thing
        ),
    }

    def possible(self, obj: Thing) -> list[str]:
        return ["unsuspend"] if obj.suspended_at else ["suspend"]

    def summary(self, obj: Thing) -> str:
        return obj.url

    def tables(self, obj: Thing) -> list[Table]:
        return [audit_table(f"thing:{obj.pk}")]
