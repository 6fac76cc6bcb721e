"""Stripe's events: stored once, applied at our own pace, in any order (H2).

An event only says that something changed. To apply it we fetch from Stripe what it is
about and bring the ledger to that, so a repeated, late or reordered event changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.mail import staff
from payouts.events import converging
from payouts.gateway import asking, claims
from payouts.gateway.facts import EventFact
from payouts.models import EventWork, StripeEvent

AT_ONCE = 500
LONGEST_MINUTES = 360
# What Stripe has not known for so long was deleted, or belongs to another account.
UNKNOWN_FOR = timedelta(days=1)
# A creator's bank sent back what Stripe sent there.
BANK_REFUSED = "payout.failed"

log = structlog.get_logger(__name__)

# By the kind of object, where no payment and no creator's account is named.
HANDLERS: dict[str, Callable[[str], bool]] = {
    "account": converging.converge_account,
    "checkout.session": converging.converge_session,
    "payment_method": converging.converge_kept,
    "mandate": converging.converge_mandate,
    "transfer": converging.converge_transfer,
    "topup": converging.converge_source,
    "payout": converging.converge_source,
}


def matters(fact: EventFact) -> bool:
    """Whether it is about something that we follow."""
    return bool(fact.payment_id or fact.account or fact.object_kind in HANDLERS)


@transaction.atomic
def store(fact: EventFact) -> bool:
    """Store an event as one that has to be applied; whether it is new."""
    event, is_new = StripeEvent.objects.get_or_create(
        id=fact.stripe_id,
        defaults={
            "kind": fact.kind,
            "account": fact.account,
            "object_kind": fact.object_kind,
            "object_id": fact.object_id,
            "payment_id": fact.payment_id,
            "happened_at": fact.happened_at,
        },
    )
    if is_new:
        now = timezone.now()
        EventWork.objects.create(
            event=event, due_at=now, done_at=None if matters(fact) else now
        )
    return is_new


def act(limit: int = AT_ONCE) -> int:
    """Apply events about up to `limit` objects; how many objects were done.

    What fails is put off, longer each time, and holds up nothing else (H4). Events of one
    object that are due together are applied at once.
    """
    patience, done = claims.Patience(), 0
    for _ in range(limit):
        if patience.is_over:
            break
        claimed = _claim()
        if not claimed:
            break
        try:
            finished = _converge([work.event for work in claimed])
        except asking.NoAnswer as silence:
            patience.meets_silence(claimed[0], silence)
            _note(claimed, "Stripe did not answer.")
            continue
        except asking.StripeRefused as refusal:
            patience.meets_answer()
            _refused(claimed, refusal)
            continue
        except Exception as failure:
            log.exception("event_failed", told=str(claimed[0]))
            _note(claimed, type(failure).__name__)
            continue
        patience.meets_answer()
        if finished:
            _finish(claimed)
            done += 1
        else:
            _note(claimed, "Stripe has not booked it yet.")
    return done


def _converge(told: list[StripeEvent]) -> bool:
    """False while Stripe has not finished with it."""
    first = told[0]
    if first.account:
        refused = [one.object_id for one in told if one.kind == BANK_REFUSED]
        return converging.converge_account(first.account, refused)
    if first.payment_id:
        return converging.converge_payment(first.payment_id)
    return HANDLERS[first.object_kind](first.object_id)


@transaction.atomic
def _claim() -> list[EventWork]:
    """The event that has been due longest, with all that are due of the same object; none
    when nothing is. They are due again later, in case this worker crashes."""
    now = timezone.now()
    due = (
        EventWork.objects.select_for_update(skip_locked=True, of=["self"])
        .filter(done_at=None, due_at__lte=now)
        .select_related("event")
        .order_by("due_at", "pk")
    )
    first = due.first()
    if first is None:
        return []
    event = first.event
    claimed = list(
        due.filter(
            event__account=event.account,
            event__payment_id=event.payment_id,
            **({} if _is_one(event) else {"event__object_id": event.object_id}),
        )
    )
    for work in claimed:
        work.tries = min(work.tries + 1, 1_000)
        work.due_at = now + pause(work.tries)
    EventWork.objects.bulk_update(claimed, ["tries", "due_at"])
    return claimed


def _is_one(event: StripeEvent) -> bool:
    """Whether they are all about one payment, or one creator's account."""
    return bool(event.account or event.payment_id)


def pause(tries: int) -> timedelta:
    """How long to wait until the next try: a minute after the first, then twice as long
    each time.

    >>> [pause(tries).seconds // 60 for tries in (1, 2, 3, 9, 10, 500)]
    [1, 2, 4, 256, 360, 360]
    """
    return timedelta(minutes=min(2 ** min(tries - 1, 20), LONGEST_MINUTES))


def _note(claimed: list[EventWork], failure: str) -> None:
    _of(claimed).update(failure=failure)


def _refused(claimed: list[EventWork], refusal: asking.StripeRefused) -> None:
    """Try them again later. Those about something that Stripe has not known for a day
    are given up, and staff are notified."""
    log.warning("event_refused_by_stripe", told=str(claimed[0]), why=str(refusal))
    _note(claimed, f"Stripe refused: {refusal}"[:500])
    before = timezone.now() - UNKNOWN_FOR
    old = [work for work in claimed if work.event.received_at <= before]
    if old and refusal.code in asking.UNKNOWN_TO_STRIPE:
        _give_up(old, str(refusal))


@transaction.atomic
def _give_up(claimed: list[EventWork], why: str) -> None:
    event = claimed[0].event
    _of(claimed).update(done_at=timezone.now())
    audit.note(
        None,
        "event_given_up",
        f"event:{event.pk}",
        after={"events": [work.pk for work in claimed]},
        reason=why,
    )
    staff.notify(
        f"event_given_up:{event.pk}",
        "event_given_up",
        event=event.pk,
        kind=event.kind,
        about=event.payment_id or event.object_id or event.account,
        many=len(claimed),
        why=why,
    )


def _finish(claimed: list[EventWork]) -> None:
    _of(claimed).update(done_at=timezone.now(), failure="")


def _of(claimed: list[EventWork]) -> QuerySet[EventWork]:
    return EventWork.objects.filter(pk__in=[work.pk for work in claimed])
