"""The mails about a closed month: a statement for each reader, and for each creator what
they received, with a notice of the first time and an event for their programs. Written in sets, each once, after the
close."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.mail import happenings, notices
from accounts.models import Outbox, User
from buttons.clicks import loaf
from flattr import months
from payouts.models import Close, Gift

# How many creators a mail names, and how many slices its loaf is cut into.
MOST_NAMED = 12
MOST_SLICES = 30

STATEMENTS = """
    INSERT INTO outbox (key, template, person_id, facts, due_at, tries, failure)
    SELECT %(key)s || s.reader_id, 'statement', s.reader_id,
           jsonb_build_object(
               'period', s.period, 'spent', s.spent, 'fee', s.fee,
               'creators', s.creators, 'without', s.without,
               'slices', given.slices, 'portions', given.portions,
               'more', greatest(0, s.creators - %(named)s),
               'once', (SELECT coalesce(sum(g.amount), 0)::bigint FROM gift g
                        WHERE g.reader_id = s.reader_id AND g.period = s.period
                          AND g.state = 'given')),
           clock_timestamp(), 0, ''
    FROM split s
    JOIN person r ON r.id = s.reader_id AND r.is_active AND r.mail_statement
    CROSS JOIN LATERAL (
        SELECT jsonb_agg('s' || (1 + p.creator_id %% %(colours)s) ORDER BY p.creator_id)
                   FILTER (WHERE p.n <= %(slices)s) AS slices,
               jsonb_agg(jsonb_build_object(
                       'name', CASE
                           WHEN c.erased_at IS NOT NULL THEN 'somebody who left'
                           WHEN lower(n.name) IN ('', lower(c.username)) THEN c.username
                           ELSE n.name || ' (' || c.username || ')' END,
                       'amount', p.amount)
                   ORDER BY p.creator_id) FILTER (WHERE p.n <= %(named)s) AS portions
        FROM (
            SELECT creator_id, sum(amount) AS amount,
                   row_number() OVER (ORDER BY creator_id) AS n
            FROM revenue_line
            WHERE period = s.period AND reader_id = s.reader_id
            GROUP BY creator_id
        ) AS p
        JOIN person c ON c.id = p.creator_id
        CROSS JOIN LATERAL (SELECT trim(c.first_name || ' ' || c.last_name)) AS n (name)
        WHERE p.n <= greatest(%(named)s, %(slices)s)
    ) AS given
    WHERE s.period = %(period)s
    ON CONFLICT (key) DO NOTHING
"""

# Who gave once and flattred nothing; whoever is set aside waits for the split.
GIFT_STATEMENTS = """
    INSERT INTO outbox (key, template, person_id, facts, due_at, tries, failure)
    SELECT %(key)s || g.reader_id, 'statement', g.reader_id,
           jsonb_build_object('period', g.period, 'spent', 0, 'fee', 0, 'creators', 0,
                              'without', 0, 'more', 0, 'once', sum(g.amount)::bigint),
           clock_timestamp(), 0, ''
    FROM gift g
    JOIN person r ON r.id = g.reader_id AND r.is_active AND r.mail_statement
    WHERE g.period = %(period)s AND g.state = 'given'
      AND NOT EXISTS (SELECT FROM split s WHERE s.reader_id = g.reader_id
                      AND s.period = g.period)
      AND NOT EXISTS (SELECT FROM close_problem p WHERE p.reader_id = g.reader_id
                      AND p.period = g.period AND p.closed_at IS NULL)
    GROUP BY g.reader_id, g.period
    ON CONFLICT (key) DO NOTHING
