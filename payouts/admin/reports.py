"""Reports of things and people: read, and decided with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse

from accounts.admin import audit_table
from buttons.models import Report
from flattr.staff.cells import Cell, Table
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from payouts.moderation import moderating


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = [
        "made_at",
        "about_",
        "owner_",
        "reason",
        "appealed_at",
        "decision",
        "decided_at",
    ]
    list_filter = [
        ("decided_at", YesNo),
        ("appealed_at", YesNo),
        "reason",
        "decision",
    ]
    list_select_related = ["thing__owner", "person"]
    search_fields = ["=thing__url", "=person__username", "=thing__owner__username"]
    search_help_text = "A whole address, or the name of a person or an owner"
    ordering = ["-id"]
    fields = [
        "about_",
        "address_",
        "owner_",
        "reason",
        "words",
        "reporter",
        "made_at",
        "decision",
        "explanation",
        "decided_by",
        "decided_at",
        "appealed_at",
        "appeal",
        "judged_by",
    ]
    readonly_fields = ["about_", "address_", "owner_"]
    acts = {
        "take_down": Act(
            "Take down",
            "The reason, as the owner reads it",
            moderating.take_down,
            "It is suspended. The flattrs of the running month are taken back and the"
            " readers told; older ones are split and the payouts held. The owner is"
            " told how to appeal. Other open reports of it are decided with this one.",
        ),
        "hold_payouts": Act(
            "Hold the payouts",
            "What has to be found out",
            moderating.hold_payouts,
            "It stays where it is. What was not sent to its owner yet is held.",
        ),
        "dismiss": Act("Dismiss", "Why nothing is wrong", moderating.dismiss),
        "restore": Act(
            "Restore",
            "The answer, as the owner reads it",
            moderating.restore,
            "The suspension is lifted. Payouts stay held until each is released.",
        ),
        "uphold": Act(
            "Leave it taken down",
            "The answer, as the owner reads it",
            moderating.uphold,
            "There is no further appeal.",
        ),
    }

    def get_queryset(self, request: Any) -> Any:
        reports: Any = super().get_queryset(request)
        return reports.select_related("thing__owner", "person", "reporter")

    def possible(self, obj: Report) -> list[str]:
        if obj.decided_at is not None:
            return []
        if obj.appealed:
            return ["restore", "uphold"]
        return ["take_down", *(["hold_payouts"] if obj.owner else []), "dismiss"]

    def summary(self, obj: Report) -> str:
        return obj.words

    def tables(self, obj: Report) -> list[Table]:
        subject = f"thing:{obj.thing_id}" if obj.thing_id else f"person:{obj.person_id}"
        return [
            others_table(obj),
            audit_table(f"report:{obj.pk}"),
            audit_table(subject),
        ]

    @admin.display(description="about")
    def about_(self, report: Report) -> str:
        return str(report.about)

    @admin.display(description="address")
    def address_(self, report: Report) -> str:
        if report.thing is not None:
            return report.thing.url
        assert report.person is not None
        return reverse("buttons:profile", args=[report.person.username])

    @admin.display(description="owner")
    def owner_(self, report: Report) -> str:
        return str(report.owner or "")


def others_table(report: Report) -> Table:
    """What else was said about the same thing or person."""
    others = Report.objects.about(report).exclude(pk=report.pk)
    return Table(
        "Other reports of it",
        ["When", "Reason", "Words", "Decision"],
        [
            [
                Cell(
                    f"{other.made_at:%Y-%m-%d %H:%M}",
                    reverse("admin:buttons_report_change", args=[other.pk]),
                ),
                other.get_reason_display(),
                other.words[:200],
                other.get_decision_display(),
            ]
            for other in others.order_by("-id")[:50]
        ],
    )
