"""Giving: what a reader can give somebody now, and the gift itself.

A gift is paid from what is free in the account, else by a payment of its own. At most
100.00 a reader and month, of what is given and of what still waits.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from flattr.split import fee
from flattr.web.refusals import NothingNew, Refusal
from payouts.models import (
    LARGEST_GIFT,
    SMALLEST_GIFT,
    Dispute,
    Gift,
    GiftState,
    Method,
    Payment,
)
from payouts.payments import budgeting, paying_in, reserving


class NotAGift(Refusal):
    says = _("A gift is an amount between the smallest and the largest.")

    code = "validation"


class OwnGift(Refusal):
    says = _("You cannot give to yourself.")

    code = "gift_owner"
    status = 403


class GiftsUsedUp(Refusal):
    says = _("That would be more than you can give in a month.")

    code = "gift_limit"
    status = 403


class NotGivable(Refusal):
    says = _("Nobody can receive a gift here.")

    code = "not_found"
    status = 404


class NotProved(NotGivable):
    says = _("It is not proved yet whose this is, so you cannot give to it.")

    code = "not_proved"
    status = 403


class GiverStopped(Refusal):
    says = _("You cannot give while your account is suspended.")

    code = "suspended"
    status = 403


class GiverDisputes(GiverStopped):
    says = _("You cannot give while your bank takes a payment of yours back.")


class NotEnough(Refusal):
    says = _("There is not enough in your account for this gift.")

    code = "no_means"
    status = 402


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader can give somebody now, in minor units: what is `free` in the account,
    and what is `left` of the month's 100.00. `refusal` says why nothing can be given."""

    free: int
    left: int
    refusal: Refusal | None = None

    @property
    def largest(self) -> int:
        return min(LARGEST_GIFT, self.left)

    def needs_payment(self, amount: int) -> bool:
        return amount > self.free

    @staticmethod
    def to_pay(amount: int) -> int:
        """What a payment for a gift comes to; what is beyond the gift stays in the
        account."""
        return max(amount, paying_in.SMALLEST)


def gift_fee(amount: int) -> int:
    """What the platform keeps of a gift, by the close's formula."""
    return fee(amount, settings.FEE_PERCENT)


def offer(reader: User, creator: User | None, thing: Thing | None = None) -> Offer:
    """What `reader` can give `creator`, or the owner of `thing`, now."""
    period = clock.period()
    refusal = _refusal(reader, creator, thing)
    left = LARGEST_GIFT - _given(reader, period)
    if refusal is None and left < SMALLEST_GIFT:
        refusal = GiftsUsedUp()
    return Offer(reserving.free(reader, period), left, refusal)


def give(
    reader: User,
    creator: User | None,
    amount: int,
    *,
    thing: Thing | None = None,
    key: str = "",
) -> Gift:
    """Give `amount` minor units from what is free in the account. It is the creator's
    after an hour, until when the reader can take it back.

    `key` is the form's: sent twice, it gives once. Refused with `NotAGift`, `OwnGift`,
    `NotGivable`, `NotProved`, `GiverStopped`, `GiverDisputes`, `budgeting.AccountClosed`,
    `GiftsUsedUp` or `NotEnough`, and then nothing has happened.
    """
    with transaction.atomic():
        period, at = clock.moment()
        budgeting.lock(reader)
        if done := _made(reader, key):
            return done
        receiver = _check(reader, creator, amount, thing, period)
        if reserving.free(reader, period) < amount:
            raise NotEnough
        gift = _new(reader, receiver, amount, thing, key)
        gift.state, gift.made_at, gift.reserved_at = GiftState.RESERVED, at, at
        gift.due_at = at + reserving.UNDOABLE
        gift.save()
        reserving.reserve(gift)
    return gift


def begin_with_payment(  # noqa: PLR0913 (as `give`, and from which network)
    reader: User,
    creator: User | None,
    amount: int,
    *,
    ip: str,
    thing: Thing | None = None,
    key: str = "",
    method: Method = Method.CARD,
) -> Payment:
    """Begin the payment of a gift that is not paid from the account: the gift waits for
    it, and is the creator's when it is credited. Of a payment that is larger than the gift
    the rest stays in the account.

    Refused as `give` is, but for `NotEnough`, and as `paying_in.begin` is.
    """
    with transaction.atomic():
        period, at = clock.moment()
        budgeting.lock(reader)
        if done := _made(reader, key):
            return _payment_of(done)
        receiver = _check(reader, creator, amount, thing, period)
        payment = paying_in.begin(reader, Offer.to_pay(amount), ip, method=method)
        gift = _new(reader, receiver, amount, thing, key)
        gift.state, gift.made_at, gift.payment = GiftState.WAITING, at, payment
        gift.save()
    return payment


def _new(
    reader: User, creator: User, amount: int, thing: Thing | None, key: str
) -> Gift:
    return Gift(
        key=key or f"gift:{secrets.token_hex(12)}",
        reader=reader,
        creator=creator,
        thing=thing,
        amount=amount,
        fee=gift_fee(amount),
        currency=settings.CURRENCY,
    )


def _made(reader: User, key: str) -> Gift | None:
    """What this form gave already."""
    return Gift.objects.filter(reader=reader, key=key).first() if key else None


def _payment_of(gift: Gift) -> Payment:
    if gift.payment is None:
        raise NotAGift(_("You have given this from your account."))
    return gift.payment


def _check(
    reader: User, creator: User | None, amount: int, thing: Thing | None, period: int
) -> User:
    """Who gets the gift; refused as `give` is. Both people stay as they are until the
    transaction ends."""
    if not SMALLEST_GIFT <= amount <= LARGEST_GIFT:
        raise NotAGift
    receiver = creator or (thing.owner if thing else None)
    people = User.objects.select_for_update(no_key=True).order_by("pk")
    here = {
        one.pk: one
        for one in people.filter(pk__in={reader.pk, receiver.pk if receiver else None})
    }
    if thing is not None:
        thing = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    locked = here.get(receiver.pk) if receiver else None
    if refusal := _refusal(here[reader.pk], locked, thing):
        raise refusal
    if _given(reader, period) + amount > LARGEST_GIFT:
        raise GiftsUsedUp
    assert locked is not None
    return locked


def _refusal(reader: User, creator: User | None, thing: Thing | None) -> Refusal | None:
    """Why this reader cannot give to this creator, for this thing; None if they can."""
    return next(_refusals(reader, creator, thing), None)


def _refusals(
    reader: User, creator: User | None, thing: Thing | None
) -> Iterator[Refusal]:
    if budgeting.winds_down():
        yield NothingNew()
    if thing is not None:
        if thing.suspended_at is not None or creator not in {None, thing.owner}:
            yield NotGivable()
        if not thing.proved:
            yield NotProved()
        creator = thing.owner
    if creator is None or not creator.is_here:
        yield NotGivable()
    elif creator.pk == reader.pk:
        yield OwnGift()
    if reader.suspended_at is not None:
        yield GiverStopped()
    if not reader.is_here:
        yield budgeting.AccountClosed()
    if Dispute.objects.open().filter(reader=reader).exists():
        yield GiverDisputes()


def _given(reader: User, period: int) -> int:
    """What counts to the reader's running month already."""
    gifts = Gift.objects.of_month(reader, period)
    return int(gifts.aggregate(total=Sum("amount"))["total"] or 0)
