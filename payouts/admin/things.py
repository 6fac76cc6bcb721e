"""Things: looked at, and suspended with a reason."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import audit_table
from buttons import refusing
from buttons.models import Refused, Thing
from flattr.admin import Act, ReadOnly, Table, YesNo
from payouts import moderating, suspending


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
            moderating.suspend,
            "No new flattrs. Those of the running month are taken back and the"
            " readers told; older ones are split. The owner is told how to appeal.",
        ),
        "refuse_page": Act(
            "Author refuses this page",
            "How the author showed that it is theirs",
            refusing.refuse_page,
            "Nobody can flattr it any more. What waits is given up, the readers told.",
        ),
        "refuse_host": Act(
            "Author refuses the whole host",
            "How the author showed that all of the host is theirs",
            refusing.refuse_host,
            "Not for hosts that many people share. Nobody can flattr any page there"
            " that is not proved; what waits is given up, the readers told.",
        ),
        "unsuspend": Act(
            "Lift the suspension", "The reason", suspending.unsuspend_thing
        ),
    }

    def possible(self, obj: Thing) -> list[str]:
        refused = [] if obj.proved else ["refuse_page", "refuse_host"]
        return [*(["unsuspend"] if obj.suspended_at else ["suspend"]), *refused]

    def summary(self, obj: Thing) -> str:
        return obj.url

    def tables(self, obj: Thing) -> list[Table]:
        return [audit_table(f"thing:{obj.pk}")]


@admin.register(Refused)
class RefusedAdmin(ReadOnly):
    """Pages and hosts whose authors do not want flattrs."""

    list_display = ["address", "proof", "refused_at"]
    search_fields = ["=address"]
    search_help_text = "A whole address, or a host"
    ordering = ["-id"]
    fields = ["address", "proof", "refused_at"]
    acts = {
        "lift": Act(
            "Lift",
            "How the author showed that it is theirs",
            refusing.lift,
            "The author has changed their mind. It can be flattred again; what was"
            " given up does not come back.",
        ),
    }

    def tables(self, obj: Refused) -> list[Table]:
        return [audit_table(f"refused:{obj.pk}")]
