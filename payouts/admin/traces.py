"""What staff read of money that went back: the refunds and disputes of a payment, and
from whom it was taken."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit_table
from flattr import months
from flattr.staff.cells import Cell, Table, Text, euros
from payouts.admin.closes import person_cell
from payouts.ledger.admin import entries_table
from payouts.ledger.models import Transaction
from payouts.models import Dispute, Payment, Refund, Traced

MOST_LINES = 500
KINDS = {
    "means": _("not spent"),
    "share": _("share"),
    "fee": _("our fee"),
    "loss": _("our loss"),
}


def refund_state(refund: Refund) -> str:
    if refund.failed_at:
        if refund.failure:
            return gettext("failed: %(why)s") % {"why": refund.failure}
        return gettext("failed")
    if refund.done_at:
        return gettext("done")
    if refund.asked_at:
        return gettext("sent to Stripe, waiting for the answer")
    return gettext("waits to be sent")


def what_it_is(dispute: Dispute) -> str:
    """What a bank does, in a word or two."""
    if dispute.status.startswith("warning_"):
        return gettext("inquiry")
    return gettext("failed debit") if dispute.is_banks else gettext("dispute")


def from_whom(references: list[str]) -> list[Table]:
    """The trace of some bookings, and their entries."""
    lines = (
        Traced.objects.filter(reference__in=references)
        .select_related("creator", "reader", "gift")
        .order_by("pk")[:MOST_LINES]
    )
    transactions = Transaction.objects.filter(book=0, reference__in=references)
    return [
        Table(
            _("From whom it was taken, and to whom it was given back"),
            [
                _("Booking"),
                _("What"),
                _("Whose"),
                _("Month or gift"),
                _("Amount"),
                _("Held"),
                _("Ready"),
                _("Owed"),
            ],
            [_traced(line) for line in lines],
            note=_(
                "A creator's part is deducted from what is held of that month or gift,"
                " then from what is ready; the rest is owed."
            ),
        ),
        entries_table(transactions),
    ]


def _traced(line: Traced) -> list[Cell | Text]:
    whose = line.creator or (line.reader if line.kind == "means" else None)
    return [
        line.reference,
        KINDS.get(line.kind, line.kind),
        person_cell(whose) if whose else "",
        months.show(line.period) if line.period else str(line.gift or ""),
        euros(line.amount),
        euros(line.from_pending or None),
        euros(line.from_revenue or None),
        euros(line.from_debt or None),
    ]


def of_payment(payment: Payment) -> list[Table]:
    """What went back of one payment, and what was done about it."""
    return [
        _refunds(payment),
        _disputes(payment),
        audit_table(f"payment:{payment.pk}"),
    ]


def _refunds(payment: Payment) -> Table:
    refunds = payment.refunds.order_by("pk")
    return Table(
        _("Refunds"),
        [_("Refund"), _("Amount"), _("Why"), _("State"), _("Since")],
        [
            [
                Cell(
                    str(refund),
                    reverse("admin:payouts_refund_change", args=[refund.pk]),
                ),
                euros(refund.amount),
                refund.reason,
                refund_state(refund),
                f"{refund.made_at:%Y-%m-%d}",
            ]
            for refund in refunds
        ],
    )


def _disputes(payment: Payment) -> Table:
    disputes = payment.disputes.order_by("opened_at")
    return Table(
        _("Disputes"),
        [
            _("Dispute"),
            _("What"),
            _("Amount"),
            _("Why"),
            _("State"),
            _("Opened"),
            _("Closed"),
        ],
        [
            [
                Cell(
                    dispute.stripe_id,
                    reverse("admin:payouts_dispute_change", args=[dispute.pk]),
                ),
                what_it_is(dispute),
                euros(dispute.amount),
                dispute.reason,
                dispute.status,
                f"{dispute.opened_at:%Y-%m-%d}",
                f"{dispute.closed_at:%Y-%m-%d}" if dispute.closed_at else "",
            ]
            for dispute in disputes
        ],
    )
