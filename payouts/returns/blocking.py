"""A reader whose bank takes a payment back: blocked while that is open.

Their budget accepts no flattrs, and their months wait at the close. When the dispute is
won, all goes on; when it is lost, the budget stays suspended until they pay again. An
appeal may open a decided dispute again. An inquiry, by which the bank only asks, blocks
nobody. Nor does a debit that the bank could not make: that is a renewal that failed.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from accounts import audit
from accounts.mail import outbox
from accounts.models import Audit, Budget, User
from flattr.database import clock
from payouts.close import breaker, closing, mailing
from payouts.gateway.facts import DisputeFact
from payouts.ledger.models import Transaction
from payouts.models import CloseProblem, Dispute, Method, Payment
from payouts.payments import budgeting, payers, tries
from payouts.returns import answering

log = structlog.get_logger(__name__)

DECIDED = {"won", "lost", "dropped", "failed"}
# The audit log's word for a dispute that waits for a decision, first or again.
OPENED = {
    ("asked", False): "dispute_asked",
    ("asked", True): "dispute_asked",
    ("open", False): "dispute_opened",
    ("open", True): "dispute_reopened",
}
FOLLOWED = [
    *("amount", "reason", "status", "due_at", "reminded_at"),
    *("withdrawn_at", "closed_at"),
]
# Reasons to wait that need no decision of staff once the dispute is over.
WAITED = {
    "a payment is disputed",
    "an earlier month is not closed",
    "less in the account than was frozen",
}


def follow(payment: Payment, fact: DisputeFact) -> Dispute:
    """Store a dispute as it stands now; block its reader, or release them.

    In a transaction that holds the payment.
    """
    known = Dispute.objects.filter(pk=fact.stripe_id).first()
    before = known.state if known else ""
    moved = known.withdrawn_at if known else None
    dispute = known or Dispute(
        stripe_id=fact.stripe_id,
        payment=payment,
        reader=payment.reader,
        currency=payment.currency,
        opened_at=fact.opened_at,
    )
    dispute.withdrawn_at = dispute.withdrawn_at or fact.withdrawn_at
    if known is None or not fact.is_past:
        dispute.amount, dispute.reason = fact.amount, fact.reason
        if dispute.due_at != fact.due_at:
            dispute.due_at, dispute.reminded_at = fact.due_at, None
        dispute.status = fact.status
    if dispute.state != before:
        dispute.closed_at = None if dispute.is_undecided else clock.now()
    if known is None:
        dispute.save(force_insert=True)
    else:
        dispute.save(update_fields=FOLLOWED)
    if dispute.state == "failed":
        if dispute.withdrawn_at and (before != "failed" or moved is None):
            _debit_failed(dispute, payment)
    elif dispute.state != before:
        _act(dispute, before, payment)
    return dispute


def _debit_failed(dispute: Dispute, payment: Payment) -> None:
    """The bank could not make a debit that was credited: as a renewal that failed."""
    period, at = clock.moment()
    dispute.closed_at = at
    dispute.save(update_fields=["closed_at"])
    _reopen(dispute)
    _note(dispute, "debit_failed")
    tries.came_back(payment, dispute.amount, dispute.reason, period, at)


def _act(dispute: Dispute, before: str, payment: Payment) -> None:
    """Act on a dispute's new state; `before` is the previous one."""
    state, reopened = dispute.state, False
    if state in {"open", "lost"}:
        dispute.suspended_at = _suspend(payment.reader)
        dispute.save(update_fields=["suspended_at"])
        if payment.method == Method.SEPA_DEBIT:
            _debit_no_more(dispute)
    if state in {"won", "dropped"} or (state == "lost" and _has_paid_since(dispute)):
        reopened = _reopen(dispute)
    if dispute.is_undecided:
        row = _notify(dispute, OPENED[state, before in DECIDED], reopened=False)
        answering.notify_staff(dispute, row)
    elif before or state != "dropped":
        _notify(dispute, "dispute_decided", reopened=reopened)


