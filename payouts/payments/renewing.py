"""Renewals: we charge what a reader keeps at Stripe, once the month before is closed and
their account does not cover the budget. A debit is announced first, and made two days
later; whoever keeps nothing is sent a link to pay.

What is due is in rows. A try is a payment that is stored, with its amount, method and key,
before Stripe is asked. Where the answer did not come we ask with the same key, or look
it up, and there is no second try before the answer is known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Budget, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock, locks
from payouts.gateway import asking, claims, declines
from payouts.models import CloseProblem, Dispute, Payer, Payment, Renewal
from payouts.payments import budgeting, off_session, payers, paying_in, tries
from payouts.payments.debits import announcing, mandates

log = structlog.get_logger(__name__)

# For how long other workers leave a renewal alone that is being charged.
PUT_OFF = timedelta(minutes=10)
# When a reader may not be charged just now (suspended, a dispute) is checked again.
LATER = timedelta(hours=6)
# For so long a payment that was begun at Checkout may still be completed there.
PAYING = timedelta(hours=1)

Claimed = TypeVar("Claimed", Renewal, Payment)

MAKE = """
    INSERT INTO renewal (reader_id, period, made_at, due_at, tries, outcome, announced_id)
    SELECT b.reader_id, p.period, clock.moment,
           -- Whoever chooses a budget in mid-month is just about to pay for it.
           CASE WHEN before.closed_at < clock.moment - interval '1 day'
                THEN clock.moment + interval '1 hour' ELSE clock.moment END, 0, '', ''
    FROM flattr_clock() AS clock (moment)
    CROSS JOIN LATERAL (SELECT flattr_period(clock.moment) AS period) AS p
    JOIN close before ON before.state = 'closed' AND before.period
        = flattr_period(flattr_month_start(p.period) - interval '1 day')
    JOIN budget b ON b.covered_period < p.period
        AND b.credited_at IS NOT NULL AND b.suspended_at IS NULL
    JOIN person r ON r.id = b.reader_id AND r.is_active AND r.suspended_at IS NULL
    CROSS JOIN LATERAL (
        SELECT amount FROM budget_amount
        WHERE reader_id = r.id AND period <= p.period
        ORDER BY period DESC LIMIT 1
    ) AS chosen
    WHERE chosen.amount > coalesce((
            SELECT l.amount FROM ledger_account a
            JOIN ledger_balance l ON l.account_id = a.id
            WHERE a.kind = 'means' AND a.owner_id = r.id AND a.currency = %s), 0)
      AND NOT EXISTS (SELECT FROM close_problem c
                      WHERE c.reader_id = r.id AND c.closed_at IS NULL)
      AND NOT EXISTS (SELECT FROM dispute d
                      WHERE d.reader_id = r.id AND dispute_is_open(d))
      -- What was just given back is not taken again.
      AND NOT EXISTS (SELECT FROM refund f WHERE f.reader_id = r.id
                      AND f.made_at >= flattr_month_start(p.period))
    ON CONFLICT (reader_id, period) DO NOTHING
"""


def renew() -> int:
    """Process all renewals that are due; how many they were. While the platform winds
    down there are none: what is due is over, and open tries are cancelled.

    A renewal that Stripe does not answer waits. After a few of those in a row, or when it
    took too long, the rest waits for the next minute.
    """
    ends = budgeting.winds_down()
    if not ends:
        make()
    end_over(all_of_them=ends)
    patience, looked = claims.Patience(), 0
    while not ends and not patience.is_over and (renewal := claim()) is not None:
        _try(renewal, attend, patience)
        looked += 1
    if not patience.is_over:
        give_up_over(patience, all_of_them=ends)
    return looked


def _try(
    one: Claimed, deed: Callable[[Claimed], None], patience: claims.Patience
) -> None:
    """Process one; a failure does not hold up the others."""
    try:
        deed(one)
    except asking.NoAnswer as silence:
        patience.meets_silence(one, silence)
    except Exception:
        log.exception("renewal_failed", of=str(one))
    else:
        patience.meets_answer()


def make() -> int:
    """Store a renewal for everybody whose budget is due for one in the running month; how
    many are new. None where another worker holds the lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not locks.lock("renewals"):
            return 0
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(MAKE, [settings.CURRENCY])
        many: int = cursor.rowcount
    return many


@transaction.atomic
def claim() -> Renewal | None:
    """The renewal that has been due for longest, put off for others meanwhile."""
    period, at = clock.moment()
    renewal = (
        Renewal.objects.select_for_update(skip_locked=True, of=["self"])
        .select_related("reader")
        .filter(due_at__lte=at, period=period)
        .order_by("due_at", "id")
        .first()
    )
    if renewal is not None:
        renewal.due_at = at + PUT_OFF
        renewal.save(update_fields=["due_at"])
    return renewal


def attend(renewal: Renewal) -> None:
    """Find out how the previous try ended, and begin the next one. Refused with
    `gateway.NoAnswer`; then the same renewal is due again."""
    before = _open_try(renewal)
    if before is not None and before.needs_confirmation:
        off_session.give_up(before)
    elif before is not None:
        off_session.ask_again(before)
        _wait_for_bank(renewal, before)
        return
    payment = begin_try(renewal, mandates.reference(renewal.reader))
    if payment is not None:
        off_session.ask(payment)
        _wait_for_bank(renewal, payment)


