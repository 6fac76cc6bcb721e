"""Payouts: reviewed one by one or many at once, always with a reason."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.admin import audit_table
from accounts.models import Audit
from flattr import months
from flattr.money import plain
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from flattr.web import csv as cells
from payouts.earnings import reviewing, standing, states, topping_up
from payouts.ledger.admin import entries_table
from payouts.ledger.models import Transaction
from payouts.models import Lot, Payout, StripeAccount
from payouts.models.payout_states import State

POSSIBLE: dict[str, list[str]] = {
    State.REQUESTED: ["approve", "hold", "reject"],
    State.APPROVED: ["send", "hold", "reject"],
    State.HELD: ["release", "reject"],
    State.SENT: ["fail"],
}
# What Stripe pays is sent and comes back without anybody's doing.
BY_HAND = {"send", "fail"}
EXPORTED = 50_000
COLUMNS = [
    "id",
    "creator",
    "amount",
    "currency",
    "state",
    "requested",
    "sent",
    "account",
    "reference",
    "flags",
    "reason",
]


@admin.register(Payout)
class PayoutAdmin(ReadOnly):
    list_display = [
        "id",
        "creator",
        "amount_",
        "state",
        "missing",
        "flags_",
        "destination_",
        "requested_at",
        "sent_at",
    ]
    list_filter = ["state", "requested_at", ("run_period", YesNo)]
    list_select_related = ["creator", "destination"]
    search_fields = ["creator__username", "=creator__email", "=transfer_id"]
    search_help_text = "A creator's name or address, the bank's reference or Stripe's"
    ordering = ["-id"]
    actions = ["export"]
    fields = [
        "creator",
        "amount_",
        "state",
        "flags_",
        "missing",
        "reason",
        "destination_",
        "run_period",
        "requested_at",
        "decided_at",
        "asked_at",
        "sent_at",
        "transfer_id",
        "returned_",
    ]
    readonly_fields = ["amount_", "flags_", "missing", "destination_", "returned_"]
    acts = {
        "approve": Act(
            "Approve",
            "What you looked at",
            reviewing.approve,
            "Nobody approves a payout to themselves, and nobody twice.",
        ),
        "hold": Act(
            "Hold",
            "What has to be found out",
            reviewing.hold,
            "The money stays reserved. The creator is told that somebody looks.",
        ),
        "release": Act("Release", "What was found out", reviewing.release),
        "reject": Act(
            "Reject",
            "The reason, as the creator reads it",
            reviewing.reject,
            "The money goes back to the creator's matured revenue.",
        ),
        "send": Act(
            "Record as sent",
            "The bank's reference",
            reviewing.send,
            "Make the transfer at the bank first, then record its reference here.",
            each=True,
            reveal=reviewing.show_account,
            reveal_label="Show the accounts in full",
        ),
        "fail": Act(
            "Record as returned",
            "What the bank says",
            reviewing.fail,
            "The bank sent the money back. It is the creator's matured revenue again.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        payouts: Any = super().get_queryset(request)
        return payouts.with_approvals()

    @admin.display(description="amount", ordering="amount")
    def amount_(self, payout: Payout) -> str:
        return euros(payout.amount).text

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """With what is missing at Stripe in front."""
        missing = {"subtitle": str(topping_up.shortage() or "")}
        return super().changelist_view(request, {**missing, **(extra_context or {})})

    @admin.display(description="to", ordering="destination")
    def destination_(self, payout: Payout) -> str:
        by = "through Stripe" if payout.by_stripe else "by hand"
        return f"{payout.destination}, {by}"

    @admin.display(description="came back")
    def returned_(self, payout: Payout) -> str:
        return euros(payout.returned or None).text

    @admin.display(description="flags")
    def flags_(self, payout: Payout) -> str:
        return "; ".join(payout.flags)

    @admin.display(description="approvals missing")
    def missing(self, payout: Any) -> str:
        if payout.state not in {State.REQUESTED, State.HELD}:
            return ""
        return str(max(0, states.approvals_wanted(payout) - payout.approved))

    def possible(self, obj: Payout) -> list[str]:
        acts = POSSIBLE.get(obj.state, [])
        return [act for act in acts if not (obj.by_stripe and act in BY_HAND)]

    def summary(self, obj: Payout) -> str:
        told = (
            f"{euros(obj.amount).text} to {obj.creator}, account"
            f" {self.destination_(obj)}, {obj.state}"
        )
        return f"{told}. {'; '.join(obj.flags)}" if obj.flags else told

    def tables(self, obj: Payout) -> list[Table]:
        transactions = Transaction.objects.filter(
            book=0, reference__in=_references(obj)
        )
        return [
            _approvals(obj),
            *([_at_stripe(obj)] if obj.by_stripe else []),
            entries_table(transactions, "Entries of this payout"),
            _sources(obj),
            audit_table(f"payout:{obj.pk}"),
        ]

    @admin.action(description="Export as CSV")
    def export(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """What is chosen, with amounts in units and states; never a whole IBAN."""
        answer = HttpResponse(
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="payouts.csv"'},
        )
        write = csv.writer(answer, delimiter=";").writerow
        write(COLUMNS)
        for payout in queryset[:EXPORTED]:
            write(_line(payout))
        return answer


def _line(payout: Payout) -> list[str | int]:
    return [
        payout.pk,
        cells.safe(payout.creator.username),
        plain(payout.amount),
        payout.currency,
        payout.state,
        payout.requested_at.isoformat(timespec="seconds"),
        payout.sent_at.isoformat(timespec="seconds") if payout.sent_at else "",
        str(payout.destination),
        cells.safe(payout.transfer_id),
        cells.safe("; ".join(payout.flags)),
        cells.safe(payout.reason),
    ]


def _references(payout: Payout) -> list[str]:
    steps = [f"payout:{payout.pk}:{step}" for step in ("reserve", "settle", "void")]
    back = Audit.objects.filter(subject=f"payout:{payout.pk}", action="payout_returned")
    reversals = [one for row in back for one in row.after["references"]]
    return [*steps, f"reversal:payout:{payout.pk}", *reversals]


def _approvals(payout: Payout) -> Table:
    return Table(
        f"Approvals, {states.approvals_wanted(payout)} needed",
        ["When", "Who", "What they looked at"],
        [
            [f"{one.at:%Y-%m-%d %H:%M}", str(one.staff), one.reason]
            for one in payout.approvals.select_related("staff").order_by("id")
        ],
    )


def _at_stripe(payout: Payout) -> Table:
    """The creator's account there as it was last fetched."""
    account = StripeAccount.objects.filter(creator=payout.creator_id).first()
    rows: list[list[Cell | str]] = [["Account", payout.destination.stripe_id]]
    if account:
        rows += [
            ["Country", account.country],
            ["Transfers reach it", _yes(account.transfers_enabled)],
            ["It pays out to the bank", _yes(account.payouts_enabled)],
            ["Stripe's reason", account.disabled_reason],
            ["Still asked for", ", ".join(account.missing)],
            ["The creator reads", standing.in_words(account)],
            ["Fetched", _moment(account.fetched_at)],
        ]
    rows.append(["Transfers are listed under", payout.group])
    rows.append(["Refused by Stripe", f"{payout.refusals} times"])
    return Table("At Stripe", ["What", "Value"], rows)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else "never"


def _sources(payout: Payout) -> Table:
    """The lots that had matured for this creator when the payout was asked for."""
    lots = (
        Lot.objects.filter(
            creator=payout.creator_id, matured_at__lte=payout.requested_at
        )
        .select_related("reader")
        .order_by("-matured_at")[:100]
    )
    return Table(
        "Where it comes from: lots that had matured",
        ["Month", "From", "Matured", "Amount", "Taken back"],
        [
            [
                Cell(
                    months.show(lot.period),
                    reverse("admin:payouts_close_change", args=[lot.period]),
                ),
                "trusted readers" if lot.trusted else "new readers",
                f"{lot.matured_at:%Y-%m-%d}",
                euros(lot.amount),
                euros(lot.taken or None),
            ]
            for lot in lots
        ],
        note="The newest hundred. Earlier payouts took what matured before them.",
    )
