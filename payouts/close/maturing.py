"""Maturing: what a close or a gift gave a creator becomes ready to be paid out, lot by
lot.

A lot is held for 7, 30 or 56 days after the close, or after the gift. When it is due, what is left of it
goes from `pending` first to what the creator owes, then to `revenue`.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.ledger.models import Entry
from payouts.ledger.posting import post
from payouts.models import Hold, Lot

# For how long `hold_lasts` in SQL holds what a reader gave.
HELD = {
    Hold.TRUSTED: timedelta(days=7),
    Hold.NEW: timedelta(days=30),
    Hold.DEBIT: timedelta(days=56),
}
# And whom it trusts: who paid so long ago, and for so many months.
TRUSTED_AFTER = timedelta(days=60)
TRUSTED_MONTHS = 3

log = structlog.get_logger(__name__)

DUE = """
    SELECT id FROM lot WHERE matured_at IS NULL AND matures_at <= flattr_clock()
    ORDER BY matures_at, id LIMIT 5000
"""
# Ours if it is still due and no other worker holds it.
CLAIM = "SELECT id FROM lot WHERE id = %s AND matured_at IS NULL FOR UPDATE SKIP LOCKED"


def mature() -> int:
    """Mature the lots that are due, each in its own transaction; how many they were.

    At most 5,000, so that nothing else waits long; the next minute does more. A lot that
    the ledger refuses stays, is logged, and does not hold up the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        due = [lot_id for (lot_id,) in cursor.fetchall()]
    matured = 0
    for lot_id in due:
        try:
            matured += mature_lot(lot_id)
        except IntegrityError:
            log.exception("lot_refused", lot=lot_id)
    return matured


@transaction.atomic
def mature_lot(lot_id: int) -> bool:
    """Mature one lot that is due; False when it was, or another worker holds it or its
    creator's money."""
    creator = _claimed_creator(lot_id)
    if creator is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [lot_id])
        if cursor.fetchone() is None:
            return False
    lot = Lot.objects.get(pk=lot_id)
    if lot.left:
        repaid = min(lot.left, owed(creator))
        amounts = {
            chart.pending(creator): -lot.left,
            chart.debt(creator): repaid,
            chart.revenue(creator): lot.left - repaid,
        }
        post(
            reference(lot),
            {place: amount for place, amount in amounts.items() if amount},
            occurred_at=lot.matures_at,
        )
    Lot.objects.filter(pk=lot_id).update(matured_at=clock.now())
    return True


def _claimed_creator(lot_id: int) -> User | None:
    """The person first and the lot after, as whoever takes money back locks them: two
    lots that mature at once must not both pay the same debt. Whose money moves just
    now waits for the next minute."""
    creators = User.objects.select_for_update(no_key=True, skip_locked=True)
    return creators.filter(
        pk__in=Lot.objects.filter(pk=lot_id).values("creator")
    ).first()


def reference(lot: Lot) -> str:
    """`mature:2026-10:creator:7:new`, and whose lot it is if it is one reader's; of a gift
    `mature:gift:12`."""
    if lot.gift_id:
        return f"mature:gift:{lot.gift_id}"
    told = f"mature:{months.show(lot.period)}:creator:{lot.creator_id}:{lot.hold}"
    return f"{told}:reader:{lot.reader_id}" if lot.reader_id else told


def owed(creator: User) -> int:
    """What the creator owes after disputes, in minor units; 0 for nothing."""
    place = chart.debt(creator)
    total: int | None = Entry.objects.filter(
        account__kind=place.kind, account__owner_id=place.owner_id
    ).aggregate(total=Sum("amount"))["total"]
    return max(0, -(total or 0))
