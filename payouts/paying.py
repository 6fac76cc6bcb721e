"""Asking for money: a creator's request, and the monthly run that asks for them.

Asking reserves: all that is matured goes from `revenue` to `transit` under
`payout:ID:reserve`, and stays there until staff decided (`payouts.reviewing`). One
payout at a time; the lock on the person and the floor under `revenue` keep the sum
of what is asked for at or below what is matured (W1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit, mail
from accounts.models import User
from buttons import proofs
from flattr import clock, months
from flattr.money import plain
from flattr.refusals import Refusal
from payouts import breaker, chart, destinations, flags
from payouts.ledger.models import Balance
from payouts.ledger.posting import balances, post
from payouts.maturing import owed
from payouts.models import Close, Payout

log = structlog.get_logger(__name__)

OPEN = ["requested", "approved", "held"]
RUN_DAY = 10
LOOK_DAY = 7
RUN_BATCH = 200


class NoPayout(Refusal):
    """Nothing can be paid out now."""

    code = "no_payout"
    status = 403


@dataclass(frozen=True, slots=True)
class Purse:
    """A creator's money, in minor units: held, matured, reserved; and what they owe
    after disputes, which matured money has to cover first."""

    pending: int
    revenue: int
    transit: int
    owed: int

    @property
    def payable(self) -> int:
        return max(0, self.revenue - self.owed)


def purse(creator: User) -> Purse:
    """What a creator has: two queries."""
    held, matured, reserved = (
        chart.pending(creator),
        chart.revenue(creator),
        chart.transit(creator),
    )
    found = balances([held, matured, reserved])
    return Purse(found[held], found[matured], found[reserved], owed(creator))


def hindrance(creator: User, now: datetime) -> str:
    """Why nothing can be paid out now, in a sentence; empty when it can."""
    return next(_hindrances(creator, now), "")


def _hindrances(creator: User, now: datetime) -> Iterator[str]:
    if breaker.tripped():
        yield "Payouts are stopped while we check our books. Your money is safe."
    if creator.suspended_at is not None or not creator.is_active:
        yield "Your account is suspended, and payouts wait until we decided."
    if Payout.objects.filter(creator=creator, state__in=OPEN).exists():
        yield "A payout is on its way. You can ask for the next when it is done."
    destination = destinations.current(creator)
    if destination is None:
        yield "Tell us first which bank account your payouts go to."
    elif until := destinations.waits_until(destination, now):
        yield f"A new bank account waits seven days, until {until:%-d %B %Y}."
    if change := audit.taken_over_at(creator):
        until = change.at + audit.TAKEOVER_WAIT
        yield (
            "Your e-mail address, password or second factor was changed. Payouts wait"
            f" seven days, until {until:%-d %B %Y}."
        )
    payable = purse(creator).payable
    if payable < settings.SMALLEST_PAYOUT:
        yield (
            f"Payouts begin at {plain(settings.SMALLEST_PAYOUT)} {settings.CURRENCY};"
            f" {plain(payable)} has matured so far."
        )


@transaction.atomic
def request_payout(
    creator: User, by: audit.By = None, run_period: int | None = None
) -> Payout:
    """Reserve all that a creator may be paid, for staff to review.

    From 10.00, one at a time, to a bank account that is older than seven days; else
    refused with `NoPayout`, saying why. What looks wrong holds it from the start.
    """
    creator = User.objects.select_for_update(no_key=True).get(pk=creator.pk)
    now = clock.now()
    if why := hindrance(creator, now):
        raise NoPayout(why)
    destination = destinations.current(creator)
    assert destination is not None
    amount = purse(creator).payable
    wrong = flags.look(creator, destination)
    payout = Payout.objects.create(
        creator=creator,
        destination=destination,
        amount=amount,
        currency=settings.CURRENCY,
        state="held" if wrong else "requested",
        run_period=run_period,
        requested_at=now,
        flags=wrong,
        approvals_needed=approvals_needed(creator, amount, wrong),
        reason="; ".join(wrong),
    )
    post(
        f"payout:{payout.pk}:reserve",
        {chart.revenue(creator): -amount, chart.transit(creator): amount},
        occurred_at=now,
    )
    tell(payout, by, "payout_requested", before={})
    return payout


def approvals_needed(creator: User, amount: int, wrong: list[str]) -> int:
    """Two for a first payout, a large one and one that looks wrong; else one (W4)."""
    first = not Payout.objects.filter(creator=creator, state="sent").exists()
    return 2 if first or wrong or amount >= settings.LARGE_PAYOUT else 1


def tell(
    payout: Payout,
    by: audit.By,
    action: str,
    *,
    before: dict[str, object],
    reason: str = "",
) -> None:
    """Keep in the audit log what happened to a payout, and write to the creator."""
    row = audit.note(
        by,
        action,
        f"payout:{payout.pk}",
        before=before,
        after={"state": payout.state, "amount": payout.amount},
        reason=reason,
    )
    mail.write(
        f"payout:{payout.pk}:{row.pk}",
        "payout",
        payout.creator,
        payout=payout.pk,
        amount=payout.amount,
        state=payout.state,
        account=str(payout.destination),
        reason=reason if payout.state in {"rejected", "failed"} else "",
    )


# --- The monthly run --------------------------------------------------------------

# Creators whom the run has not asked for yet this month, who would not be refused.
# The latest destination that was not cancelled is theirs, usable or not.
CANDIDATES = """
    SELECT p.id
    FROM ledger_account a
    JOIN ledger_balance b ON b.account_id = a.id
    JOIN person p ON p.id = a.owner_id
    WHERE a.kind = 'revenue' AND a.currency = %(currency)s
      AND p.is_active AND p.suspended_at IS NULL
      AND b.amount + coalesce((
          SELECT sum(e.amount) FROM ledger_account d
          JOIN ledger_entry e ON e.account_id = d.id
          WHERE d.kind = 'debt' AND d.owner_id = p.id AND d.currency = a.currency), 0)
          >= %(smallest)s
      AND (SELECT d.usable_at FROM destination d
           WHERE d.creator_id = p.id AND d.cancelled_at IS NULL
           ORDER BY d.id DESC LIMIT 1) <= flattr_clock()
      AND NOT EXISTS (
          SELECT FROM payout o WHERE o.creator_id = p.id
          AND (o.run_period = %(period)s OR o.state IN ('requested', 'approved', 'held')))
      AND NOT EXISTS (
          SELECT FROM audit t WHERE t.subject = 'person:' || p.id
          AND t.action = ANY(%(takeover)s) AND t.at > %(since)s)
    ORDER BY p.id LIMIT %(batch)s
