"""What becomes of gifts by itself: the creator gets what was reserved an hour ago; what
must not be given any more is undone; what was never paid lapses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from payouts import chart
from payouts.gifts import gift_mailing, taking_back
from payouts.ledger.posting import post
from payouts.models import Dispute, Ending, Gift, GiftState
from payouts.payments import budgeting

# For so long a gift waits for its payment.
WAITS = timedelta(days=14)

log = structlog.get_logger(__name__)

# Those that are due; and those that must not be given, as `_hindrances` says, or will not
# be paid any more.
DUE = """
    SELECT g.id FROM gift g
    JOIN person r ON r.id = g.reader_id JOIN person c ON c.id = g.creator_id
    LEFT JOIN thing t ON t.id = g.thing_id LEFT JOIN payment p ON p.id = g.payment_id
    WHERE g.state IN ('waiting', 'reserved')
      AND (g.due_at <= flattr_clock()
           OR r.suspended_at IS NOT NULL OR r.closing_at IS NOT NULL
           OR c.suspended_at IS NOT NULL OR c.closing_at IS NOT NULL
           OR t.suspended_at IS NOT NULL
           OR EXISTS (SELECT FROM winding_down WHERE stopped_at IS NULL)
           OR (g.state = 'waiting' AND (p.failed_at IS NOT NULL
               OR g.made_at <= %s)))
    ORDER BY g.id LIMIT 5000
"""


def hand_over() -> int:
    """Move on the gifts that are due, each in its own transaction; how many moved. One
    that the ledger refuses stays, is logged, and does not hold up the others."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [clock.now() - WAITS])
        due = [gift_id for (gift_id,) in cursor.fetchall()]
    moved = 0
    for gift_id in due:
        try:
            moved += hand_over_one(gift_id)
        except IntegrityError:
            log.exception("gift_refused", gift=gift_id)
    return moved


@transaction.atomic
def hand_over_one(gift_id: int) -> bool:
    """Give one gift that is due, or end it where it must not be given or was not paid;
    False where nothing is due, or not any more."""
    period, at = clock.moment()
    gift = Gift.objects.select_related("reader").get(pk=gift_id)
    budgeting.lock(gift.reader)
    # As suspending and leaving change them, so that neither happens meanwhile.
    people = User.objects.select_for_update(no_key=True).order_by("pk")
    list(people.filter(pk__in=[gift.reader_id, gift.creator_id]))
    if gift.thing_id is not None:
        Thing.objects.select_for_update(no_key=True).get(pk=gift.thing_id)
    gift = taking_back.locked(gift)
    if not gift.is_open:
        return False
    if ending := next(_hindrances(gift), None):
        taking_back.end_all([gift], ending, period, at)
    elif gift.state == GiftState.WAITING:
        if not _is_unpaid(gift):
            return False
        taking_back.end_all([gift], Ending.UNPAID, period, at)
    elif gift.due_at is not None and gift.due_at <= at:
        _give(gift)
    else:
        return False
    return True


def _hindrances(gift: Gift) -> Iterator[Ending]:
    """Why a gift must not be given any more; none if it may."""
    reader, creator, thing = gift.reader, gift.creator, gift.thing
    if reader.suspended_at is not None:
        yield Ending.READER_SUSPENDED
    if not reader.is_here:
        yield Ending.READER_LEFT
    if creator.suspended_at is not None:
        yield Ending.CREATOR_SUSPENDED
    if not creator.is_here:
        yield Ending.CREATOR_LEFT
    if thing is not None and thing.suspended_at is not None:
        yield Ending.THING_SUSPENDED
    if Dispute.objects.open().filter(reader=reader).exists():
        yield Ending.PAID_BACK
    if budgeting.winds_down():
        yield Ending.PLATFORM_ENDS


def _is_unpaid(gift: Gift) -> bool:
    payment = gift.payment
    assert payment is not None, gift.pk
    if payment.paid_at is not None:
        return False
    return payment.failed_at is not None or gift.made_at <= clock.now() - WAITS


def _give(gift: Gift) -> None:
    """What was reserved is the creator's, held, and our fee. Its lot is made by the
    database when it is given."""
    amounts = {
        chart.transit(gift.reader): -gift.amount,
        chart.pending(gift.creator): gift.for_creator,
        chart.FEES: gift.fee,
    }
    posted = post(gift.reference, {at: part for at, part in amounts.items() if part})
    gift.state, gift.given_at, gift.period = (
        GiftState.GIVEN,
        posted.posted_at,
        posted.period,
    )
    gift.save(update_fields=["state", "given_at", "period"])
    gift_mailing.notify_given(gift)
