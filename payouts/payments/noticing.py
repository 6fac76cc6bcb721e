"""Notices at the head of a reader's pages: a bank that took a payment back or asks about
one, and a renewal that was not paid. One at a time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Sum

from accounts.models import Budget, User
from flattr import months
from payouts.gateway import declines
from payouts.models import Dispute, Payment, Renewal
from payouts.payments import tries
from payouts.payments.words.notice_words import Notice


def notice(reader: User) -> Notice:
    """In five queries at most."""
    return replace(_gravest(reader), coming=coming(reader))


def coming(reader: User) -> int:
    """What banks work on, in minor units."""
    payments = Payment.objects.filter(
        reader=reader, processing_at__isnull=False, paid_at=None, failed_at=None
    )
    return payments.aggregate(sum=Sum("amount"))["sum"] or 0


def _gravest(reader: User) -> Notice:
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
    """The latest renewal: the debit that is announced for it, and its last try, if that
    failed and it is not settled since."""
    renewal = Renewal.objects.filter(reader=reader).order_by("-period").first()
    if renewal is None:
        return Notice(asked=asked)
    tried = _of_tries(renewal, asked, is_suspended=is_suspended)
    if renewal.announced_at is None or renewal.announced_amount is None:
        return tried
    day = renewal.announced_at + tries.NOTICE
    return replace(tried, announced=renewal.announced_amount, announced_for=day)


def _of_tries(renewal: Renewal, asked: bool, *, is_suspended: bool) -> Notice:
    if not renewal.tries:
        return Notice(asked=asked)
    failed = renewal.outcome == "failed" and is_suspended
    if renewal.done_at is not None and not failed:
        return Notice(asked=asked)
    payment = Payment.objects.filter(renewal=renewal).order_by("-id").first()
    again = tries.next_try(renewal)
    last = _last(renewal) if again else None
    if debit := _debit_that_came_back(renewal, payment):
        return Notice(
            "failed" if failed else "declined",
            asked,
            debit.amount,
            debit.payment.paid_with,
            declines.of_debit(debit.reason),
            debit.closed_at,
            again,
            last=last,
            came_back=True,
        )
    if payment is None:
        why = declines.in_words(declines.NOTHING_KEPT)
        kind = "failed" if failed else "declined"
        return Notice(kind, asked, why=why, again=again, last=last)
    if payment.paid_at or not (payment.failed_at or payment.needs_confirmation):
        return Notice(asked=asked)
    waits = payment.failed_at is None
    return Notice(
        "failed" if failed else "confirm" if waits else "declined",
        asked,
        payment.amount,
        payment.paid_with,
        declines.in_words(payment.failure, payment.method),
        payment.failed_at or payment.started_at,
        again,
        payment.pk if waits else 0,
        last,
    )


def _debit_that_came_back(renewal: Renewal, last: Payment | None) -> Dispute | None:
    """Why a renewal is tried again although its `last` try was paid, or there was none."""
    if last is not None and last.paid_at is None:
        return None
    since = last.started_at if last else renewal.made_at
    found = Dispute.objects.failed().filter(reader=renewal.reader, closed_at__gte=since)
    return found.select_related("payment").order_by("-closed_at").first()


def _last(renewal: Renewal) -> datetime | None:
    """The try after the next, if there is one in the renewal's month."""
    if renewal.tries != 1:
        return None
    last = renewal.made_at + timedelta(days=tries.DAYS[1])
    return last if last < months.end(renewal.period) else None
