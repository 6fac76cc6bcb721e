"""Many people and their months, made in sets, for benchmarks.

Readers flattr a log-normal number of creators, about eleven; a few creators have most
of the flattrs; rows lie in random order, as clicks arrive. Money has really been paid
in: each reader's charge stands in the ledger and `check_ledger` has nothing to say.
Everything is the same for the same seed. Made as the owner, without the triggers that
look at one row after the other; their work is done in sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from flattr import months
from flattr.database import roles
from payouts.close import closing
from tests.benchmarks.measuring import progress
from tests.world.people import travel

# The month that the last one made is; earlier ones lie before it.
LAST = 202512
READERS_A_CREATOR = 22

PEOPLE = """
CREATE TABLE bench_reader (n bigint PRIMARY KEY, id bigint UNIQUE, budget bigint);
CREATE TABLE bench_creator (
    rank bigint PRIMARY KEY, id bigint UNIQUE, first_thing bigint, things bigint);

CREATE FUNCTION bench_people(kind text, many bigint, at timestamptz) RETURNS SETOF bigint
LANGUAGE sql AS $$
    INSERT INTO person (password, is_superuser, first_name, last_name, is_staff,
        is_active, date_joined, username, email, public_id, about, url, city, country,
        shows_flattrs, mail_statement, mail_revenue, mail_paid_in, mail_renewal,
        mail_first, mail_reader_digest, mail_creator_digest, suspension_reason)
    SELECT '!', false, '', '', false, true, at, kind || n, kind || n || '@people.example',
           left(kind, 1) || lpad(to_hex(n), 5, '0'), '', '', '', '',
           false, false, false, false, false, false, false, false, ''
    FROM generate_series(1, many) AS n
    RETURNING id
$$;

INSERT INTO bench_reader (n, id, budget)
SELECT row_number() OVER (ORDER BY id), id,
       (ARRAY[200, 200, 300, 500, 500, 1000, 1000, 2000, 3000, 10000])[
           1 + floor(random() * 10)::integer]
FROM bench_people('reader', %(readers)s, %(at)s) AS id;

INSERT INTO bench_creator (rank, id, things)
SELECT row_number() OVER (ORDER BY random()), id, 1 + floor(5 * power(random(), 2))::bigint
FROM bench_people('creator', %(creators)s, %(at)s) AS id;
UPDATE bench_creator c SET first_thing = s.before
FROM (SELECT rank, sum(things) OVER (ORDER BY rank) - things AS before
      FROM bench_creator) AS s
WHERE s.rank = c.rank;

WITH made AS (
    INSERT INTO thing (url, host, title, description, owner_id, proved_at, proof, category,
        language, tags, hidden, created_at, flattrs, flattrs_before, sample,
        suspension_reason)
    SELECT 'https://creators.example/' || c.rank || '/' || n, 'creators.example',
           'Thing ' || n || ' of ' || c.rank, '', c.id, %(at)s, 'by the operator', 'text',
           'en_GB', '{}', false, %(at)s, 0, 0, '', ''
    FROM bench_creator c, generate_series(1, c.things) AS n
    ORDER BY c.rank, n
    RETURNING id
)
UPDATE bench_creator SET first_thing = first_thing + (SELECT min(id) FROM made);

INSERT INTO budget (reader_id, created_at, credited_at, covered_period)
SELECT id, %(at)s, %(at)s, %(last)s FROM bench_reader;
INSERT INTO budget_amount (reader_id, period, amount)
SELECT id, %(period)s, budget FROM bench_reader ORDER BY n;
INSERT INTO ledger_account (kind, owner_id, currency)
SELECT 'means', id, %(currency)s FROM (SELECT id FROM bench_reader ORDER BY n) AS r
UNION ALL SELECT 'simulated', NULL, %(currency)s;
"""

# Each has paid in for all months and half a month more.
CHARGES = """
INSERT INTO ledger_transaction (book, reference, kind, period, currency, occurred_at,
                                posted_at, xid, content)
SELECT 0, 'charge:bench-' || id, 'charge', %(period)s, %(currency)s, %(at)s, %(at)s,
       pg_current_xact_id(), 'bench'
FROM bench_reader ORDER BY n;

INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)
SELECT 0, t.id, side.account_id, %(currency)s, side.amount
FROM bench_reader r
JOIN ledger_transaction t ON t.book = 0 AND t.reference = 'charge:bench-' || r.id
JOIN ledger_account a ON a.kind = 'means' AND a.owner_id = r.id
CROSS JOIN LATERAL (VALUES
    ((SELECT id FROM ledger_account WHERE kind = 'simulated'),
     -(r.budget * %(months)s + r.budget / 2)),
    (a.id, r.budget * %(months)s + r.budget / 2)
) AS side (account_id, amount)
ORDER BY t.id;

UPDATE ledger_balance b SET amount = e.amount
FROM (SELECT account_id, sum(amount)::bigint AS amount FROM ledger_entry
      WHERE book = 0 GROUP BY account_id) AS e
