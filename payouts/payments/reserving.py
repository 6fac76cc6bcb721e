"""A gift's money, on the reader's side: what is free for it, set aside in `transit`,
and back.

It stands among payments because one that arrives for a gift is set aside as it is
credited, so that nothing else spends it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.people import budgets
from payouts import chart
from payouts.ledger import posting
from payouts.ledger.models import Transaction
from payouts.models import Ending, Gift, GiftState, Payment
from payouts.payments import budgeting

# For so long a gift can be taken back.
UNDOABLE = timedelta(hours=1)


def free(reader: User, period: int) -> int:
    """What a gift may take from the account in the running month, in minor units: what
    this month's budget and months that are not closed yet leave."""
    left = budgeting.free(reader, period)
    return left - min(left, budgets.amount_in(reader, period))


def reserve(gift: Gift) -> None:
    """Set aside the money of a gift that is new, or whose payment was just credited. In a
    transaction that holds the reader's money."""
    posting.post(
        f"{gift.reference}:reserve",
        {
            chart.means(gift.reader): -gift.amount,
            chart.transit(gift.reader): gift.amount,
        },
    )


def reserve_paid(payment: Payment, at: datetime) -> bool:
    """Set aside what a payment that was just credited is for, if it is for a gift that
    still waits; whether it is. The gift is due at once, since the reader has decided on
    it twice. What was paid beyond it stays in the account. In a transaction that holds the
    reader's money."""
    waiting = Gift.objects.select_for_update(of=["self"]).select_related("reader")
    gift = waiting.filter(payment=payment, state=GiftState.WAITING).first()
    if gift is None:
        return False
    reserve(gift)
    Gift.objects.filter(pk=gift.pk).update(
        state=GiftState.RESERVED, reserved_at=at, due_at=at
    )
    return True


def end(gift: Gift, ending: Ending, period: int, at: datetime) -> None:
    """Let a locked gift that is open come to nothing; what was reserved is the reader's
    again. In a transaction that holds the reader's money and the month's lock."""
    assert gift.is_open, gift.state
    if gift.state == GiftState.RESERVED:
        reserved = Transaction.objects.get(
            book=0, reference=f"{gift.reference}:reserve"
        )
        posting.post(
            f"{gift.reference}:void",
            {
                chart.transit(gift.reader): -gift.amount,
                chart.means(gift.reader): gift.amount,
            },
            reverses=reserved.pk,
        )
        budgeting.cover(gift.reader, period)
    gift.state = GiftState.LAPSED if ending == Ending.UNPAID else GiftState.VOID
    gift.ended_at, gift.ending = at, ending
    gift.save(update_fields=["state", "ended_at", "ending"])