"""

REVENUE = """
    INSERT INTO outbox (key, template, person_id, facts, due_at, tries, failure)
    SELECT %(key)s || l.creator_id, 'revenue', l.creator_id,
           jsonb_build_object(
               'period', %(period)s, 'amount', l.amount, 'readers', r.readers,
               'clicks', r.clicks, 'lots', l.lots, 'papers', coalesce(i.papers, '[]'),
               'is_first', NOT EXISTS (
                   SELECT FROM lot before
                   WHERE before.creator_id = l.creator_id AND before.period < %(period)s)),
           clock_timestamp(), 0, ''
    FROM (
        SELECT creator_id, sum(amount) AS amount,
               jsonb_agg(jsonb_build_object(
                   'amount', amount,
                   'day', to_char(matures_at AT TIME ZONE 'UTC', 'FMDD FMMonth YYYY'))
                   ORDER BY matures_at, id) AS lots
        FROM lot WHERE period = %(period)s AND gift_id IS NULL GROUP BY creator_id
    ) AS l
    JOIN (
        SELECT creator_id, count(*) AS clicks,
               count(DISTINCT reader_id) FILTER (WHERE amount > 0) AS readers
        FROM revenue_line WHERE period = %(period)s GROUP BY creator_id
    ) AS r USING (creator_id)
    LEFT JOIN (
        SELECT creator_id, jsonb_agg(jsonb_build_object(
                   'year', year, 'number', number, 'amount', gross) ORDER BY id) AS papers
        FROM invoice WHERE period = %(period)s GROUP BY creator_id
    ) AS i USING (creator_id)
    JOIN person p ON p.id = l.creator_id AND p.is_active AND p.mail_revenue
    ON CONFLICT (key) DO NOTHING
"""

# Who got something for the first time, and how much.
FIRST = """
    SELECT l.creator_id, sum(l.amount)::bigint FROM lot l
    WHERE l.period = %(period)s AND l.gift_id IS NULL AND NOT EXISTS (
        SELECT FROM lot before
        WHERE before.creator_id = l.creator_id AND before.period < %(period)s)
    GROUP BY l.creator_id ORDER BY l.creator_id
"""

# What they get who have an address for events.
FOR_HOOKS = """
    SELECT l.creator_id, sum(l.amount)::bigint FROM lot l
    JOIN hook h ON h.person_id = l.creator_id
    WHERE l.period = %(period)s AND l.gift_id IS NULL
    GROUP BY l.creator_id ORDER BY l.creator_id
"""


def write_mails(period: int) -> int:
    """Write the mails about a closed month; how many are new. Again is a no-op, but
    for readers whose month was closed since."""
    shown = months.show(period)
    facts = {
        "period": period,
        "named": MOST_NAMED,
        "slices": MOST_SLICES,
        "colours": loaf.COLOURS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(STATEMENTS, {**facts, "key": f"statement:{shown}:"})
        statements: int = cursor.rowcount
        cursor.execute(GIFT_STATEMENTS, {**facts, "key": f"statement:{shown}:"})
        statements += cursor.rowcount
        cursor.execute(REVENUE, {**facts, "key": f"revenue:{shown}:"})
        revenues: int = cursor.rowcount
        cursor.execute(FIRST, facts)
        firsts = dict(cursor.fetchall())
        cursor.execute(FOR_HOOKS, facts)
        amounts = dict(cursor.fetchall())
        happenings.store(
            "revenue",
            [
                (
                    f"revenue:{shown}:{creator.pk}",
                    creator,
                    {"period": period, "amount": amounts[creator.pk]},
                )
                for creator in User.objects.filter(pk__in=amounts, is_active=True)
            ],
        )
        notices.store(
            "revenue",
            [
                (
                    f"revenue:{shown}:{creator.pk}",
                    creator,
                    {"period": period, "amount": firsts[creator.pk], "is_first": True},
                )
                for creator in User.objects.filter(pk__in=firsts, is_active=True)
            ],
        )
    return statements + revenues


def untold(latest: int = 3) -> list[int]:
    """Of the latest closed months those of which no mail was written, oldest first."""
    given = Gift.objects.given().filter(period=OuterRef("period"))
    told_of = Close.objects.filter(Q(readers__gt=0) | Exists(given), state="closed")
    closed = told_of.order_by("-period")
    periods = closed.values_list("period", flat=True)[:latest]
    return [period for period in reversed(periods) if not _is_told(period)]


def _is_told(period: int) -> bool:
    shown = months.show(period)
    return any(
        Outbox.objects.filter(key__startswith=f"{template}:{shown}:").exists()
        for template in ("statement", "revenue")
    )
