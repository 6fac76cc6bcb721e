"""A reader whose bank takes a payment back: blocked while that is open.

Their budget takes no flattrs, and their months wait at the close. Won, all goes on;
lost, the budget stays suspended until they pay again.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from accounts import audit, mail
from accounts.models import Budget, User
from flattr import clock
from payouts import breaker, budgeting, close, mailing
from payouts.facts import DisputeFact
from payouts.models import CloseProblem, Dispute, Payment

log = structlog.get_logger(__name__)

# Why a month waits that needs no decision of staff once the dispute is over.
WAITED = {
    "a payment is disputed",
    "an earlier month is not closed",
    "less in the account than was frozen",
}


def follow(payment: Payment, fact: DisputeFact) -> Dispute:
    """Write down a dispute as it stands; block its reader, or let them go on.

    In a transaction that holds the payment. Closed once, it stays so.
    """
    dispute = Dispute.objects.filter(pk=fact.stripe_id).first()
    if dispute is None:
        dispute = Dispute.objects.create(
            stripe_id=fact.stripe_id,
            payment=payment,
            reader=payment.reader,
            amount=fact.amount,
            currency=payment.currency,
            reason=fact.reason,
            status=fact.status,
            opened_at=fact.opened_at,
            suspended_at=_suspend(payment.reader),
        )
        if not fact.is_closed:
            _tell(dispute, "dispute_opened")
    if dispute.closed_at is not None:
        return dispute
    dispute.amount, dispute.reason = fact.amount, fact.reason
    dispute.status = fact.status
    dispute.closed_at = clock.now() if fact.is_closed else None
    dispute.save(update_fields=["amount", "reason", "status", "closed_at"])
    if fact.is_closed:
        reopened = dispute.status != "lost" and _reopen(dispute)
        _tell(dispute, "dispute_decided", reopened=reopened)
    return dispute


def _suspend(reader: User) -> datetime | None:
    """Since when the reader's budget is suspended for disputes; none without a budget,
    and where something else had suspended it."""
    budget = Budget.objects.select_for_update().filter(reader=reader).first()
    if budget is None:
        return None
    if budget.suspended_at is None:
        budget.suspended_at = clock.now()
        budget.save(update_fields=["suspended_at"])
        return budget.suspended_at
    others = Dispute.objects.filter(reader=reader, suspended_at=budget.suspended_at)
    return budget.suspended_at if others.exists() else None


def _reopen(dispute: Dispute) -> bool:
    """Unless another dispute is open, or one was lost and nothing paid since."""
    others = Dispute.objects.filter(reader=dispute.reader_id)
    if dispute.suspended_at is None or others.open().exists():
        return False
    if others.filter(suspended_at=dispute.suspended_at, status="lost").exists():
        return False
    suspended = Budget.objects.filter(
        reader=dispute.reader_id, suspended_at=dispute.suspended_at
    )
    return suspended.update(suspended_at=None) > 0


def _tell(dispute: Dispute, action: str, *, reopened: bool = False) -> None:
    audit.note(
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
    mail.write(
        f"{action}:{dispute.stripe_id}",
        "dispute",
        dispute.reader,
        amount=dispute.amount,
        card=dispute.payment.card,
        state=_state(dispute),
        reopened=reopened,
    )


def _state(dispute: Dispute) -> str:
    """For the reader: `open`, `won` for us, `lost`, or `dropped` without a decision."""
    if dispute.closed_at is None:
        return "open"
    return dispute.status if dispute.status in {"won", "lost"} else "dropped"


# --- The months that waited ---------------------------------------------------------


def close_waiting() -> int:
    """Close the months that were set aside for a dispute which is decided now, each
    reader's in order; how many they were."""
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
        told = close.close_reader(problem.period, problem.reader_id)
    except close.MonthRefused as refusal:
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