WHERE e.account_id = b.account_id;
"""

# Sigma 1 and this mean of the logarithm give eleven creators in the mean, once those
# drawn twice are counted once. A quarter flattr a second thing of the same creator.
FLATTRS = """
DROP TABLE IF EXISTS flattr_{period};
CREATE TABLE flattr_{period} (LIKE flattr INCLUDING DEFAULTS INCLUDING CONSTRAINTS);

CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
SELECT r.id AS reader_id,
       floor(power(random(), 2.5) * (SELECT count(*) FROM bench_creator))::bigint + 1 AS rank,
       random() AS thing, random() AS another
FROM (SELECT id, least(400, greatest(1, round(exp(random_normal(2, 1)))))::integer AS many
      FROM bench_reader ORDER BY n) AS r
CROSS JOIN LATERAL generate_series(1, r.many);

INSERT INTO flattr_{period} (period, reader_id, thing_id, creator_id, received_at)
SELECT %(period)s, f.reader_id, f.thing_id, f.creator_id,
       %(at)s + random() * interval '27 days'
FROM (
    SELECT DISTINCT d.reader_id, d.creator_id, d.thing_id
    FROM (
        SELECT p.reader_id, c.id AS creator_id,
               c.first_thing + floor(chance * c.things)::bigint AS thing_id
        FROM drawn p JOIN bench_creator c USING (rank)
        CROSS JOIN LATERAL (VALUES (p.thing), (p.another * 4)) AS x (chance)
        WHERE chance < 1
    ) AS d
) AS f
ORDER BY random();

ALTER TABLE flattr_{period}
    ADD UNIQUE (period, reader_id, thing_id),
    ADD CHECK (period = {period});
CREATE INDEX ON flattr_{period} (period, reader_id, creator_id, thing_id);
CREATE INDEX ON flattr_{period} (thing_id, received_at);
ALTER TABLE flattr ATTACH PARTITION flattr_{period} FOR VALUES IN ({period});
REVOKE ALL ON flattr_{period} FROM app;
GRANT MAINTAIN ON flattr_{period} TO app;
CREATE TRIGGER flattr_is_not_emptied BEFORE TRUNCATE ON flattr_{period}
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE flattr_{period} ENABLE ALWAYS TRIGGER flattr_is_not_emptied;

UPDATE thing t SET flattrs = t.flattrs + f.many
FROM (SELECT thing_id, count(*) AS many FROM flattr_{period} GROUP BY thing_id) AS f
WHERE f.thing_id = t.id;
"""

GUARDED = ("ledger_transaction_0", "ledger_entry_0")


def make(
    readers: int, *, seed: int = 1, earlier: int = 0, currency: str = "EUR"
) -> int:
    """A month of so many readers that is over and to be closed next, in the database
    that is connected to; `earlier` months before it have really been closed. The month.
    """
    period = LAST
    for _ in range(earlier):
        period = months.preceding(period)
    progress(f"{readers:,} readers")
    people(readers, period, seed=seed, months_paid=earlier + 1, currency=currency)
    for number in range(earlier):
        flattrs(period, seed=seed + number + 1)
        settle()
        progress(f"month {number + 1} of {earlier} earlier ones: closing")
        closing.close_month(period)
        period = months.following(period)
    flattrs(period, seed=seed)
    settle()
    return period


def people(
    readers: int, period: int, *, seed: int, months_paid: int, currency: str
) -> None:
    """Readers with budgets and money, creators with things; the clock in `period`."""
    travel(months.start(period))
    facts = {
        "readers": readers,
        "creators": max(20, readers // READERS_A_CREATOR),
        "period": period,
        "last": LAST,
        "at": months.start(period),
        "months": months_paid,
        "currency": currency,
    }
    with owner(seed) as cursor:
        cursor.execute(PEOPLE, facts)
        with unguarded(cursor):
            cursor.execute(CHARGES, facts)


def flattrs(period: int, *, seed: int) -> None:
    """The flattrs of one month, which is over then."""
    progress(f"the flattrs of {months.show(period)}")
    with owner(seed) as cursor:
        cursor.execute(
            FLATTRS.format(period=period),
            {"period": period, "at": months.start(period)},
        )
    travel(months.end(period).replace(hour=3))


def settle() -> None:
    """What autovacuum has done by a month's end."""
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def owner(seed: int) -> Iterator[Any]:
    """The owner's cursor in one transaction; the database's chance begins at `seed`."""
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        # Chance is drawn in one order only if one process draws it.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT setseed(%s)", [1 / (seed + 1)])
        yield cursor
        cursor.execute("COMMIT")


@contextmanager
def unguarded(cursor: Any) -> Iterator[None]:
    """Book 0 without the triggers that look at each row."""
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid = ANY(%s::regclass[])",
        [list(GUARDED)],
    )
    triggers = cursor.fetchall()
    for table, name in triggers:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    for table, name in triggers:
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
