"""What keeps a reader's money from going on as usual, for the head of their pages: a
bank that takes or asks, and a renewal that was not paid. One thing at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Budget, User
from flattr import months
from payouts.gateway import declines
from payouts.models import Dispute, Payment, Renewal


@dataclass(frozen=True, slots=True)
class Notice:
    """`kind` is `disputed` (not decided yet), `lost` (a dispute, and not paid since),
    `confirm` (the reader's bank wants them), `declined` (there is another try) or
    `failed` (there is none, and the budget is suspended); empty for nothing.
    """

    kind: str = ""
    # A bank asks about a payment, whatever else there is.
    asked: bool = False
    # Of a dispute or a renewal, minor units.
    amount: int = 0
    card: str = ""
    why: str = ""
    at: datetime | None = None
    # The next try, if it is still in its month.
    again: datetime | None = None
    payment: int = 0

    @property
    def stops(self) -> bool:
        """No card is charged for the budget, whatever month begins."""
        return self.kind in {"disputed", "lost", "failed"}


def notice(reader: User) -> Notice:
    """In four questions at most."""
    undecided = list(Dispute.objects.undecided().filter(reader=reader))
    asked = any(one.state == "asked" for one in undecided)
    for dispute in undecided:
        if dispute.state == "open":
            return Notice("disputed", asked, dispute.amount, at=dispute.opened_at)
    budget = Budget.objects.filter(reader=reader).first()
    suspended_at = budget.suspended_at if budget else None
    if suspended_at is not None:
        lost = Dispute.objects.filter(
            reader=reader, suspended_at=suspended_at, status="lost"
        ).first()
        if lost is not None:
            return Notice("lost", asked, lost.amount, at=lost.closed_at)
    return _of_renewal(reader, asked, is_suspended=suspended_at is not None)


def _of_renewal(reader: User, asked: bool, *, is_suspended: bool) -> Notice:
    """The latest renewal, if it was tried in vain and is not settled since."""
    renewal = Renewal.objects.filter(reader=reader).order_by("-period").first()
    if renewal is None or not renewal.tries:
        return Notice(asked=asked)
    failed = renewal.outcome == "failed" and is_suspended
    if renewal.done_at is not None and not failed:
        return Notice(asked=asked)
    payment = Payment.objects.filter(renewal=renewal).order_by("-id").first()
    if payment is None:
        why = declines.in_words(declines.NO_CARD)
        kind = "failed" if failed else "declined"
        return Notice(kind, asked, why=why, again=_again(renewal))
    if payment.paid_at or not (payment.failed_at or payment.needs_confirmation):
        return Notice(asked=asked)
    waits = payment.failed_at is None
    return Notice(
        "failed" if failed else "confirm" if waits else "declined",
        asked,
        payment.amount,
        payment.card,
        declines.in_words(payment.failure),
        payment.failed_at or payment.started_at,
        _again(renewal),
        payment.pk if waits else 0,
    )


def _again(renewal: Renewal) -> datetime | None:
    """A month that is over is never charged."""
    due = renewal.due_at
    return due if due and due < months.end(renewal.period) else None
