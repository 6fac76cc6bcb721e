"""The admin of records about people, read-only; suspending is in `payouts.admin`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import TAKEOVER
from accounts.models import Audit, Outbox
from accounts.models.oauth import AccessToken, Application
from flattr.staff.cells import Cell, Table
from flattr.staff.filters import YesNo, one_of
from flattr.staff.tables import ReadOnly

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
    "name_changed",
    "reader_closed",
    "app_registered",
    "app_changed",
    "app_secret_renewed",
    "app_deleted",
    "token_made",
    "refund_asked",
    "refund_made",
    "refund_failed",
    "dispute_asked",
    "dispute_opened",
    "dispute_reopened",
    "dispute_decided",
    "second_factor_link",
    "second_factor_on",
    *TAKEOVER,
]
MAILS = [
    "bank_refused",
    "bank_waits",
    "destination",
    "dispute",
    "name_changed",
    "owed",
    "paid_in",
    "payout",
    "promise_kept",
    "promise_lapsed",
    "refund",
    "revenue",
    "second_factor_link",
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
    search_help_text = _("A subject (payout:12, person:7, thing:3) or a username")
    ordering = ["-id"]
    fields = ["at", "actor", "action", "subject", "before", "after", "reason", "ip"]


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    """Mails, without their text: some contain keys that belong to the person."""

    list_display = ["key", "template", "person", "due_at", "sent_at", "tries"]
    list_filter = [one_of("template", MAILS), ("sent_at", YesNo)]
    list_select_related = ["person"]
    search_fields = ["=key", "=person__username"]
    search_help_text = _("A key or a username")
    ordering = ["-id"]
    fields = ["key", "template", "person", "due_at", "sent_at", "tries", "failure"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    """Apps that people registered, and how many people they act for."""

    list_display = ["name", "user", "host", "client_type", "created"]
    list_select_related = ["user"]
    search_fields = ["=name", "=client_id", "=user__username"]
    search_help_text = _("A title, a client id or a username")
    ordering = ["-id"]
    fields = [
        "name",
        "user",
        "website",
        "description",
        "platform",
        "client_id",
        "client_type",
        "keys_are_public",
        "redirect_uris",
        "created",
        "updated",
        "people",
    ]
    readonly_fields = ["people"]

    @admin.display(description=_("host"))
    def host(self, app: Application) -> str:
        return app.host

    @admin.display(description=_("acts for"))
    def people(self, app: Application) -> int:
        tokens = AccessToken.objects.filter(application=app)
        return int(tokens.values("user").distinct().count())


def audit_table(subject: str) -> Table:
    """What staff and the platform did to a subject, newest first."""
    rows = Audit.objects.filter(subject=subject).select_related("actor")
    return Table(
        _("Audit log"),
        [_("When"), _("Who"), _("What"), _("Before"), _("After"), _("Reason")],
        [
            [
                Cell(
                    f"{row.at:%Y-%m-%d %H:%M}",
                    reverse("admin:accounts_audit_change", args=[row.pk]),
                ),
                str(row.actor or _("the platform")),
                row.action,
                facts(row.before),
                facts(row.after),
                row.reason,
            ]
            for row in rows.order_by("-id")[:50]
        ],
        nothing=_("Nobody has done anything to it yet."),
    )


def facts(told: dict[str, object]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in told.items())
