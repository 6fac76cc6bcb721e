"""Gifts that come to nothing: taken back by the reader, or stopped.

Whoever moves a gift holds the reader's money first (`budgeting.lock`), then people by
id, then the gift.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.models import User
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts.gifts.letters import TO_CREATORS
from payouts.models import OPEN_GIFT, Ending, Gift, GiftState
from payouts.payments import budgeting, reserving


class TooLate(Refusal):
    says = _("This gift is given already, or was undone before.")

    code = "too_late"
    status = 403


@transaction.atomic
def take_back(gift: Gift) -> Gift:
    """Take back a gift that waits, or that was reserved less than an hour ago: what was
    reserved is in the account again. A payment that it waits for stays in the account
    when it arrives. Again is a no-op; refused with `TooLate` once it is given.
    """
    period, at = clock.moment()
    budgeting.lock(gift.reader)
    gift = locked(gift)
    if gift.ending == Ending.TAKEN_BACK:
        return gift
    if not gift.is_open or (gift.undoable_until and gift.undoable_until <= at):
        raise TooLate
    reserving.end(gift, Ending.TAKEN_BACK, period, at)
    return gift


def locked(gift: Gift) -> Gift:
    """The gift as it stands, which nobody moves until the transaction ends. The caller
    holds the reader's money."""
    gifts = Gift.objects.select_for_update(of=["self"])
    return gifts.select_related("reader", "creator", "thing", "payment").get(pk=gift.pk)


def lock_all(reader: User, states: Iterable[GiftState] = OPEN_GIFT) -> list[Gift]:
    """A reader's open gifts, or those in some states, which nobody moves until the
    transaction ends; people are locked after it."""
    budgeting.lock(reader)
    gifts = Gift.objects.select_for_update(of=["self"])
    gifts = gifts.select_related("reader", "creator", "payment")
    return list(gifts.filter(reader=reader, state__in=states).order_by("pk"))


def end_all(gifts: Iterable[Gift], ending: Ending, period: int, at: datetime) -> None:
    """Let locked gifts come to nothing: what was reserved is their reader's again, and
    both sides read why."""
    for gift in gifts:
        reserved = gift.state == GiftState.RESERVED
        reserving.end(gift, ending, period, at)
        _notify(gift, reserved=reserved)


# Who reads of it in another way: on the page where they did it, or at Stripe.
KNOWN = (Ending.TAKEN_BACK, Ending.READER_LEFT)


def _notify(gift: Gift, *, reserved: bool) -> None:
    """Write to the reader, and to the creator if it was as good as theirs."""
    facts = {"amount": gift.amount, "ending": gift.ending, "reserved": reserved}
    gave_up = gift.payment is not None and gift.payment.failed_at is not None
    if gift.ending not in KNOWN and not (gift.ending == Ending.UNPAID and gave_up):
        key = f"gift_stopped:{gift.pk}:reader"
        outbox.write(
            key, "gift_stopped", gift.reader, gives=True, gift=gift.pk, **facts
        )
    if reserved and gift.ending in TO_CREATORS:
        key = f"gift_stopped:{gift.pk}:creator"
        facts["amount"] = gift.for_creator
        outbox.write(
            key, "gift_stopped", gift.creator, gives=False, gift=gift.pk, **facts
        )