@transaction.atomic
def _wait_for_bank(renewal: Renewal, payment: Payment) -> None:
    """While a bank works on a debit Stripe is asked about it a few times a day: an event
    tells what became of it."""
    _period, at = clock.moment()
    payment.refresh_from_db()
    if payment.is_processing:
        Renewal.objects.filter(pk=renewal.pk, done_at=None).update(due_at=at + LATER)


def _open_try(renewal: Renewal) -> Payment | None:
    """The try that is neither paid nor failed: one at most."""
    return (
        Payment.objects.select_related("reader")
        .filter(renewal=renewal, paid_at=None, failed_at=None)
        .order_by("-id")
        .first()
    )


@transaction.atomic
def begin_try(claimed: Renewal, mandate: str = "") -> Payment | None:
    """Store the next try with all that Stripe will be asked; None where nothing is to be
    charged now. `mandate` is the bank's reference of the one for a debit."""
    period, at = clock.moment()
    renewal = (
        Renewal.objects.select_for_update(of=["self"])
        .select_related("reader")
        .get(pk=claimed.pk)
    )
    if renewal.done_at or renewal.period != period or _open_try(renewal):
        return None
    reader = renewal.reader
    if not may_be_charged(reader) or is_awaited(reader):
        _put_off(renewal, at + LATER)
        return None
    if is_paying(reader, at):
        _put_off(renewal, at + PAYING)
        return None
    budget = budgets.amount_in(reader, period)
    free = budgeting.free(reader, period)
    if free >= budget:
        tries.finish(renewal, "covered" if budget else "stopped", at)
        return None
    known = payers.payer(reader)
    amount = paying_in.to_pay(budget, free, known.months)
    if known.keeps_debit and not announcing.give_notice(
        renewal, known, amount, budget, mandate, at
    ):
        return None
    return _write_try(renewal, known, amount, at)


def _put_off(renewal: Renewal, until: datetime) -> None:
    renewal.due_at = until
    renewal.save(update_fields=["due_at"])


def is_paying(reader: User, at: datetime) -> bool:
    """Whether the reader began to pay and may still be on Stripe's page."""
    begun = Payment.objects.filter(
        reader=reader, renewal=None, session_id__isnull=False
    )
    return begun.filter(
        paid_at=None, failed_at=None, started_at__gt=at - PAYING
    ).exists()


def is_awaited(reader: User) -> bool:
    """Whether a bank works on a debit of the reader's that is not for a gift: there is no
    other try meanwhile, also not for the next month."""
    begun = Payment.objects.filter(
        reader=reader, processing_at__isnull=False, gift=None
    )
    return begun.filter(paid_at=None, failed_at=None).exists()


def _write_try(
    renewal: Renewal, known: Payer, amount: int, at: datetime
) -> Payment | None:
    renewal.tries += 1
    tries.forget_notice(renewal)
    renewal.save(update_fields=["tries", *tries.NO_NOTICE])
    if not known.kept_id:
        tries.failed(renewal, at, declines.NOTHING_KEPT, None)
        return None
    shown = months.show(renewal.period)
    return Payment.objects.create(
        reader=renewal.reader,
        renewal=renewal,
        provider="stripe",
        key=f"renewal:{renewal.reader_id}:{shown}:{renewal.tries}",
        amount=amount,
        currency=settings.CURRENCY,
        months=known.months,
        kept_id=known.kept_id,
        paid_with=known.kept,
        method=known.kind,
        started_at=at,
        asked_at=timezone.now(),
    )


def may_be_charged(reader: User) -> bool:
    """Neither suspended nor gone, no dispute open and no month of theirs set aside."""
    return (
        reader.is_active
        and reader.suspended_at is None
        and Budget.objects.filter(reader=reader, suspended_at=None).exists()
        and not Dispute.objects.open().filter(reader=reader).exists()
        and not CloseProblem.objects.filter(reader=reader, closed_at=None).exists()
    )


# --- Months that are over -----------------------------------------------------------


@transaction.atomic
def end_over(*, all_of_them: bool = False) -> None:
    """Nothing more is charged for a month that is over, or for any."""
    period, at = clock.moment()
    waiting = Renewal.objects.filter(done_at=None)
    if not all_of_them:
        waiting = waiting.filter(period__lt=period)
    waiting.update(done_at=at, due_at=None, outcome="over", **tries.NO_NOTICE)


def give_up_over(patience: claims.Patience, *, all_of_them: bool = False) -> None:
    """Cancel the open tries of months that are over, or of all; one that was paid
    meanwhile is credited, and one that a bank works on is left to end."""
    waiting = Payment.objects.select_related("reader").filter(
        renewal__isnull=False, processing_at=None, paid_at=None, failed_at=None
    )
    if not all_of_them:
        waiting = waiting.filter(renewal__period__lt=clock.period())
    for payment in waiting.order_by("id"):
        _try(payment, _give_up, patience)
        if patience.is_over:
            return


def _give_up(payment: Payment) -> None:
    with claims.claimed(payment) as ours:
        payment.refresh_from_db()
        if ours and not (payment.paid_at or payment.failed_at):
            off_session.give_up(payment)
