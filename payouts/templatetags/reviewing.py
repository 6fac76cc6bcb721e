"""What the admin's first page says there is to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import template
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from buttons.models import Report
from flattr.templatetags.flattr import money
from payouts.close import breaker, closing
from payouts.earnings import topping_up
from payouts.models import (
    CloseProblem,
    Dispute,
    EventWork,
    Payout,
    Reconciliation,
)
from payouts.models.payout_states import State

register = template.Library()
MOST = 1_000
MOST_BANKS = 25
# Tries of an event after which it does not mend by itself: half an hour.
STUCK = 5


@dataclass
class Todo:
    alarms: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[dict[str, str]] = field(default_factory=list)


@register.simple_tag
def todo(staff: User) -> Todo:
    """What stands still, what is switched off, and what waits for somebody; of payouts
    to approve, those that `staff` may approve."""
    found = Todo()
    if why := breaker.tripped():
        found.alarms.append(f"Payouts and closes are stopped: {why}")
    if closing.due() is not None:
        found.notes.append("A month is over and not closed yet; the next tick does it.")
    if shortage := topping_up.shortage():
        found.notes.append(
            f"{shortage} Add it to the balance in Stripe's dashboard; the payouts go"
            " out by themselves, the oldest first."
        )
    if not settings.SECOND_APPROVAL:
        found.notes.append(
            "The second approval is switched off: one person alone can send money."
        )
    found.waiting += banks_wait() + payouts_wait(staff)
    if many := CloseProblem.objects.filter(closed_at=None)[:MOST].count():
        found.waiting.append(
            {
                "text": f"{many} reader{'s' if many > 1 else ''} set aside at a close",
                "url": reverse("admin:payouts_close_changelist"),
            }
        )
    if many := Report.objects.open()[:MOST].count():
        found.waiting.append(
            {
                "text": f"{many} report{'s' if many > 1 else ''} to decide",
                "url": f"{reverse('admin:buttons_report_changelist')}"
                "?decided_at__isempty=1",
            }
        )
    found.waiting += stripe_says()
    return found


def banks_wait() -> list[dict[str, str]]:
    """Each dispute and inquiry that is to be decided, the most urgent first."""
    undecided = Dispute.objects.undecided().order_by("due_at", "opened_at")
    return [
        {
            "text": _of_bank(dispute),
            "url": reverse("admin:payouts_dispute_change", args=[dispute.pk]),
        }
        for dispute in undecided[:MOST_BANKS]
    ]


def _of_bank(dispute: Dispute) -> str:
    amount = money(dispute.amount, dispute.currency)
    what = (
        f"Inquiry: a bank asks about {amount}"
        if dispute.state == "asked"
        else f"Dispute: a bank takes {amount} back"
    )
    if not (dispute.needs_answer and dispute.due_at):
        return f"{what}; the bank decides"
    return f"{what}; an answer is due by {dispute.due_at:%Y-%m-%d}"


def payouts_wait(staff: User) -> list[dict[str, str]]:
    payouts = reverse("admin:payouts_payout_changelist")
    requested = Payout.objects.filter(state=State.REQUESTED)
    theirs = requested.exclude(creator=staff).exclude(approvals__staff=staff)
    to_approve = theirs[:MOST].count()
    counts = [
        (State.REQUESTED, "to approve", to_approve),
        (
            State.REQUESTED,
            "to be approved by somebody else",
            requested[:MOST].count() - to_approve,
        ),
        *(
            (state, text, Payout.objects.filter(state=state)[:MOST].count())
            for state, text in (
                (State.HELD, "held, to be looked at"),
                (State.APPROVED, "approved, to be sent"),
                (State.UNKNOWN, "handed to Stripe, the answer is awaited"),
            )
        ),
    ]
    return [
        {
            "text": f"{many} payout{'s' if many > 1 else ''} {text}",
            "url": f"{payouts}?state__exact={state}",
        }
        for state, text, many in counts
        if many > 0
    ]


def stripe_says() -> list[dict[str, str]]:
    """Where Stripe and the ledger disagree, and what of Stripe's cannot be acted on."""
    found = []
    nightly = Reconciliation.objects.filter(kind="nightly", unexplained__isnull=False)
    last = nightly.order_by("-started_at").first()
    if last and last.unexplained:
        found.append(
            {
                "text": f"{last.unexplained} line{'s' if last.unexplained > 1 else ''}"
                " at Stripe that the ledger does not explain",
                "url": reverse("admin:payouts_reconciliation_change", args=[last.pk]),
            }
        )
    stuck = EventWork.objects.filter(done_at=None, tries__gte=STUCK)
    if many := stuck[:MOST].count():
        found.append(
            {
                "text": f"{many} event{'s' if many > 1 else ''} of Stripe's put off"
                " again and again",
                "url": f"{reverse('admin:payouts_stripeevent_changelist')}"
                "?work__done_at__isempty=1",
            }
        )
    return found
