"""Payouts: reviewed one by one or many at once, always with a reason."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit_table
from accounts.models import Audit
from flattr import months
from flattr.money import plain
from flattr.staff.cells import Cell, Table, Text, euros
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
    State.HELD: ["clear", "release", "reject"],
    State.SENT: ["fail"],
}
# What Stripe pays is sent, and comes back, without staff.
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
    whose = "creator_id"
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
    search_help_text = _(
        "A creator's name or address, the bank's reference or Stripe's"
    )
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
            _("Approve"),
            _("What you checked"),
            reviewing.approve,
            _("You cannot approve a payout to yourself, nor the same payout twice."),
        ),
        "hold": Act(
            _("Hold"),
            _("What we have to find out"),
            reviewing.hold,
            _(
                "The money stays reserved. We tell the creator that we look at it closely."
            ),
        ),
        "clear": Act(
            _("Release and approve"),
            _("What you found out and checked"),
            reviewing.clear,
            _(
                "Where two people have to approve it, somebody else approves it after you."
            ),
        ),
        "release": Act(
            _("Release"),
            _("What you found out"),
            reviewing.release,
            _("It goes on where it was. Nobody has approved it by that."),
        ),
        "reject": Act(
            _("Reject"),
            _("The reason, as the creator reads it"),
            reviewing.reject,
            _("The money is ready for the creator again."),
        ),
        "send": Act(
            _("Record as sent"),
            _("The bank's reference"),
            reviewing.send,
            _("Make the transfer at the bank first, then record its reference here."),
            each=True,
            reveal=reviewing.show_account,
            reveal_label=_("Show the accounts in full"),
        ),
        "fail": Act(
            _("Record as returned"),
            _("What the bank says"),
            reviewing.fail,
            _("The bank sent the money back. It is ready for the creator again."),
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        payouts: Any = super().get_queryset(request)
        return payouts.with_approvals()

    @admin.display(description=_("amount"), ordering="amount")
    def amount_(self, payout: Payout) -> str:
        return euros(payout.amount).text

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """With what is missing at Stripe in front."""
        missing = {"subtitle": str(topping_up.shortage() or "")}
        return super().changelist_view(request, {**missing, **(extra_context or {})})

    @admin.display(description=_("to"), ordering="destination")
    def destination_(self, payout: Payout) -> str:
        said = (
            gettext("%(account)s, through Stripe")
            if payout.by_stripe
            else gettext("%(account)s, by hand")
        )
        return said % {"account": payout.destination}

    @admin.display(description=_("came back"))
    def returned_(self, payout: Payout) -> str:
        return euros(payout.returned or None).text

    @admin.display(description=_("flags"))
    def flags_(self, payout: Payout) -> str:
        return "; ".join(payout.flags)

    @admin.display(description=_("approvals missing"))
    def missing(self, payout: Any) -> str:
        if payout.state not in {State.REQUESTED, State.HELD}:
            return ""
        return str(max(0, states.approvals_wanted(payout) - payout.approved))

    def possible(self, obj: Payout) -> list[str]:
        acts = POSSIBLE.get(obj.state, [])
        return [act for act in acts if not (obj.by_stripe and act in BY_HAND)]

    def summary(self, obj: Payout) -> str:
        told = gettext("%(amount)s to %(creator)s, account %(account)s, %(state)s") % {
            "amount": euros(obj.amount).text,
            "creator": obj.creator,
            "account": self.destination_(obj),
            "state": obj.get_state_display(),
        }
        return f"{told}. {'; '.join(obj.flags)}" if obj.flags else told

    def tables(self, obj: Payout) -> list[Table]:
        transactions = Transaction.objects.filter(
            book=0, reference__in=_references(obj)
        )
        return [
            _approvals(obj),
            *([_at_stripe(obj)] if obj.by_stripe else []),
            entries_table(transactions, _("Entries of this payout")),
            _sources(obj),
            audit_table(f"payout:{obj.pk}"),
        ]

    @admin.action(description=_("Export as CSV"))
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
        _("Approvals, %(number)s needed") % {"number": states.approvals_wanted(payout)},
        [_("When"), _("Who"), _("What they checked")],
        [
            [f"{one.at:%Y-%m-%d %H:%M}", str(one.staff), one.reason]
            for one in payout.approvals.select_related("staff").order_by("id")
        ],
    )


def _at_stripe(payout: Payout) -> Table:
    """The creator's account there as it was last fetched."""
    account = StripeAccount.objects.filter(creator=payout.creator_id).first()
    rows: list[list[Cell | Text]] = [[_("Account"), payout.destination.stripe_id]]
    if account:
        rows += [
            [_("Country"), account.country],
            [_("Transfers reach it"), _yes(account.transfers_enabled)],
            [_("It pays out to the bank"), _yes(account.payouts_enabled)],
            [_("Stripe's reason"), account.disabled_reason],
            [_("Stripe still asks for"), ", ".join(account.missing)],
            [_("The creator reads"), standing.in_words(account)],
            [_("Last fetched"), _moment(account.fetched_at)],
        ]
    rows.append([_("Transfers are listed under"), payout.group])
    refusals = ngettext("%(number)s time", "%(number)s times", payout.refusals)
    rows.append([_("Refused by Stripe"), refusals % {"number": payout.refusals}])
    return Table(_("At Stripe"), [_("What"), _("Value")], rows)


def _yes(fact: bool) -> str:
    return gettext("yes") if fact else gettext("no")


def _moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else gettext("never")


def _sources(payout: Payout) -> Table:
    """What was ready for this creator when the payout was requested."""
    lots = (
        Lot.objects.filter(
            creator=payout.creator_id, matured_at__lte=payout.requested_at
        )
        .select_related("reader")
        .order_by("-matured_at")[:100]
    )
    return Table(
        _("Where it comes from"),
        [_("Month"), _("From"), _("Ready since"), _("Amount"), _("Taken back")],
        [
            [
                Cell(
                    months.show(lot.period),
                    reverse("admin:payouts_close_change", args=[lot.period]),
                ),
                lot.from_whom,
                f"{lot.matured_at:%Y-%m-%d}",
                euros(lot.amount),
                euros(lot.taken or None),
            ]
            for lot in lots
        ],
        note=_(
            "The newest hundred. Earlier payouts include what was ready before them."
        ),
    )
