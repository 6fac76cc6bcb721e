"""Stripe's events, the lines of our balance there, and whether they agree with the
ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from flattr.staff.cells import Cell, Table, Text, euros
from flattr.staff.filters import YesNo, one_of
from flattr.staff.tables import Act, ReadOnly
from payouts.admin import held
from payouts.ledger.models import Transaction
from payouts.models import EventWork, Movement, Reconciliation, StripeEvent


def ledger_url(reference: str) -> str:
    return f"{reverse('admin:ledger_transaction_changelist')}?q={reference}"


def act_again(event: StripeEvent, request: HttpRequest, reason: str) -> str:
    """Have the next tick apply an event, whether it is done or put off."""
    EventWork.objects.filter(event=event).update(
        due_at=timezone.now(), done_at=None, failure=""
    )
    audit.note(request, "event_again", f"event:{event.pk}", reason=reason)
    return gettext("it is applied within a minute")


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    """An event only says that something changed; what it is about is fetched."""

    acts = {
        "again": Act(
            label=_("Apply again"),
            ask=_("Why"),
            do=act_again,
            explain=_(
                "We fetch from Stripe what it is about. That changes nothing that is"
                " right already."
            ),
        )
    }
    list_display = ["kind", "state", "happened_at", "received_at", "object_id"]
    list_filter = [("work__done_at", YesNo)]
    search_fields = ["=id", "=object_id", "=payment_id", "=account"]
    search_help_text = _("Stripe's id of the event, the payment intent, the account …")
    ordering = ["-received_at"]
    fields = [
        "id",
        "kind",
        "account",
        "object_kind",
        "object_id",
        "payment_id",
        "happened_at",
        "received_at",
        "state",
        "tries",
        "due_at",
    ]
    readonly_fields = ["state", "tries", "due_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("work")
        return rows

    @admin.display(description=_("state"))
    def state(self, event: StripeEvent) -> str:
        if event.work.done_at:
            why = event.work.failure
            return (
                gettext("given up: %(why)s") % {"why": why} if why else gettext("done")
            )
        if event.work.failure:
            return gettext("put off: %(why)s") % {"why": event.work.failure}
        return gettext("waits")

    @admin.display(description=_("tries"))
    def tries(self, event: StripeEvent) -> int:
        return event.work.tries

    @admin.display(description=_("next try"))
    def due_at(self, event: StripeEvent) -> str:
        return "" if event.work.done_at else f"{event.work.due_at:%Y-%m-%d %H:%M}"


@admin.register(Movement)
class MovementAdmin(ReadOnly):
    list_display = [
        "stripe_id",
        "happened_at",
        "kind",
        "amount_",
        "fee_",
        "net_",
        "reference",
    ]
    list_filter = [
        one_of(
            "kind",
            ("charge", "refund", "adjustment", "transfer", "topup", "payout"),
        )
    ]
    search_fields = ["=stripe_id", "=source", "=reference", "=belongs_to"]
    search_help_text = _(
        "Stripe's id of it, or of what it moved; the ledger's reference"
    )
    ordering = ["-happened_at", "-stripe_id"]
    fields = [
        "stripe_id",
        "kind",
        "amount_",
        "fee_",
        "net_",
        "currency",
        "source",
        "belongs_to",
        "reference",
        "happened_at",
        "seen_at",
    ]
    readonly_fields = ["amount_", "fee_", "net_"]

    @admin.display(description=_("amount"))
    def amount_(self, movement: Movement) -> str:
        return euros(movement.amount).text

    @admin.display(description=_("Stripe kept"))
    def fee_(self, movement: Movement) -> str:
        return euros(movement.fee or None).text

    @admin.display(description=_("came in"))
    def net_(self, movement: Movement) -> str:
        return euros(movement.net).text

    def tables(self, obj: Movement) -> list[Table]:
        booked = Transaction.objects.filter(book=0, reference=obj.reference).first()
        return [
            Table(
                _("In the ledger"),
                [_("Reference"), _("Booked")],
                [[Cell(obj.reference, ledger_url(obj.reference)), _posted(booked)]],
            )
        ]


def _posted(booked: Transaction | None) -> str:
    return f"{booked.posted_at:%Y-%m-%d %H:%M}" if booked else gettext("not yet")


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly):
    """Whether Stripe and the ledger agree; staff look into what nothing explains."""

    list_display = ["kind", "started_at", "finished_at", "found_", "unexplained_"]
    list_filter = [one_of("kind", ("hourly", "nightly"))]
    ordering = ["-started_at"]
    fields = [
        "kind",
        "started_at",
        "finished_at",
        "found_",
        "unexplained_",
        "available",
        "pending",
        "clearing",
        "difference",
    ]
    readonly_fields = [
        "found_",
        "unexplained_",
        "available",
        "pending",
        "clearing",
        "difference",
    ]

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "held/",
            self.admin_site.admin_view(self.held),
            name="payouts_reconciliation_held",
        )
        return [page, *super().get_urls()]

    def held(self, request: HttpRequest) -> HttpResponse:
        """Money that was held, by day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(
            request,
            "admin/rows.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("Money held, by day"),
                "table": held.table(),
                "back": reverse("admin:payouts_reconciliation_changelist"),
                "back_name": self.opts.verbose_name_plural,
            },
        )

    @admin.display(description=_("events that had not reached us"))
    def found_(self, look: Reconciliation) -> int:
        return look.found

    @admin.display(description=_("unexplained lines"))
    def unexplained_(self, look: Reconciliation) -> str:
        return "" if look.unexplained is None else str(look.unexplained)

    @admin.display(description=_("available at Stripe"))
    def available(self, look: Reconciliation) -> str:
        return euros(look.report.get("stripe", {}).get("available")).text

    @admin.display(description=_("pending at Stripe"))
    def pending(self, look: Reconciliation) -> str:
        return euros(look.report.get("stripe", {}).get("pending")).text

    @admin.display(description=_("in the ledger (stripe_clearing)"))
    def clearing(self, look: Reconciliation) -> str:
        return euros(look.report.get("ledger", {}).get("stripe_clearing")).text

    @admin.display(description=_("difference"))
    def difference(self, look: Reconciliation) -> str:
        return euros(look.report.get("difference")).text

    def tables(self, obj: Reconciliation) -> list[Table]:
        return [
            _lines(_("Unexplained"), obj.report.get("unexplained", [])),
            _lines(_("On its way"), obj.report.get("in_flight", [])),
        ]


def _lines(title: Text, lines: list[dict[str, Any]]) -> Table:
    """Of a report, as `comparing.Line` says them."""
    return Table(
        title,
        [
            _("Reference"),
            _("At Stripe"),
            _("In the ledger"),
            _("Difference"),
            _("Since"),
            _("Why"),
        ],
        [
            [
                Cell(line["reference"], ledger_url(line["reference"])),
                euros(line["theirs"]),
                euros(line["ours"]),
                euros(line["difference"]),
                line["since"][:16].replace("T", " "),
                line["why"],
            ]
            for line in lines
        ],
    )