def _debit_no_more(dispute: Dispute) -> None:
    """Whoever has a debit taken back allows no other."""
    if account := payers.forget_debit(dispute.reader):
        outbox.write(
            f"mandate_ended:{dispute.pk}",
            "mandate_ended",
            dispute.reader,
            account=account,
        )


def _suspend(reader: User) -> datetime | None:
    """Suspend the reader's budget; since when it is suspended for disputes. None without a
    budget, and where something else had suspended it."""
    budget = Budget.objects.select_for_update().filter(reader=reader).first()
    if budget is None:
        return None
    if budget.suspended_at is None:
        budget.suspended_at = clock.now()
        budget.save(update_fields=["suspended_at"])
        return budget.suspended_at
    others = Dispute.objects.filter(reader=reader, suspended_at=budget.suspended_at)
    return budget.suspended_at if others.exists() else None


def _has_paid_since(dispute: Dispute) -> bool:
    """Whether the reader paid after the last withdrawal, as we ask after a lost dispute."""
    name = f"dispute:{dispute.pk}:withdrawn"
    taken = Transaction.objects.filter(book=0, reference__startswith=name)
    last = taken.order_by("-posted_at").first()
    paid = Transaction.objects.filter(
        book=0,
        kind="charge",
        entries__account__kind="means",
        entries__account__owner_id=dispute.reader_id,
    )
    return last is not None and paid.filter(posted_at__gt=last.posted_at).exists()


def _reopen(dispute: Dispute) -> bool:
    """Reopen the budget unless another dispute is open, or one was lost and nothing paid
    since."""
    others = Dispute.objects.filter(reader=dispute.reader_id).exclude(pk=dispute.pk)
    if dispute.suspended_at is None or others.open().exists():
        return False
    if others.filter(suspended_at=dispute.suspended_at, status="lost").exists():
        return False
    suspended = Budget.objects.filter(
        reader=dispute.reader_id, suspended_at=dispute.suspended_at
    )
    return suspended.update(suspended_at=None) > 0


def _note(dispute: Dispute, action: str) -> Audit:
    return audit.note(
        None,
        action,
        f"payment:{dispute.payment_id}",
        after={
            "dispute": dispute.stripe_id,
            "amount": dispute.amount,
            "status": dispute.status,
        },
        reason=dispute.reason,
    )


def _notify(dispute: Dispute, action: str, *, reopened: bool) -> Audit:
    row = _note(dispute, action)
    outbox.write(
        f"{action}:{dispute.stripe_id}:{row.pk}",
        "dispute",
        dispute.reader,
        dispute=dispute.stripe_id,
        amount=dispute.amount,
        card=dispute.payment.paid_with,
        state="again" if action == "dispute_reopened" else dispute.state,
        reopened=reopened,
    )
    return row


# --- The months that waited ---------------------------------------------------------


def close_waiting() -> int:
    """Close the months that were set aside for a dispute that is decided now, each
    reader's in order; how many."""
    if breaker.tripped():
        return 0
    disputes = Dispute.objects.order_by()
    waiting = (
        CloseProblem.objects.filter(
            closed_at=None,
            reader__suspended_at=None,
            reader__in=disputes.values("reader"),
        )
        .exclude(reader__in=disputes.open().values("reader"))
        .order_by("reader", "period")
    )
    closed = 0
    stuck: set[int] = set()
    for problem in waiting:
        if problem.reader_id in stuck:
            continue
        if problem.reason in WAITED and _close(problem):
            closed += 1
        else:
            stuck.add(problem.reader_id)
    return closed


def _close(problem: CloseProblem) -> bool:
    try:
        told = closing.close_reader(problem.period, problem.reader_id)
    except closing.MonthRefused as refusal:
        log.info("still_set_aside", reader=problem.reader_id, why=str(refusal))
        return False
    mailing.write_mails(problem.period)
    with transaction.atomic():
        period, _ = clock.moment()
        budgeting.cover(problem.reader, period)
        audit.note(
            None,
            "reader_closed",
            f"person:{problem.reader_id}",
            before={"period": problem.period, "set aside": problem.reason},
            after={"told": told},
        )
    return True
