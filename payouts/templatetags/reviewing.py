"""What the admin's first page says there is to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

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

TO_APPROVE = ngettext_lazy(
    "%(number)s payout to approve", "%(number)s payouts to approve", "number"
)
FOR_OTHERS = ngettext_lazy(
    "%(number)s payout to be approved by somebody else",
    "%(number)s payouts to be approved by somebody else",
    "number",
)
WAITING = {
    State.HELD: ngettext_lazy(
        "%(number)s payout held, to be reviewed",
        "%(number)s payouts held, to be reviewed",
        "number",
    ),
    State.APPROVED: ngettext_lazy(
        "%(number)s payout approved, to be sent",
        "%(number)s payouts approved, to be sent",
        "number",
    ),
    State.UNKNOWN: ngettext_lazy(
        "%(number)s payout handed to Stripe, waiting for the answer",
        "%(number)s payouts handed to Stripe, waiting for the answer",
        "number",
    ),
}


@dataclass
class Todo:
    alarms: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[dict[str, str]] = field(default_factory=list)


@register.simple_tag
def todo(staff: User) -> Todo:
    """What has stopped, what is switched off, and what waits for somebody; of payouts
    to approve, those that `staff` may approve."""
    return Todo(alarms(), notes(), waiting(staff))


def alarms() -> list[str]:
    why = breaker.tripped()
    return [_("Payouts and closes are stopped: %(why)s") % {"why": why}] if why else []


def notes() -> list[str]:
    found = []
    if closing.due() is not None:
        found.append(
            _("A month is over and not closed yet. It is closed within minutes.")
        )
    if shortage := topping_up.shortage():
        found.append(
            _(
                "%(shortage)s Add it to the balance in Stripe's dashboard; the payouts"
                " go out by themselves, the oldest first."
            )
            % {"shortage": shortage}
        )
    if not settings.SECOND_APPROVAL:
        found.append(
            _("The second approval is switched off: one person alone can send money.")
        )
    return found


def waiting(staff: User) -> list[dict[str, str]]:
    found = banks_wait() + payouts_wait(staff)
    if many := CloseProblem.objects.filter(closed_at=None)[:MOST].count():
        said = ngettext(
            "%(number)s reader set aside at a close",
            "%(number)s readers set aside at a close",
            many,
        )
        url = reverse("admin:payouts_close_changelist")
        found.append({"text": said % {"number": many}, "url": url})
    if many := Report.objects.open()[:MOST].count():
        said = ngettext(
            "%(number)s report to decide", "%(number)s reports to decide", many
        )
        url = f"{reverse('admin:buttons_report_changelist')}?decided_at__isempty=1"
        found.append({"text": said % {"number": many}, "url": url})
    return found + stripe_says()


def banks_wait() -> list[dict[str, str]]:
    """Each dispute and inquiry that is to be decided, the most urgent first."""
    undecided = Dispute.objects.undecided().order_by("due_at", "opened_at")
    return [
        {
            "text": of_bank(dispute),
            "url": reverse("admin:payouts_dispute_change", args=[dispute.pk]),
        }
        for dispute in undecided[:MOST_BANKS]
    ]


def of_bank(dispute: Dispute) -> str:
    """What a bank wants, and who is next: we, or the bank."""
    facts = {"amount": money(dispute.amount, dispute.currency)}
    is_inquiry = dispute.state == "asked"
    if dispute.needs_answer and dispute.due_at:
        facts["day"] = f"{dispute.due_at:%Y-%m-%d}"
        if is_inquiry:
            said = _(
                "Inquiry: a bank asks about %(amount)s; an answer is due by %(day)s"
            )
        else:
            said = _(
                "Dispute: a bank takes %(amount)s back; an answer is due by %(day)s"
            )
    elif is_inquiry:
        said = _("Inquiry: a bank asks about %(amount)s; the bank decides")
    else:
        said = _("Dispute: a bank takes %(amount)s back; the bank decides")
    return said % facts


def payouts_wait(staff: User) -> list[dict[str, str]]:
    requested = Payout.objects.filter(state=State.REQUESTED)
    theirs = requested.exclude(creator=staff).exclude(approvals__staff=staff)
    to_approve = theirs[:MOST].count()
    counts = [
        (State.REQUESTED, TO_APPROVE, to_approve),
        (State.REQUESTED, FOR_OTHERS, requested[:MOST].count() - to_approve),
        *(
            (state, said, Payout.objects.filter(state=state)[:MOST].count())
            for state, said in WAITING.items()
        ),
    ]
    payouts = reverse("admin:payouts_payout_changelist")
    return [
        {"text": said % {"number": many}, "url": f"{payouts}?state__exact={state}"}
        for state, said, many in counts
        if many > 0
    ]


def stripe_says() -> list[dict[str, str]]:
    """Where Stripe and the ledger disagree, and which events cannot be applied."""
    found = []
    nightly = Reconciliation.objects.filter(kind="nightly", unexplained__isnull=False)
    last = nightly.order_by("-started_at").first()
    if last and last.unexplained:
        said = ngettext(
            "%(number)s line at Stripe that the ledger does not explain",
            "%(number)s lines at Stripe that the ledger does not explain",
            last.unexplained,
        )
        url = reverse("admin:payouts_reconciliation_change", args=[last.pk])
        found.append({"text": said % {"number": last.unexplained}, "url": url})
    stuck = EventWork.objects.filter(done_at=None, tries__gte=STUCK)
    if many := stuck[:MOST].count():
        said = ngettext(
            "%(number)s Stripe event fails again and again",
            "%(number)s Stripe events fail again and again",
            many,
        )
        url = f"{reverse('admin:payouts_stripeevent_changelist')}?work__done_at__isempty=1"
        found.append({"text": said % {"number": many}, "url": url})
    return found
