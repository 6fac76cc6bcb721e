"""Closes: their totals, who was set aside, and the splits and readers' months in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.messages import ERROR
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr import months
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.tables import Act, ReadOnly
from flattr.web.refusals import Refusal
from payouts.models import Close, CloseProblem, ReaderMonth, Split
from payouts.moderation import suspending

PAGE = 200


@admin.register(Close)
class CloseAdmin(ReadOnly):
    list_display = [
        "month",
        "state",
        "readers",
        "set_aside",
        "creators",
        "flattrs",
        "spent_",
        "fee_",
        "closed_at",
    ]
    list_filter = ["state"]
    ordering = ["-period"]
    fields = [
        "month",
        "state",
        "policy",
        "formula",
        "fee_percent",
        "currency",
        "begun_at",
        "closed_at",
        "readers",
        "creators",
        "flattrs",
        "shares",
        "spent_",
        "fee_",
        "digest",
    ]
    readonly_fields = ["month", "spent_", "fee_"]

    def get_queryset(self, request: HttpRequest) -> Any:
        closes: Any = super().get_queryset(request)
        return closes.with_set_aside()

    @admin.display(description=_("month"), ordering="period")
    def month(self, close: Close) -> str:
        return months.show(close.period)

    @admin.display(description=_("set aside"))
    def set_aside(self, close: Any) -> str:
        if not close.set_aside:
            return ""
        return gettext("closed except for %(number)s") % {"number": close.set_aside}

    @admin.display(description=_("spent"), ordering="spent")
    def spent_(self, close: Close) -> str:
        return euros(close.spent).text

    @admin.display(description=_("fee"), ordering="fee")
    def fee_(self, close: Close) -> str:
        return euros(close.fee).text

    def tables(self, obj: Close) -> list[Table]:
        problems = (
            CloseProblem.objects.filter(period=obj.period)
            .select_related("reader")
            .order_by("closed_at", "reader_id")[:PAGE]
        )
        return [
            Table(
                _("Readers set aside"),
                [_("Reader"), _("Why"), _("Since"), _("Closed"), ""],
                [
                    [
                        person_cell(problem.reader),
                        problem.reason,
                        f"{problem.found_at:%Y-%m-%d}",
                        f"{problem.closed_at:%Y-%m-%d}" if problem.closed_at else "",
                        Cell("")
                        if problem.closed_at
                        else Cell(gettext("Close now"), close_now_url(problem)),
                    ]
                    for problem in problems
                ],
            ),
            splits_table(obj.period, 0, 20),
            months_table(obj.period, 0, 20),
        ]

    def get_urls(self) -> list[URLPattern]:
        def staff_page(route: str, view: Any, name: str) -> URLPattern:
            found: URLPattern = path(route, self.admin_site.admin_view(view), name=name)
            return found

        return [
            staff_page("<int:period>/splits/", self.splits, "payouts_close_splits"),
            staff_page("<int:period>/months/", self.months, "payouts_close_months"),
            staff_page(
                "<int:period>/reader/<int:reader>/",
                self.close_now,
                "payouts_close_reader",
            ),
            *super().get_urls(),
        ]

    def splits(self, request: HttpRequest, period: int) -> HttpResponse:
        return self._rows(request, period, splits_table(period, after(request), PAGE))

    def months(self, request: HttpRequest, period: int) -> HttpResponse:
        return self._rows(request, period, months_table(period, after(request), PAGE))

    def _rows(self, request: HttpRequest, period: int, table: Table) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/rows.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("%(table)s of %(month)s")
                % {"table": table.title, "month": months.show(period)},
                "table": table,
                "back": reverse("admin:payouts_close_change", args=[period]),
                "back_name": gettext("Close of %(month)s")
                % {"month": months.show(period)},
            },
        )

    def close_now(self, request: HttpRequest, period: int, reader: int) -> HttpResponse:
        """Close the month of one reader who was set aside, with a reason."""
        problem = (
            CloseProblem.objects.filter(period=period, reader=reader, closed_at=None)
            .select_related("reader")
            .first()
        )
        if problem is None:
            raise Http404
        back = reverse("admin:payouts_close_change", args=[period])
        if request.method == "POST":
            try:
                told = suspending.close_now(
                    problem, request, request.POST.get("text", "")
                )
            except Refusal as refusal:
                self.message_user(request, str(refusal), ERROR)
            else:
                said = {"reader": problem.reader, "what": told}
                self.message_user(request, _("%(reader)s: %(what)s.") % said)
            return redirect(back)
        return TemplateResponse(
            request,
            "admin/ask.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("Close %(month)s for %(reader)s")
                % {"month": months.show(period), "reader": problem.reader},
                "act": Act(
                    _("Close now"), _("What you found out"), suspending.close_now
                ),
                "objects": [
                    {
                        "pk": reader,
                        "name": problem.reader,
                        "summary": problem.reason,
                        "revealed": "",
                    }
                ],
                "back": back,
            },
        )


def after(request: HttpRequest) -> int:
    """The reader after whom the page continues."""
    asked = request.GET.get("after", "")
    return (
        int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    )


def close_now_url(problem: CloseProblem) -> str:
    return reverse(
        "admin:payouts_close_reader", args=[problem.period, problem.reader_id]
    )


def person_cell(person: Any) -> Cell:
    url = reverse("admin:accounts_user_change", args=[person.pk])
    return Cell(person.username, url)


def more(page: str, period: int, rows: list[Any], size: int) -> str:
    """Where the rows continue; empty when these were the last."""
    if len(rows) < size:
        return ""
    url = reverse(f"admin:payouts_close_{page}", args=[period])
    return f"{url}?after={rows[-1].reader_id}"


def splits_table(period: int, behind: int, size: int) -> Table:
    rows = list(
        Split.objects.filter(period=period, reader_id__gt=behind)
        .select_related("reader")
        .order_by("period", "reader_id")[:size]
    )
    return Table(
        _("Splits"),
        [
            _("Reader"),
            _("Spent"),
            _("Fee"),
            _("Creators"),
            _("Got no cent"),
            _("Readers are"),
            _("Reference"),
        ],
        [
            [
                person_cell(split.reader),
                euros(split.spent),
                euros(split.fee),
                Cell(str(split.creators), number=True),
                Cell(str(split.without), number=True),
                split.get_hold_display(),
                Cell(
                    split.reference,
                    reverse("admin:ledger_transaction_changelist")
                    + f"?q={split.reference}",
                ),
            ]
            for split in rows
        ],
        more_url=more("splits", period, rows, size),
    )


def months_table(period: int, behind: int, size: int) -> Table:
    rows = list(
        ReaderMonth.objects.filter(period=period, reader_id__gt=behind)
        .select_related("reader")
        .order_by("period", "reader_id")[:size]
    )
    return Table(
        _("Readers' months when the close began"),
        [
            _("Reader"),
            _("Budget"),
            _("In the account"),
            _("Spent"),
            _("Fee"),
            _("Creators"),
            _("Rotation"),
        ],
        [
            [
                person_cell(month.reader),
                euros(month.budget),
                euros(month.means),
                euros(month.spent),
                euros(month.fee),
                Cell(str(month.creators), number=True),
                Cell(str(month.offset), number=True),
            ]
            for month in rows
        ],
        more_url=more("months", period, rows, size),
    )
