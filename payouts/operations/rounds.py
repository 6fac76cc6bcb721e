"""Mails that nothing in particular brings about: once a night, and once in mid-month.

Each round is written down in the transaction of its mails, so that it is made once. What
creators are told of flattrs comes at night, all at once, and says no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.mail import outbox
from accounts.models import User
from buttons.clicks import waiting_promises
from flattr import months
from flattr.database import clock, locks
from flattr.split import fee
from payouts.models import MailRound, Payer
from payouts.payments import budgeting, paying_in, tries

# From this hour of the night on, in UTC.
HOUR = 3
DIGEST_DAY = 15
# A digest is not sent late into the month, as after an outage.
DIGEST_UNTIL = 21
AHEAD = timedelta(days=8)

Mail = tuple[str, User, dict[str, Any]]

# Creators whom somebody flattred in the month of last night or in this one, and nobody
# before. A month whose flattrs are deleted has left its lots.
FIRST = """
    SELECT f.creator_id, max(f.period) FROM flattr f
    JOIN person p ON p.id = f.creator_id
        AND p.is_active AND p.suspended_at IS NULL AND p.closing_at IS NULL
    WHERE f.period = ANY(%(periods)s)
      AND NOT EXISTS (SELECT FROM flattr e
                      WHERE e.creator_id = f.creator_id AND e.period < %(since)s)
      AND NOT EXISTS (SELECT FROM lot l
                      WHERE l.creator_id = f.creator_id AND l.period < %(since)s)
      AND NOT EXISTS (SELECT FROM notice n
                      WHERE n.key = 'first_flattr:' || f.creator_id)
    GROUP BY f.creator_id ORDER BY f.creator_id
"""

# Readers whose card will be charged for a quarter or a year when the month begins, with
# their budget and what this month leaves in their account.
AHEAD_OF = """
    SELECT r.id, next.amount, means.amount - spends.amount
    FROM payer y
    JOIN budget b USING (reader_id)
    JOIN person r ON r.id = y.reader_id
        AND r.is_active AND r.suspended_at IS NULL AND r.closing_at IS NULL
    CROSS JOIN LATERAL (
        SELECT amount FROM budget_amount
        WHERE reader_id = r.id AND period <= %(next)s ORDER BY period DESC LIMIT 1) AS next
    CROSS JOIN LATERAL (SELECT coalesce((
        SELECT amount FROM budget_amount
        WHERE reader_id = r.id AND period <= %(period)s ORDER BY period DESC LIMIT 1), 0)
        AS amount) AS this
    CROSS JOIN LATERAL (SELECT coalesce((
        SELECT l.amount FROM ledger_account a JOIN ledger_balance l ON l.account_id = a.id
        WHERE a.kind = 'means' AND a.owner_id = r.id AND a.currency = %(currency)s), 0)
        AS amount) AS means
    CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (
        SELECT FROM flattr WHERE reader_id = r.id AND period = %(period)s)
        THEN least(this.amount, means.amount) ELSE 0 END AS amount) AS spends
    WHERE y.months > 1 AND y.kept_id <> ''
      AND b.credited_at IS NOT NULL AND b.suspended_at IS NULL
      AND next.amount > means.amount - spends.amount
      AND NOT EXISTS (SELECT FROM dispute d WHERE d.reader_id = r.id AND dispute_is_open(d))
      AND NOT EXISTS (SELECT FROM close_problem c
                      WHERE c.reader_id = r.id AND c.closed_at IS NULL)
    ORDER BY r.id
"""

GIVEN = """
    SELECT r.id, chosen.amount, count(f.thing_id), count(DISTINCT f.creator_id)
    FROM person r
    CROSS JOIN LATERAL (
        SELECT amount FROM budget_amount
        WHERE reader_id = r.id AND period <= %(period)s ORDER BY period DESC LIMIT 1)
        AS chosen
    LEFT JOIN flattr f ON f.reader_id = r.id AND f.period = %(period)s
    WHERE r.mail_reader_digest AND r.is_active AND chosen.amount > 0
    GROUP BY r.id, chosen.amount ORDER BY r.id