"""


def monthly_run() -> int:
    """Ask for every creator who may be paid, once a month each; how many were asked for.

    From the tenth of the month on, once the month before is closed: by then what the
    close gave in trusted lots has matured. Called every minute; what it did is in the
    rows, so it can stop anywhere and be called by two at once.
    """
    now = clock.now()
    period = months.period_of(now)
    if now.day < RUN_DAY or not _closed(months.preceding(period)):
        return 0
    if breaker.tripped():
        return 0
    asked = 0
    for creator in _candidates(period):
        try:
            request_payout(creator, run_period=period)
        except NoPayout as refusal:
            log.info("no_payout", creator=creator.pk, why=str(refusal))
        else:
            asked += 1
    return asked


def look_again() -> int:
    """In the days before the run, have the proofs of everybody who has money here
    looked at again; how many that put first."""
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
    return proofs.look_before_payouts(creators, since)


def hold_unproved() -> int:
    """Hold payouts that were asked for before their creator lost a proof; how many.

    A payout that people released after the loss was looked at already.
    """
    held = 0
    waiting = Payout.objects.filter(state__in=["requested", "approved"])
    for payout in waiting.select_related("creator").order_by("pk"):
        since = payout.decided_at or payout.requested_at
        if proofs.lost_of(payout.creator, since):
            held += _hold(payout)
    return held


@transaction.atomic
def _hold(payout: Payout) -> int:
    """Hold one payout for people to look at; 0 if its state has changed meanwhile."""
    reason = "; ".join(flags.look_at_proofs(payout.creator))
    before = payout.state
    held = Payout.objects.filter(pk=payout.pk, state=before).update(
        state="held", reason=reason, decided_at=clock.now()
    )
    if held:
        payout.refresh_from_db()
        tell(payout, None, "payout_held", before={"state": before}, reason=reason)
    return held


def _closed(period: int) -> bool:
    return Close.objects.filter(period=period, state="closed").exists()


def _candidates(period: int) -> list[User]:
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES,
            {
                "currency": settings.CURRENCY,
                "smallest": settings.SMALLEST_PAYOUT,
                "period": period,
                "takeover": list(audit.TAKEOVER),
                "since": timezone.now() - audit.TAKEOVER_WAIT,
                "batch": RUN_BATCH,
            },
        )
        found = [key for (key,) in cursor.fetchall()]
    return list(User.objects.filter(pk__in=found).order_by("pk"))


def payouts_of(creator: User) -> list[Payout]:
    """The creator's last hundred payouts, newest first, with their destinations."""
    return list(
        Payout.objects.filter(creator=creator)
        .select_related("destination")
        .order_by("-id")[:100]
    )


def paid_to(creator: User) -> int:
    """All that was ever sent to the creator, in minor units."""
    return sum(
        Payout.objects.filter(creator=creator, state="sent").values_list(
            "amount", flat=True
        )
    )
