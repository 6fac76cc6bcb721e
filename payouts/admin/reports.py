"""Reports of things and people: read, and decided with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit_table
from buttons.models import Report
from flattr.staff.cells import Cell, Table
from flattr.staff.faces import person_cell, work_cell
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from flattr.templatetags.flattr import moment
from payouts.admin import pictures
from payouts.moderation import moderating, replying

# What whoever reported it reads beside our decision; most need nothing more.
TO_REPORTER = _(
    "To whoever reported it, beside what we always write (taken down, or not, and thank"
    " you): may be empty. They are not told what you wrote above"
)


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
    search_help_text = _("A whole address, or the name of a person or an owner")
    ordering = ["-id"]
    fields = [
        "about_",
        "address_",
        "owner_",
        "reason",
        "words",
        "picture_",
        "reporter",
        "email",
        "made_at",
        "decision",
        "explanation",
        "answer",
        "answered_",
        "decided_by",
        "decided_at",
        "appealed_at",
        "appeal",
        "judged_by",
    ]
    readonly_fields = ["about_", "address_", "owner_", "picture_", "answered_"]
    acts = {
        "take_down": Act(
            _("Take down"),
            _("The reason, as the owner reads it"),
            moderating.take_down,
            _(
                "It is suspended. Flattrs of this month are taken back, and we tell the"
                " readers; older ones are split, and payouts are held. We tell the owner how"
                " to appeal. Other open reports about it are decided with this one."
            ),
            ask_also=TO_REPORTER,
        ),
        "take_picture_down": Act(
            pictures.HIDE.label,
            pictures.HIDE.ask,
            moderating.take_picture_down,
            pictures.HIDE.explain,
            ask_also=TO_REPORTER,
        ),
        "hold_payouts": Act(
            _("Hold the payouts"),
            _("What we have to find out"),
            moderating.hold_payouts,
            _(
                "It stays where it is. Payouts that its owner has not been sent are held."
            ),
            ask_also=TO_REPORTER,
        ),
        "dismiss": Act(
            _("Dismiss"),
            _("Why nothing is wrong"),
            moderating.dismiss,
            ask_also=TO_REPORTER,
        ),
        "restore": Act(
            _("Restore"),
            _("The answer, as the owner reads it"),
            moderating.restore,
            _(
                "The suspension is lifted, or the picture is shown again. Held payouts stay"
                " held until you release them."
            ),
            ask_also=TO_REPORTER,
        ),
        "uphold": Act(
            _("Keep it taken down"),
            _("The answer, as the owner reads it"),
            moderating.uphold,
            _("There is no further appeal."),
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
        hidden = ["take_picture_down"] if pictures.can_be_hidden(obj.about) else []
        held = ["hold_payouts"] if obj.owner else []
        if obj.reason == Report.Reason.PICTURE:
            return [*hidden, "take_down", *held, "dismiss"]
        return ["take_down", *hidden, *held, "dismiss"]

    def summary(self, obj: Report) -> str:
        return obj.words

    def tables(self, obj: Report) -> list[Table]:
        subject = f"thing:{obj.thing_id}" if obj.thing_id else f"person:{obj.person_id}"
        return [
            others_table(obj),
            audit_table(f"report:{obj.pk}"),
            audit_table(subject),
        ]

    @admin.display(description=_("about"))
    def about_(self, report: Report) -> str:
        """With the picture, since it may be what is reported."""
        return work_cell(report.thing) if report.thing else person_cell(report.person)

    @admin.display(description=_("address"))
    def address_(self, report: Report) -> str:
        if report.thing is not None:
            return report.thing.url
        assert report.person is not None
        return reverse("buttons:person", args=[report.person.username])

    @admin.display(description=_("picture"))
    def picture_(self, report: Report) -> str:
        return pictures.picture_of(report.about)

    @admin.display(description=_("owner"))
    def owner_(self, report: Report) -> str:
        return person_cell(report.owner)

    @admin.display(description=_("answered"))
    def answered_(self, report: Report) -> str:
        """Whether whoever reported it has been told."""
        if report.answered_at is None:
            return ""
        written = {"at": moment(report.answered_at)}
        mail = replying.sent(report)
        if mail is None:
            return gettext("%(at)s, with another report of theirs") % written
        if mail.sent_at is None:
            return gettext("%(at)s; the mail waits to be sent") % written
        return gettext("%(at)s; the mail is sent") % written


def others_table(report: Report) -> Table:
    """What else was said about the same thing or person."""
    others = Report.objects.about(report).exclude(pk=report.pk)
    return Table(
        _("Other reports about it"),
        [_("When"), _("Reason"), _("Words"), _("Decision")],
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
