"""The monthly run, which asks for payouts by itself, and checks whether those that wait
may still be paid."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import connection, transaction

from accounts import audit
from accounts.models import User
from buttons.proofs import queueing, settling
from flattr import months
from flattr.database import clock
from payouts.close import breaker, inspecting
from payouts.earnings import flags, standing, states
from payouts.earnings.requesting import NoPayout, request_payout
from payouts.gateway import claims
from payouts.ledger.models import Balance
from payouts.models import Close, Payout, StripeAccount
from payouts.models.payout_states import OPEN, UNSENT, State

log = structlog.get_logger(__name__)

RUN_DAY = 10
LOOK_DAY = 7
RUN_BATCH = 200

# Creators for whom the run has not asked yet this month and who would not be refused.
# The latest destination that was not cancelled is theirs, usable or not. Where Stripe
# said within the last day that it cannot pay a creator, it is not asked again. After an
# outage a lot may be due and not matured yet: it would wait for the next month's run.
CANDIDATES = """
    SELECT p.id
    FROM ledger_account a
    JOIN ledger_balance b ON b.account_id = a.id
    JOIN person p ON p.id = a.owner_id
    CROSS JOIN LATERAL (
        SELECT d.id, d.usable_at, d.stripe_id FROM destination d
        WHERE d.creator_id = p.id AND d.cancelled_at IS NULL
        ORDER BY d.id DESC LIMIT 1) AS to_go
    WHERE a.kind = 'revenue' AND a.currency = %(currency)s
      AND p.is_active AND p.suspended_at IS NULL
      AND b.amount + coalesce((
          SELECT sum(e.amount) FROM ledger_account d
          JOIN ledger_entry e ON e.account_id = d.id
          WHERE d.kind = 'debt' AND d.owner_id = p.id AND d.currency = a.currency), 0)
          >= CASE WHEN %(to_the_end)s AND NOT EXISTS (
              SELECT FROM lot l WHERE l.creator_id = p.id AND l.matured_at IS NULL)
             THEN 1 ELSE %(smallest)s END
      AND to_go.usable_at <= flattr_clock()
      AND NOT EXISTS (
          SELECT FROM stripe_account s WHERE s.stripe_id = to_go.stripe_id
          AND NOT (s.transfers_enabled AND s.payouts_enabled)
          AND s.fetched_at > clock_timestamp() - interval '1 day')
      AND NOT EXISTS (
          SELECT FROM destination later WHERE to_go.stripe_id <> ''
          AND later.creator_id = p.id AND later.stripe_id = to_go.stripe_id
          AND later.id > to_go.id)
      AND NOT EXISTS (
          SELECT FROM payout o WHERE o.creator_id = p.id
          AND (o.run_period = %(period)s OR o.state = ANY(%(open)s)
               OR (%(to_the_end)s AND o.requested_at > flattr_clock() - interval '1 day')))
      AND NOT EXISTS (
          SELECT FROM lot l WHERE l.creator_id = p.id
          AND l.matured_at IS NULL AND l.matures_at <= flattr_clock())
      AND NOT EXISTS (
          SELECT FROM audit t WHERE t.subject = 'person:' || p.id
          AND t.action = ANY(%(takeover)s)
          AND t.at > flattr_clock() - make_interval(secs => %(wait)s))
    ORDER BY p.id LIMIT %(batch)s
"""


def monthly_run() -> int:
    """Ask for every creator who may be paid, once a month each; return for how many.

    From the tenth of the month on, once the month before is closed and what the close
    gave a creator in trusted lots has matured. Called every minute; the rows say what it
    did, so it may stop anywhere and run twice at once.
    """
    now = clock.now()
    period = months.period_of(now)
    if now.day < RUN_DAY or not _closed(months.preceding(period)):
        return 0
    if breaker.tripped():
        return 0
    candidates = _candidates(period)
    if candidates and not inspecting.adds_up():
        return 0
    asked = claims.each(candidates, lambda creator: _ask_for(creator, period))
    return sum(asked)


def ask_to_the_end() -> int:
    """Ask for every creator who has anything that is ready, at most once a day each, while
    the platform pays everybody back; return for how many. A sum below the smallest payout
    is asked for once nothing of theirs is held any more."""
    if breaker.tripped():
        return 0
    candidates = _candidates(None)
    if candidates and not inspecting.adds_up():
        return 0
    return sum(claims.each(candidates, lambda creator: _ask_for(creator, None)))


def _ask_for(creator: User, period: int | None) -> bool:
    """Ask, unless another worker holds it or was faster."""
    account = StripeAccount.objects.filter(creator=creator).first()
    if account is None:
        return _ask_now(creator, period)
    with claims.claimed(account) as ours:
        return ours is not None and _ask_now(creator, period)


def _ask_now(creator: User, period: int | None) -> bool:
    if period and Payout.objects.filter(creator=creator, run_period=period).exists():
        return False
    try:
        request_payout(creator, run_period=period)
    except NoPayout as refusal:
        log.info("no_payout", creator=creator.pk, why=str(refusal))
        _notify_of_stripe(creator)
        return False
    return True


def _notify_of_stripe(creator: User) -> None:
    """Write to the creator where Stripe waits for them."""
    account = StripeAccount.objects.filter(creator=creator).first()
    if account and not standing.can_be_paid(account):
        standing.ask_for_more(account)


def look_again() -> int:
    """In the days before the run, have the proofs of all who have enough money here
    checked again; return how many were moved to the front."""
    now = clock.now()
    if not LOOK_DAY <= now.day < RUN_DAY:
        return 0
    since = now.replace(day=LOOK_DAY, hour=0, minute=0, second=0, microsecond=0)
    paid = Balance.objects.filter(
        account__kind="revenue",
        account__currency=settings.CURRENCY,
        amount__gte=settings.SMALLEST_PAYOUT,
    )
    owners = paid.values_list("account__owner_id", flat=True)
    creators = [owner for owner in owners if owner is not None]
    return queueing.look_before_payouts(creators, since)


def hold_unproved() -> int:
    """Hold payouts that were asked for before their creator lost a proof; return how
    many. People have reviewed a payout that they released after the loss.
    """
    held = 0
    waiting = Payout.objects.filter(state__in=UNSENT)
    for payout in waiting.select_related("creator").order_by("pk"):
        since = payout.decided_at or payout.requested_at
        if settling.lost_of(payout.creator, since):
            held += _hold(payout)
    return held


@transaction.atomic
def _hold(payout: Payout) -> bool:
    """Hold one payout for people to review, unless its state has changed meanwhile."""
    reason = "; ".join(flags.check_proofs(payout.creator))
    try:
        states.hold(payout, None, reason, [State(payout.state)])
    except states.NotReviewed:
        return False
    return True


def _closed(period: int) -> bool:
    return Close.objects.filter(period=period, state="closed").exists()


def _candidates(period: int | None) -> list[User]:
    """Of the run of a month, or of none: to the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES,
            {
                "currency": settings.CURRENCY,
                "smallest": settings.SMALLEST_PAYOUT,
                "period": period,
                "to_the_end": period is None,
                "takeover": list(audit.TAKEOVER),
                "wait": audit.TAKEOVER_WAIT.total_seconds(),
                "open": list(OPEN),
                "batch": RUN_BATCH,
            },
        )
        found = [key for (key,) in cursor.fetchall()]
    return list(User.objects.filter(pk__in=found).order_by("pk"))
