"""Payouts: reviewed one by one or many at once, always with a reason."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr.money import plain
from flattr.staff.cells import Table, euros
from flattr.staff.faces import person_cell
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from flattr.web import csv as cells
from payouts.admin.payout_review import income, payout_page, payout_tables
from payouts.earnings import reviewing, states, topping_up
from payouts.ledger.admin import entries_table
from payouts.ledger.models import Transaction
from payouts.models import Payout
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
    change_form_template = "admin/payout.html"
    list_display = [
        "id",
        "creator_",
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

    @admin.display(description=_("creator"), ordering="creator")
    def creator_(self, payout: Payout) -> str:
        return person_cell(payout.creator)

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

    def more(self, request: HttpRequest, obj: Payout) -> dict[str, Any]:
        """All that a decision needs, and the decision beside it."""
        assert isinstance(request.user, User)
        acts = [
            (name, self.acts[name], self.act_url(name, obj))
            for name in self.possible(obj)
        ]
        people = admin.site.get_model_admin(User)
        named = people.has_view_permission(request)
        return {
            "page": payout_page.shown(obj, request.user, acts),
            "income": income.by_reader(obj, named=named),
            "sources": payout_tables.sources(obj),
        }

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
            book=0, reference__in=payout_tables.references(obj)
        )
        return [
            *([payout_tables.at_stripe(obj)] if obj.by_stripe else []),
            entries_table(transactions, _("Entries of this payout")),
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