"""

CLICKS = """
    SELECT p.id, count(*), count(DISTINCT f.thing_id)
    FROM person p
    JOIN flattr f ON f.creator_id = p.id AND f.period = %(period)s
    WHERE p.mail_creator_digest AND p.is_active
    GROUP BY p.id ORDER BY p.id
"""


def make_due() -> list[str]:
    """Make the rounds that are due; their names. Called every minute."""
    now = clock.now()
    return [name for name, write in _due(now) if _make(name, write, now)]


def _due(now: datetime) -> Iterator[tuple[str, Callable[[datetime], None]]]:
    if now.hour < HOUR:
        return
    yield f"night:{now:%Y-%m-%d}", _write_at_night
    # Who is told that all ends is not asked to give.
    if DIGEST_DAY <= now.day <= DIGEST_UNTIL and not budgeting.winds_down():
        yield f"digest:{now:%Y-%m}", _write_digests


def _make(name: str, write: Callable[[datetime], None], now: datetime) -> bool:
    """Make one round, unless it was made or another worker is making it."""
    if MailRound.objects.filter(pk=name).exists():
        return False
    with transaction.atomic():
        if not locks.lock("rounds of mails"):
            return False
        if MailRound.objects.filter(pk=name).exists():
            return False
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        write(now)
        MailRound.objects.create(name=name, made_at=now)
    return True


def _write_at_night(now: datetime) -> None:
    outbox.write_all("first_flattr", _first_flattrs(now))
    waiting_promises.tell(now)
    is_near = months.end(months.period_of(now)) - now <= AHEAD
    if is_near and not budgeting.winds_down():
        outbox.write_all("renewal_ahead", _renewals_ahead(months.period_of(now)))


def _write_digests(now: datetime) -> None:
    period = months.period_of(now)
    outbox.write_all("digest_given", _digests_given(period))
    outbox.write_all("digest_clicks", _digests_clicks(period))


def _first_flattrs(now: datetime) -> list[Mail]:
    periods = {months.period_of(now - timedelta(days=1)), months.period_of(now)}
    facts = {"periods": list(periods), "since": min(periods)}
    return [
        (f"first_flattr:{person.pk}", person, {"period": period})
        for person, period in _rows(FIRST, facts)
    ]


def _renewals_ahead(period: int) -> list[Mail]:
    following = months.following(period)
    facts = {"period": period, "next": following, "currency": settings.CURRENCY}
    rows = list(_rows(AHEAD_OF, facts))
    payers = Payer.objects.in_bulk([person.pk for person, *_ in rows])
    return [
        (
            f"renewal_ahead:{person.pk}:{months.show(following)}",
            person,
            {
                "period": following,
                "amount": paying_in.to_pay(budget, left, payers[person.pk].months),
                "budget": budget,
                "months": payers[person.pk].months,
                "card": payers[person.pk].kept,
                **_days_until(payers[person.pk]),
            },
        )
        for person, budget, left in rows
    ]


def _days_until(payer: Payer) -> dict[str, int]:
    """How far into the month it is charged: a debit after its notice."""
    return {"days": tries.NOTICE.days} if payer.keeps_debit else {}


def _digests_given(period: int) -> Iterator[Mail]:
    for person, budget, clicks, creators in _rows(GIVEN, {"period": period}):
        units = clicks if settings.POLICY == "thing" else creators
        pot = budget - fee(budget, settings.FEE_PERCENT)
        yield (
            f"digest_given:{person.pk}:{months.show(period)}",
            person,
            {
                "period": period,
                "budget": budget,
                "clicks": clicks,
                "creators": creators,
                "share": pot // units if units else 0,
            },
        )


def _digests_clicks(period: int) -> Iterator[Mail]:
    for person, clicks, things in _rows(CLICKS, {"period": period}):
        facts = {"period": period, "clicks": clicks, "things": things}
        yield f"digest_clicks:{person.pk}:{months.show(period)}", person, facts


def _rows(query: str, facts: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query that begins with somebody's number, with the person."""
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        rows = cursor.fetchall()
    people = User.objects.in_bulk([row[0] for row in rows])
    for number, *others in rows:
        yield people[number], *others
