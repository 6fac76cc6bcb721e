"""People as staff see them: nothing is typed, suspending is in `payouts.admin`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from accounts.audit import TAKEOVER
from accounts.models import Audit, Outbox
from flattr.admin import Cell, ReadOnly, Table, YesNo, one_of

ACTIONS = [
    *(
        f"payout_{act}"
        for act in (
            "requested",
            "approved",
            "held",
            "released",
            "rejected",
            "handed_over",
            "not_covered",
            "sent",
            "returned",
            "failed",
        )
    ),
    "account_shown",
    "stripe_account_opened",
    "destination_changed",
    "destination_cancelled",
    "person_suspended",
    "person_unsuspended",
    "thing_suspended",
    "thing_unsuspended",
    "reader_closed",
    "refund_asked",
    "refund_made",
    "refund_failed",
    "dispute_opened",
    "dispute_decided",
    *TAKEOVER,
]
MAILS = [
    "bank_refused",
    "destination",
    "dispute",
    "paid_in",
    "payout",
    "promise_kept",
    "promise_lapsed",
    "refund",
    "revenue",
    "statement",
    "stripe_asks",
    "taken_back",
    "top_up",
]


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """What staff did, and why. Search for its subject, as in payout:12 or person:7."""

    list_display = ["at", "actor", "action", "subject", "reason", "ip"]
    list_filter = [one_of("action", ACTIONS)]
    list_select_related = ["actor"]
    search_fields = ["=subject", "=actor__username"]
    search_help_text = "A subject (payout:12, person:7, thing:3) or a username"
    ordering = ["-id"]
    fields = ["at", "actor", "action", "subject", "before", "after", "reason", "ip"]


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    """Mails. What they say is not shown: some carry keys that are the person's."""

    list_display = ["key", "template", "person", "due_at", "sent_at", "tries"]
    list_filter = [one_of("template", MAILS), ("sent_at", YesNo)]
    list_select_related = ["person"]
    search_fields = ["=key", "=person__username"]
    search_help_text = "A key or a username"
    ordering = ["-id"]
    fields = ["key", "template", "person", "due_at", "sent_at", "tries", "failure"]


def audit_table(subject: str) -> Table:
    """What staff and the platform did to a subject, newest first."""
    rows = Audit.objects.filter(subject=subject).select_related("actor")
    return Table(
        "Audit log",
        ["When", "Who", "What", "Before", "After", "Reason"],
        [
            [
                Cell(
                    f"{row.at:%Y-%m-%d %H:%M}",
                    reverse("admin:accounts_audit_change", args=[row.pk]),
                ),
                str(row.actor or "the platform"),
                row.action,
                facts(row.before),
                facts(row.after),
                row.reason,
            ]
            for row in rows.order_by("-id")[:50]
        ],
    )


def facts(told: dict[str, object]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in told.items())
